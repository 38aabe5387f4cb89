package import TerminalText

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

    /// A line of any origin in a colour.
    package func coloured(_ line: String, _ colour: Colour) -> TerminalString { rendered(line, colour.rawValue) }

    /// A line of any origin in a weaker shade.
    package func dimmed(_ line: String) -> TerminalString { rendered(line, 2) }

    private func rendered(_ line: String, _ parameter: Int) -> TerminalString {
        hasColour ? TerminalString(TerminalString(line), rendition: [parameter]) : TerminalString(line)
    }
}
