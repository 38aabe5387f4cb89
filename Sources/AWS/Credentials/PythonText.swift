/// The rules for text of Python, by which the AWS CLI reads the shared files.
enum PythonText {
    /// Whether a character is white space to `str.strip` and `\s`. Unlike Unicode's own property, it includes the four
    /// separators of ASCII.
    static func isSpace(_ scalar: Unicode.Scalar) -> Bool {
        (0x1C...0x1F).contains(scalar.value) || scalar.properties.isWhitespace
    }

    /// The text without white space at its ends (`str.strip`).
    static func stripped(_ text: some StringProtocol) -> String {
        let scalars = Substring(text).unicodeScalars
        let start = scalars.drop(while: isSpace)
        guard let last = start.lastIndex(where: { !isSpace($0) }) else { return "" }
        return String(start[...last])
    }

    /// The text without white space at its end (`str.rstrip`).
    static func withoutTrailingSpace(_ text: String) -> String {
        let scalars = text.unicodeScalars
        guard let last = scalars.lastIndex(where: { !isSpace($0) }) else { return "" }
        return String(scalars[...last])
    }

    /// The lines of a text (`str.splitlines`). CR LF within a value is two lines here, of which the second is empty.
    static func lines(_ text: String) -> [Substring.UnicodeScalarView] {
        text.unicodeScalars.split(omittingEmptySubsequences: false) { scalar in
            switch scalar.value {
            case 0x0A...0x0D, 0x1C...0x1E, 0x85, 0x2028, 0x2029: true
            default: false
            }
        }
    }

    /// The words of a text as a shell splits them (`shlex.split`); `nil` if a quotation is not closed.
    static func shellWords(_ text: String) -> [String]? {
        var words: [String] = []
        // A word may be empty, if it was quoted.
        var word: String.UnicodeScalarView?
        var quote: Unicode.Scalar?
        var isEscaped = false
        for scalar in text.unicodeScalars {
            if isEscaped {
                // Within double quotes a backslash only escapes itself and the quote.
                if let quote, scalar != quote, scalar != "\\" { word?.append("\\") }
                word = (word ?? .init()) + [scalar]
                isEscaped = false
            } else if scalar == "\\", quote != "'" {
                isEscaped = true
                word = word ?? .init()
            } else if let open = quote {
                if scalar == open { quote = nil } else { word?.append(scalar) }
            } else if scalar == "\"" || scalar == "'" {
                quote = scalar
                word = word ?? .init()
            } else if " \t\r\n".unicodeScalars.contains(scalar) {
                if let word { words.append(String(word)) }
                word = nil
            } else {
                word = (word ?? .init()) + [scalar]
            }
        }
        guard quote == nil, !isEscaped else { return nil }
        return words + (word.map { [String($0)] } ?? [])
    }
}
