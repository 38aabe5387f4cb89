/// Text that may be written to a terminal. Everything that writes to one takes this type and no other.
///
/// A literal of the program is taken as it is. What is interpolated is sanitized, as ``TextWidth/sanitizedForTerminal(_:replacement:)``
/// does: a file name or a status message from EC2 can neither repaint the screen nor add a line. So a renderer cannot forget it.
package struct TerminalString: Hashable, Sendable {
    /// The text as it is written, with the escape sequences of its colors.
    package private(set) var rendered: String

    private init(trusted text: String) {
        rendered = text
    }

    /// Takes a line of any origin.
    package init(_ line: String) {
        rendered = TextWidth.sanitizedForTerminal(line)
    }

    /// Takes text of any origin that has several lines.
    package init(lines: String) {
        rendered = TextWidth.sanitizedLinesForTerminal(lines)
    }

    /// Puts an escape sequence of ECMA-48 ("SGR") before a text and resets it after it.
    ///
    /// - Parameters:
    ///   - text: The text.
    ///   - parameters: The sequence's numbers, such as `1;31`.
    package init(_ text: TerminalString, rendition parameters: [Int]) {
        let numbers = parameters.map(String.init).joined(separator: ";")
        rendered = "\u{1B}[\(numbers)m\(text.rendered)\u{1B}[0m"
    }

    /// Whether there is nothing to write.
    package var isEmpty: Bool { rendered.isEmpty }

    package static func + (first: TerminalString, second: TerminalString) -> TerminalString {
        TerminalString(trusted: first.rendered + second.rendered)
    }

    package static func += (first: inout TerminalString, second: TerminalString) {
        first.rendered += second.rendered
    }
}

extension TerminalString: ExpressibleByStringInterpolation {
    package init(stringLiteral value: String) {
        rendered = value
    }

    package init(stringInterpolation: StringInterpolation) {
        rendered = stringInterpolation.text
    }

    /// What a literal with interpolations consists of.
    package struct StringInterpolation: StringInterpolationProtocol {
        fileprivate var text = ""

        package init(literalCapacity: Int, interpolationCount: Int) {
            text.reserveCapacity(literalCapacity + 16 * interpolationCount)
        }

        package mutating func appendLiteral(_ literal: String) {
            text += literal
        }

        package mutating func appendInterpolation(_ value: some CustomStringConvertible) {
            text += TextWidth.sanitizedForTerminal(value.description)
        }

        package mutating func appendInterpolation(_ value: TerminalString) {
            text += value.rendered
        }
    }
}

extension Sequence<TerminalString> {
    /// The texts, one after another.
    package func joined(separator: TerminalString = "") -> TerminalString {
        var result: TerminalString = ""
        var isFirst = true
        for text in self {
            if !isFirst { result += separator }
            result += text
            isFirst = false
        }
        return result
    }
}
