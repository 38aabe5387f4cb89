/// A URL that carries a signature: whoever has it may use it, so it is not shown.
package struct PresignedURL: Hashable, Sendable {
    /// The URL itself.
    package let absoluteString: String

    /// Wraps a URL.
    package init(absoluteString: String) {
        self.absoluteString = absoluteString
    }
}

extension PresignedURL: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { URLRedaction.redacted(absoluteString) }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: ["url": description]) }
}
