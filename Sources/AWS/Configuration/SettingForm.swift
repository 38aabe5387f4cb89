import TerminalText
import WireEncoding

/// The forms of settings' values.
package enum SettingForm: Hashable, Sendable {
    /// A key or token, which is sent in a header field and never shown.
    case key
    /// The value of a header field, which is never shown and may have blanks.
    case headerField
    /// A region's name.
    case region
    /// The URL of an endpoint.
    case url
    /// A URL with a query and a fragment.
    case urlWithQuery
    /// The path of a URL, which begins with a slash.
    case urlPath
    /// The path of a file or folder, which may begin with `~`.
    case path
    /// A whole number above zero.
    case number
    /// A time.
    case time
    /// Any text of one line.
    case text

    /// What is wrong with a value, as the end of a sentence; `nil` if nothing is.
    func problem(of value: String) -> String? {
        switch self {
        case .key, .headerField: keyProblem(value)
        case .region: Self.regionProblem(value)
        case .url, .urlWithQuery: urlProblem(value)
        case .urlPath: Self.urlPathProblem(value)
        case .path, .text: Self.lineProblem(value)
        case .number: Int(value).map { $0 > 0 } == true ? nil : Self.must(value, "be a whole number above zero")
        case .time:
            LooseTimestamp.date(value) == nil
                ? Self.must(value, "be a time with its zone, such as 2030-01-01T00:00:00Z") : nil
        }
    }

    private static func must(_ value: String, _ rule: String) -> String { "is \(quoted(value)), and must \(rule)" }

    /// A value on one line, shortened and without what a terminal would interpret.
    static func quoted(_ value: String) -> String {
        "\"\(TextWidth.cut(TextWidth.sanitizedForTerminal(value), to: 60))\""
    }

    private func keyProblem(_ value: String) -> String? {
        let scalars = value.unicodeScalars
        let description: String
        if scalars.contains(where: { $0 == "\n" || $0 == "\r" }) {
            let isAtEnd = scalars.last == "\n" || scalars.last == "\r"
            description = isAtEnd ? "ends in a line break" : "has a line break"
        } else if scalars.contains(where: { $0.value < 0x20 || $0.value == 0x7F }) {
            description = "has a control character"
        } else if scalars.contains(where: { $0.value > 0x7E }) {
            description = "has a character that is not ASCII"
        } else if self == .key, scalars.contains(" ") {
            description = "has a blank"
        } else if self == .key, let first = scalars.first, first == "\"" || first == "'", scalars.last == first {
            description = "is in quotation marks, which are not part of it"
        } else {
            return nil
        }
        return description + "; set it again without (its value is not shown here)"
    }

    private static func regionProblem(_ value: String) -> String? {
        let example = "be the name of a region, such as us-east-1"
        let bytes = value.utf8
        let isLabel = bytes.allSatisfy { isLetterOrDigit($0) || $0 == UInt8(ascii: "-") }
        guard isLabel, bytes.count <= 63, bytes.first != UInt8(ascii: "-"), bytes.last != UInt8(ascii: "-") else {
            return must(value, example)
        }
        // Endpoints that are not AWS's have regions of any name: only what resembles one of AWS's is checked further.
        let lowercased = value.lowercased()
        if let match = lowercased.wholeMatch(of: /([a-z]{2,4}(?:-[a-z]+)+-[0-9]{1,2})(.*)/) {
            if !match.2.isEmpty, match.2.wholeMatch(of: /[a-z]|-.*[0-9][a-z]/) != nil {
                return "is \(quoted(value)), which is a zone; set its region, \(match.1)"
            }
            if match.2.isEmpty, lowercased != value { return must(value, "be in lower case, \(lowercased)") }
        }
        if lowercased.wholeMatch(of: /[a-z]{2,5}[0-9]{1,2}(-[a-z0-9]+)*-az[0-9]+/) != nil {
            return "is \(quoted(value)), which is the id of a zone; set its region, such as us-east-1"
        }
        return nil
    }

    private func urlProblem(_ value: String) -> String? {
        let example = "be a URL, such as https://example.com"
        guard value.utf8.allSatisfy({ (0x21...0x7E).contains($0) }),
            !value.contains(where: { "\"<>\\^`{|}".contains($0) })
        else { return Self.must(value, "\(example), without blanks and characters that are not ASCII") }
        guard let scheme = value.firstRange(of: "://")?.lowerBound else {
            return Self.must(value, "begin with https:// or http://")
        }
        let word = value[..<scheme].lowercased()
        guard word == "https" || word == "http" else { return Self.must(value, "begin with https:// or http://") }
        let rest = value[scheme...].dropFirst(3)
        let authority = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        guard !authority.contains("@") else { return "has a user name or password, which ferry does not send" }
        guard Self.isAuthority(authority) else { return Self.must(value, "name a host, such as https://example.com") }
        guard self == .urlWithQuery || !rest.contains(where: { $0 == "?" || $0 == "#" }) else {
            return Self.must(value, "have no \"?\" and no \"#\"")
        }
        return nil
    }

    /// Whether a text is a host with or without a port.
    private static func isAuthority(_ text: Substring) -> Bool {
        let host: Substring
        let port: Substring
        if text.hasPrefix("[") {
            guard let end = text.firstIndex(of: "]") else { return false }
            host = text[text.index(after: text.startIndex)..<end]
            port = text[text.index(after: end)...]
            guard host.contains(":"), host.allSatisfy({ $0.isHexDigit || ":.%".contains($0) }) else { return false }
        } else {
            host = text.prefix { $0 != ":" }
            port = text[host.endIndex...]
            let labels = host.split(separator: ".", omittingEmptySubsequences: false)
            guard labels.dropLast(labels.count > 1 && labels.last == "" ? 1 : 0).allSatisfy({ !$0.isEmpty }),
                host.utf8.allSatisfy({ isLetterOrDigit($0) || "-._".utf8.contains($0) })
            else { return false }
        }
        guard !port.isEmpty else { return true }
        guard port.hasPrefix(":"), port.dropFirst().utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
            return false
        }
        return Int(port.dropFirst()).map { (1...65_535).contains($0) } == true
    }

    private static func urlPathProblem(_ value: String) -> String? {
        guard value.hasPrefix("/") else { return must(value, "begin with \"/\"") }
        guard value.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            return must(value, "be the path of a URL, without blanks and characters that are not ASCII")
        }
        return nil
    }

    private static func lineProblem(_ value: String) -> String? {
        guard value.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7F }) else { return nil }
        return must(value, "have no line breaks and control characters")
    }

    private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x61...0x7A).contains(byte | 0x20)
    }
}
