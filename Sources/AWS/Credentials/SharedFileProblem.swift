/// A line of a shared file that the AWS CLI rejects, or reads differently than the AWS SDKs. It shows no text of the file,
/// which may hold keys, except the name of its section.
package struct SharedFileProblem: Hashable, Sendable {
    /// What is unusual about a line.
    package enum Reason: Hashable, Sendable, CaseIterable {
        case byteOrderMark
        case invalidUTF8
        case outsideSection
        case sectionWithoutBracket
        case sectionLikeProperty
        case unusualHeader
        case duplicateSection
        case replacedSection
        case withoutDelimiter
        case withoutName
        case duplicateProperty
        case nestedWithoutEquals
        case inlineComment
    }

    /// The file.
    package var file: SharedFile.Kind
    /// The path of the file; `nil` if it is not known.
    var path: String?
    /// The line, from 1.
    package var line: Int
    /// The profile, or the section as it is written; `nil` for a line outside of any.
    package var section: String?
    /// What is unusual.
    package var reason: Reason

    /// The place, such as `/home/me/.aws/config:3`.
    package var place: String { "\(path ?? (file == .configuration ? "config" : "credentials")):\(line)" }
}

extension SharedFileProblem.Reason {
    /// Whether the line may have been meant to say something about its profile, which can't be used without it.
    package var isDamage: Bool {
        switch self {
        case .sectionWithoutBracket, .sectionLikeProperty, .withoutDelimiter, .withoutName, .nestedWithoutEquals: true
        case .byteOrderMark, .invalidUTF8, .outsideSection, .unusualHeader, .duplicateSection, .replacedSection,
            .duplicateProperty, .inlineComment:
            false
        }
    }

    /// Whether the AWS CLI reads nothing of a file with such a line.
    package var isRejectedByCLI: Bool {
        switch self {
        case .byteOrderMark, .invalidUTF8, .outsideSection, .sectionWithoutBracket, .duplicateSection,
            .withoutDelimiter,
            .withoutName, .duplicateProperty, .nestedWithoutEquals:
            true
        case .sectionLikeProperty, .unusualHeader, .replacedSection, .inlineComment: false
        }
    }

    /// What the line is, what ferry does with it, and what the AWS CLI does.
    fileprivate var text: String {
        switch self {
        case .byteOrderMark:
            "the file begins with a byte order mark, which ferry ignores; \(Self.rejection)"
        case .invalidUTF8: "the line is not valid UTF-8; \(Self.rejection)"
        case .outsideSection: "the line is before the first section, and ferry ignores it; \(Self.rejection)"
        case .sectionWithoutBracket:
            "the section header has no \"]\", and ferry ignores the section; \(Self.rejection)"
        case .sectionLikeProperty:
            "the section header has no \"]\"; the AWS CLI takes the line for a property of the section before it"
        case .unusualHeader:
            """
            the section header has blanks inside its brackets or brackets in its comment, which ferry ignores; the AWS CLI \
            does not find the profile
            """
        case .duplicateSection: "the section exists twice, and ferry merges the two; \(Self.rejection)"
        case .replacedSection:
            "the section defines a profile that an earlier section defines, and replaces it, as in the AWS CLI"
        case .withoutDelimiter: "the line has no \"=\" between name and value; \(Self.rejection)"
        case .withoutName: "the line has no name before \"=\"; \(Self.rejection)"
        case .duplicateProperty:
            "the section has the property twice, and ferry uses the last one; \(Self.rejection)"
        case .nestedWithoutEquals:
            "the indented line below a property without a value has no \"=\"; \(Self.rejection)"
        case .inlineComment:
            """
            the value ends in a comment, which ferry ignores, as most AWS SDKs do; the AWS CLI takes the comment for a part \
            of the value
            """
        }
    }

    private static let rejection = "the AWS CLI rejects the whole file"
}

extension SharedFileProblem: CustomStringConvertible {
    package var description: String {
        "\(place): \(section.map { "\($0): " } ?? "")\(reason.text)"
    }
}
