/// The properties of a profile or another section, each with the place where it was read.
package struct ProfileSection: Sendable {
    /// A property.
    struct Property: Sendable {
        var value: String
        var file: SharedFile.Kind
        var path: String?
        var line: Int
    }

    /// The section in messages, such as `profile "dev"`.
    package let title: String
    private(set) var properties: [String: Property] = [:]

    /// A section without properties.
    init(title: String) {
        self.title = title
    }

    /// The values by the names of their properties, which are in lower case.
    package var values: [String: String] { properties.mapValues(\.value) }

    /// The value of a property; `nil` if there is none.
    package subscript(name: String) -> String? { properties[name]?.value }

    /// Whether the section names a web identity, whatever its `role_arn` says.
    var hasWebIdentity: Bool { self["web_identity_token_file"] != nil }

    /// The checked value of a setting; `nil` if there is none, or it is empty.
    ///
    /// - Throws: ``ConfigurationError`` that names the file and the line.
    func value(_ setting: AWSSetting) throws(ConfigurationError) -> String? {
        guard let name = setting.property, let property = properties[name], !property.value.isEmpty else { return nil }
        if let problem = setting.problem(of: property.value) {
            throw ConfigurationError(description: "\(place(of: name)): \(problem)")
        }
        return property.value
    }

    /// The place of a property, such as `/home/me/.aws/config:3: region of profile "dev"`.
    func place(of name: String) -> String {
        guard let property = properties[name] else { return "\(name) of \(title)" }
        let file = property.path ?? (property.file == .configuration ? "config" : "credentials")
        return "\(file):\(property.line): \(name) of \(title)"
    }

    /// Takes the properties of another section; where both have one, that of the other counts.
    mutating func merge(_ other: [String: Property]) {
        properties.merge(other) { $1 }
    }
}

// The values may be keys: they are not shown, by reflection either.
extension ProfileSection: CustomStringConvertible, CustomReflectable {
    package var description: String { title }
    package var customMirror: Mirror { Mirror(self, children: []) }
}
