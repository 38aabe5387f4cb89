/// Text in the columns of a terminal.
package enum TextWidth {
    /// The text without characters that a terminal would interpret, or that nobody sees: control characters (ECMA-48), and
    /// format characters (Unicode category Cf), among them those that change the direction of writing. Text from EC2 or a
    /// file name must not repaint the screen of its reader.
    ///
    /// The two joiners that scripts and emoji need (U+200C and U+200D) stay. A byte of a file name that is not UTF-8 is shown
    /// as `\xFF`.
    ///
    /// - Parameter replacement: What each such character becomes.
    package static func sanitizedForTerminal(_ text: String, replacement: Unicode.Scalar = "·") -> String {
        guard text.unicodeScalars.contains(where: isControl) else { return text }
        var scalars = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            if let byte = UndecodableByte.byte(of: scalar) {
                scalars.append(contentsOf: "\\x\(String(byte, radix: 16, uppercase: true))".unicodeScalars)
            } else {
                scalars.append(isControl(scalar) ? replacement : scalar)
            }
        }
        return String(scalars)
    }

    /// The lines of a text, each as ``sanitizedForTerminal(_:replacement:)`` returns it.
    package static func sanitizedLinesForTerminal(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: isControl) else { return text }
        return text.split(separator: "\n", omittingEmptySubsequences: false).map { sanitizedForTerminal(String($0)) }
            .joined(separator: "\n")
    }

    /// The columns that a text takes.
    package static func columns(_ text: String) -> Int {
        text.utf8.allSatisfy { $0 < 0x80 } ? text.utf8.count : text.unicodeScalars.reduce(0) { $0 + columns($1) }
    }

    /// The text with spaces after it up to a width.
    package static func padded(_ text: String, to width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - columns(text)))
    }

    /// The text cut to a width, with `…` where it was.
    package static func cut(_ text: String, to width: Int) -> String {
        guard columns(text) > width else { return text }
        var (scalars, taken) = (String.UnicodeScalarView(), 0)
        for scalar in text.unicodeScalars {
            taken += columns(scalar)
            guard taken < width else { break }
            scalars.append(scalar)
        }
        return String(scalars) + (width > 0 ? "…" : "")
    }

    /// The text in lines of at most a width, broken between words; a longer word has a line to itself.
    package static func wrapped(_ text: String, to width: Int) -> [String] {
        var lines: [String] = []
        for word in text.split(separator: " ", omittingEmptySubsequences: true) {
            if let last = lines.last, columns(last) + 1 + columns(String(word)) <= width {
                lines[lines.count - 1] += " \(word)"
            } else {
                lines.append(String(word))
            }
        }
        return lines
    }

    /// None for a mark upon another character, two for the wide scripts (Unicode Standard Annex #11), else one.
    package static func columns(_ scalar: Unicode.Scalar) -> Int {
        guard scalar.value >= 0x300 else { return 1 }
        switch scalar.properties.generalCategory {
        case .nonspacingMark, .enclosingMark: return 0
        default: break
        }
        switch scalar.value {
        case 0x1100...0x115F, 0x2E80...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF00...0xFF60,
            0xFFE0...0xFFE6, 0x1F300...0x1F64F, 0x1F900...0x1F9FF, 0x20000...0x3FFFD:
            return 2
        default:
            return 1
        }
    }

    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0..<0x20, 0x7F..<0xA0: true
        case 0x20..<0x7F, 0x200C, 0x200D: false
        case _ where UndecodableByte.byte(of: scalar) != nil: true
        default:
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator: true
            default: false
            }
        }
    }
}
