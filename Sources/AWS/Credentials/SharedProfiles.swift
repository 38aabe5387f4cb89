/// The profiles of the shared configuration and credentials files (AWS SDKs and Tools Reference, “Shared config and
/// credentials files”), with the other sections of the former.
package struct SharedProfiles: Sendable {
    /// The sections of the configuration file that are no profiles.
    package enum Section: String, Hashable, Sendable {
        /// How to sign in to IAM Identity Center.
        case ssoSession = "sso-session"
        /// Endpoints by service.
        case services
    }

    private var profiles: [String: [String: String]] = [:]
    private var sections: [Section: [String: [String: String]]] = [:]

    /// No profiles.
    package init() {}

    /// Merges the files' profiles; where both have a property, that of the credentials file counts.
    ///
    /// - Parameters:
    ///   - configuration: The text of the `config` file, where profiles are written `[profile NAME]`; `nil` if there is none.
    ///   - credentials: The text of the `credentials` file; `nil` if there is none.
    /// - Throws: ``SharedProfileError`` for a line that is neither section nor property.
    package init(configuration: String?, credentials: String?) throws(SharedProfileError) {
        try merge(configuration, .configuration)
        try merge(credentials, .credentials)
    }

    /// The names of all profiles, in order.
    package var names: [String] { profiles.keys.sorted() }

    /// The properties of a profile, names in lower case; `nil` if there is no such profile.
    package func profile(_ name: String) -> [String: String]? { profiles[name] }

    /// The properties of another section, names in lower case; `nil` if there is no such section.
    package func section(_ kind: Section, _ name: String) -> [String: String]? { sections[kind]?[name] }

    /// The properties within a property: lines `name = value` that are indented below one without a value.
    static func nested(_ value: String) -> [String: String] {
        var properties: [String: String] = [:]
        for line in value.split(whereSeparator: \.isNewline) {
            guard let equals = line.firstIndex(of: "=") else { continue }
            let name = SharedProfileParser.trimmed(line[..<equals]).lowercased()
            properties[name] = String(SharedProfileParser.trimmed(line[line.index(after: equals)...]))
        }
        return properties
    }

    private mutating func merge(_ text: String?, _ file: SharedProfileError.File) throws(SharedProfileError) {
        guard let text else { return }
        var parser = SharedProfileParser(file)
        // Swift takes CR LF for one character, and it is a new line too.
        for (index, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
            do throws(SharedProfileError.Reason) {
                try parser.take(line)
            } catch {
                throw SharedProfileError(file: file, line: index + 1, reason: error)
            }
        }
        for (name, properties) in parser.profiles { profiles[name, default: [:]].merge(properties) { $1 } }
        for (kind, named) in parser.sections {
            for (name, properties) in named {
                sections[kind, default: [:]][name, default: [:]].merge(properties) { $1 }
            }
        }
    }
}

// The properties hold keys: they are not shown, by reflection either.
extension SharedProfiles: CustomStringConvertible, CustomReflectable {
    package var description: String { "\(profiles.count) profiles" }
    package var customMirror: Mirror { Mirror(self, children: []) }
}
