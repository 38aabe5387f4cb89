/// Reads one shared file as the AWS CLI does, by the rules of Python's `configparser` (botocore, `configloader.py`), and
/// where that rejects a file, reads on and records a problem.
///
/// A section header or property may be indented; a line that is indented deeper than the property before it goes on with
/// its value. `[DEFAULT]` gives its properties to all sections. The values of botocore differ in one thing: a comment
/// behind a value is no part of it (AWS SDKs and Tools Reference, “Format of the config file”), except in
/// `credential_process`, where a shell decides.
struct SharedProfileParser {
    /// A property: its name is its key.
    struct Property {
        /// The value; each line below the first is a continuation.
        var lines: [(text: String, line: Int)]
        /// Whether a comment was cut from the first line.
        let isCut: Bool

        /// The value as one text.
        var value: String { PythonText.withoutTrailingSpace(lines.map(\.text).joined(separator: "\n")) }
    }

    /// A section, of all places where it stands.
    struct Section {
        /// The text between its brackets.
        let header: String
        let line: Int
        var properties: [String: Property] = [:]
    }

    /// Where a property belongs.
    private enum Target {
        case section(Int)
        /// `[DEFAULT]`, for all sections.
        case defaults
        /// A section whose name is not known.
        case damaged(header: String)
    }

    /// The section whose properties all sections have.
    static let defaultHeader = "DEFAULT"

    private(set) var sections: [Section] = []
    private(set) var defaults: [String: Property] = [:]
    private(set) var problems: [(reason: SharedFileProblem.Reason, line: Int, header: String?)] = []
    private var indices: [String: Int] = [:]
    private var target: Target?
    /// The property that an indented line goes on with.
    private var property: String?
    private var indentation = 0
    /// The indentation of a line that was ignored: what is indented below it is ignored with it.
    private var ignoredIndentation: Int?

    init(_ bytes: [UInt8]) {
        var rest = bytes[...]
        if rest.starts(with: [0xEF, 0xBB, 0xBF]) {
            rest = rest.dropFirst(3)
            problems.append((.byteOrderMark, 1, nil))
        }
        var number = 0
        while !rest.isEmpty {
            number += 1
            let line = rest.prefix { $0 != 0x0A && $0 != 0x0D }
            take(line, number)
            rest = rest[line.endIndex...]
            rest = rest.dropFirst(rest.starts(with: [0x0D, 0x0A]) ? 2 : 1)
        }
        checkNested()
    }

    private mutating func take(_ bytes: ArraySlice<UInt8>, _ number: Int) {
        if String(validating: bytes, as: UTF8.self) == nil { report(.invalidUTF8, number) }
        let line = String(decoding: bytes, as: UTF8.self)
        let text = PythonText.stripped(line)
        guard let first = text.unicodeScalars.first else {
            // An empty line within a value is a part of it.
            if property != nil { append("", number) }
            return
        }
        guard first != "#", first != ";" else { return }
        let depth = line.unicodeScalars.prefix(while: PythonText.isSpace).count
        if property != nil, depth > indentation { return append(text, number) }
        if let ignoredIndentation, depth > ignoredIndentation { return }
        (indentation, ignoredIndentation) = (depth, nil)
        if let header = Self.header(text) {
            open(header, number)
        } else {
            takeProperty(text, number)
        }
    }

    /// The text between the first and the last bracket.
    private static func header(_ text: String) -> String? {
        let scalars = text.unicodeScalars
        guard scalars.first == "[", let end = scalars.lastIndex(of: "]") else { return nil }
        let start = scalars.index(after: scalars.startIndex)
        return start < end ? String(scalars[start..<end]) : nil
    }

    private mutating func open(_ header: String, _ number: Int) {
        property = nil
        guard header != Self.defaultHeader else {
            target = .defaults
            return
        }
        if let index = indices[header] {
            target = .section(index)
            return report(.duplicateSection, number)
        }
        indices[header] = sections.count
        target = .section(sections.count)
        sections.append(Section(header: header, line: number))
    }

