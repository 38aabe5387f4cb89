/// A text that must not be seen: it has no description, no coding and no reflection of its content.
package struct Secret: Hashable, Sendable {
    /// The text itself, for signing and nothing else.
    package let text: String

    /// Hides a text.
    package init(_ text: String) {
        self.text = text
    }
}

extension Secret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { "<redacted>" }
    package var debugDescription: String { "<redacted>" }
    package var customMirror: Mirror { Mirror(self, children: []) }
}
