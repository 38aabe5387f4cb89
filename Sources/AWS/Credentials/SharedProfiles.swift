/// The profiles of the shared configuration and credentials files (AWS SDKs and Tools Reference, “Shared config and
/// credentials files”).
package struct SharedProfiles: Sendable {
    private var profiles: [String: [String: String]] = [:]

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
    }
}

// The properties hold keys: they are not shown, by reflection either.
extension SharedProfiles: CustomStringConvertible, CustomReflectable {
    package var description: String { "\(profiles.count) profiles" }
    package var customMirror: Mirror { Mirror(self, children: []) }
}