    /// A header without a comment that has brackets, and without blanks at its ends. botocore takes both for a part of it.
    static func clean(_ header: String) -> String {
        let scalars = header.unicodeScalars
        var name = scalars[...]
        if let bracket = scalars.firstIndex(of: "]") {
            let rest = scalars[scalars.index(after: bracket)...].drop(while: PythonText.isSpace)
            if rest.first == "#" || rest.first == ";" { name = scalars[..<bracket] }
        }
        return PythonText.stripped(String(name))
    }

    private mutating func takeProperty(_ text: String, _ number: Int) {
        let scalars = text.unicodeScalars
        let isLikeHeader = scalars.first == "["
        guard let delimiter = scalars.firstIndex(where: { $0 == "=" || $0 == ":" }), target != nil else {
            if isLikeHeader {
                target = .damaged(header: PythonText.stripped(String(scalars.dropFirst())))
                return ignore(.sectionWithoutBracket, number)
            }
            return ignore(target == nil ? .outsideSection : .withoutDelimiter, number)
        }
        let name = PythonText.withoutTrailingSpace(String(scalars[..<delimiter])).lowercased()
        guard !name.isEmpty else { return ignore(.withoutName, number) }
        if isLikeHeader { report(.sectionLikeProperty, number) }
        let written = scalars[scalars.index(after: delimiter)...]
        let cut = name == "credential_process" ? written : Self.withoutComment(written)
        if cut.endIndex != written.endIndex { report(.inlineComment, number) }
        if properties?[name] != nil { report(.duplicateProperty, number) }
        property = name
        properties?[name] = Property(
            lines: [(PythonText.stripped(String(cut)), number)],
            isCut: cut.endIndex != written.endIndex
        )
    }

    /// A comment begins with `#` or `;` after white space; without it, it is part of the value.
    private static func withoutComment(_ text: Substring.UnicodeScalarView) -> Substring.UnicodeScalarView {
        var isAfterSpace = false
        for index in text.indices {
            if isAfterSpace, text[index] == "#" || text[index] == ";" { return text[..<index] }
            isAfterSpace = PythonText.isSpace(text[index])
        }
        return text
    }

    /// The properties of the open section.
    private var properties: [String: Property]? {
        get {
            switch target {
            case .section(let index): sections[index].properties
            case .defaults: defaults
            case .damaged, nil: nil
            }
        }
        set {
            switch target {
            case .section(let index): sections[index].properties = newValue ?? [:]
            case .defaults: defaults = newValue ?? [:]
            case .damaged, nil: break
            }
        }
    }

    private mutating func append(_ text: String, _ number: Int) {
        if let property { properties?[property]?.lines.append((text, number)) }
    }

    private mutating func ignore(_ reason: SharedFileProblem.Reason, _ number: Int) {
        (property, ignoredIndentation) = (nil, indentation)
        // What comes before the first section is one problem, not one a line.
        guard reason != .outsideSection || !problems.contains(where: { $0.reason == reason }) else { return }
        report(reason, number)
    }

    private mutating func report(_ reason: SharedFileProblem.Reason, _ number: Int) {
        let header: String? =
            switch target {
            case .section(let index): sections[index].header
            case .damaged(let header): header
            case .defaults: Self.defaultHeader
            case nil: nil
            }
        problems.append((reason, number, header))
    }

    /// Checks the lines below properties without a value: each has a name and a value of its own.
    private mutating func checkNested() {
        // A property for all sections is read in those that have none of its name.
        let inUse = defaults.filter { name, _ in sections.contains { $0.properties[name] == nil } }
        let all = sections.map { ($0.header, $0.properties) } + [(Self.defaultHeader, inUse)]
        for (header, properties) in all {
            // Behind a comment botocore takes the lines for a part of the value, and ferry for a block that may be anything.
            for property in properties.values where property.value.unicodeScalars.first == "\n" && !property.isCut {
                let damaged = property.lines.first { text, _ in
                    PythonText.lines(text).contains { line in
                        !line.allSatisfy(PythonText.isSpace) && !line.contains("=")
                    }
                }
                if let damaged { problems.append((.nestedWithoutEquals, damaged.line, header)) }
            }
        }
    }
}
