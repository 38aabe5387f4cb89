/// Whether text for a person has colours.
package struct TextStyle: Hashable, Sendable {
    /// The colours ferry uses, by their ANSI numbers.
    package enum Colour: Int, Sendable {
        case red = 31, green = 32, yellow = 33, cyan = 36
    }

    /// Whether escape sequences are written (ECMA-48, “SGR”).
    package var hasColour: Bool

    /// Chooses a style.
    package init(hasColour: Bool) {
        self.hasColour = hasColour
    }

    /// The text in a colour.
    package func coloured(_ text: String, _ colour: Colour) -> String {
        hasColour ? "\u{1B}[\(colour.rawValue)m\(text)\u{1B}[0m" : text
    }

    /// The text in a weaker shade.
    package func dimmed(_ text: String) -> String {
        hasColour ? "\u{1B}[2m\(text)\u{1B}[0m" : text
    }
}
