/// Reads one shared file line by line.
struct SharedProfileParser {
    private enum Section {
        /// A profile, and the property that an indented line goes on with.
        case profile(name: String, property: String?)
        /// Another section, and the same.
        case other(SharedProfiles.Section, name: String, property: String?)
        /// What is no profile, or none of a valid name: its lines are read over.
        case ignored
    }

    private(set) var profiles: [String: [String: String]] = [:]
    private(set) var sections: [SharedProfiles.Section: [String: [String: String]]] = [:]
    private let file: SharedProfileError.File
    private var section: Section?
    /// Properties that follow a nested form: their value began empty.
    private var isNested = false
    private var hasPrefixedDefault = false

    init(_ file: SharedProfileError.File) {
        self.file = file
    }

    /// Takes the next line, without its end.
    mutating func take(_ line: Substring) throws(SharedProfileError.Reason) {
        guard let first = line.first, !line.allSatisfy(\.isWhitespace), first != "#", first != ";" else { return }
        if first == "[" {
            section = try section(line)
        } else if first.isWhitespace {
            try takeContinuation(Self.trimmed(line))
        } else {
            try takeProperty(Self.withoutComment(line))
        }
    }

    private mutating func section(_ line: Substring) throws(SharedProfileError.Reason) -> Section {
        let text = Self.trimmed(line.prefix { $0 != "#" && $0 != ";" })
        guard text.last == "]" else { throw .sectionWithoutBracket }
        let words = text.dropFirst().dropLast().split(whereSeparator: \.isWhitespace).map(String.init)
        guard let name = words.last, Self.isName(name) else { return .ignored }
        if file == .configuration, words.count == 2, let kind = SharedProfiles.Section(rawValue: words[0]) {
            sections[kind, default: [:]][name] = sections[kind]?[name] ?? [:]
            return .other(kind, name: name, property: nil)
        }
        return profile(name, words)
    }

    /// The section of a profile, which is added unless another section of the file takes precedence.
    private mutating func profile(_ name: String, _ words: [String]) -> Section {
        let isPrefixed = file == .configuration && words.count == 2 && words[0] == "profile"
        let isPlain = words.count == 1 && (file == .credentials || name == "default")
        guard isPrefixed || isPlain else { return .ignored }
        if file == .configuration, name == "default" {
            // “[profile default]” counts in place of “[default]”, whichever comes first.
            if isPlain, hasPrefixedDefault { return .ignored }
            if isPrefixed, !hasPrefixedDefault { profiles[name] = nil }
            hasPrefixedDefault = hasPrefixedDefault || isPrefixed
        }
        profiles[name] = profiles[name] ?? [:]
        return .profile(name: name, property: nil)
    }

    private mutating func takeProperty(_ line: Substring) throws(SharedProfileError.Reason) {
        guard let section else { throw .propertyOutsideProfile }
        guard let equals = line.firstIndex(of: "=") else { throw .propertyWithoutEquals }
        let property = Self.trimmed(line[..<equals]).lowercased()
        guard !property.isEmpty else { throw .propertyWithoutName }
        let value = String(Self.trimmed(line[line.index(after: equals)...]))
        isNested = value.isEmpty
        switch section {
        case .profile(let name, _):
            self.section = .profile(name: name, property: property)
            if Self.isName(property) { profiles[name]?[property] = value }
        case .other(let kind, let name, _):
            self.section = .other(kind, name: name, property: property)
            if Self.isName(property) { sections[kind]?[name]?[property] = value }
        case .ignored:
            break
        }
    }

    private mutating func takeContinuation(_ line: Substring) throws(SharedProfileError.Reason) {
        guard let section else { throw .propertyOutsideProfile }
        switch section {
        case .ignored:
            break
        case .profile(let name, let property):
            guard let property else { throw .continuationWithoutProperty }
            try checkNested(line)
            if let value = profiles[name]?[property] { profiles[name]?[property] = value + "\n" + line }
        case .other(let kind, let name, let property):
            guard let property else { throw .continuationWithoutProperty }
            try checkNested(line)
            if let value = sections[kind]?[name]?[property] {
                sections[kind]?[name]?[property] = value + "\n" + line
            }
        }
    }

    private func checkNested(_ line: Substring) throws(SharedProfileError.Reason) {
        guard isNested else { return }
        guard let equals = line.firstIndex(of: "=") else { throw .nestedWithoutEquals }
        guard equals != line.startIndex else { throw .nestedWithoutName }
    }

    /// A comment begins with `#` or `;` after white space; without it, it is part of the value.
    private static func withoutComment(_ line: Substring) -> Substring {
        var isAfterSpace = false
        for index in line.indices {
            if isAfterSpace, line[index] == "#" || line[index] == ";" { return line[..<index] }
            isAfterSpace = line[index].isWhitespace
        }
        return line
    }

    private static func isName(_ text: String) -> Bool {
        text.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"):
                true
            default: "-_/.%@:+".utf8.contains(byte)
            }
        }
    }

    static func trimmed(_ text: Substring) -> Substring {
        let start = text.drop(while: \.isWhitespace)
        guard let last = start.lastIndex(where: { !$0.isWhitespace }) else { return "" }
        return start[...last]
    }
}
