import TerminalText

/// The profiles of the shared configuration and credentials files (AWS SDKs and Tools Reference, “Shared config and
/// credentials files”), with the other sections of the former, as the AWS CLI finds them (botocore, `build_profile_map` and
/// `Session.full_config`).
///
/// Where the AWS SDKs differ, botocore counts: a name may be quoted; a section that names a profile another time, such as
/// `[default]` after `[profile default]`, replaces it; each section of the credentials file is a profile.
package struct SharedProfiles: Sendable {
    /// The sections of the configuration file that are no profiles.
    package enum Section: String, Hashable, Sendable {
        /// How to sign in to IAM Identity Center.
        case ssoSession = "sso-session"
        /// Endpoints by service.
        case services
    }

    private var profiles: [String: ProfileSection] = [:]
    private var sections: [Section: [String: ProfileSection]] = [:]
    /// What is unusual about the files, in the order of their lines.
    package private(set) var problems: [SharedFileProblem] = []

    /// No profiles.
    package init() {}

    /// Merges the files' profiles; where both have a property, that of the credentials file counts.
    ///
    /// - Parameters:
    ///   - configuration: The `config` file; `nil` if there is none.
    ///   - credentials: The `credentials` file; `nil` if there is none.
    package init(configuration: SharedFile?, credentials: SharedFile?) {
        if let configuration { readConfiguration(configuration) }
        if let credentials { readCredentials(credentials) }
    }

    /// Merges the profiles of two texts.
    package init(configuration: String?, credentials: String?) {
        self.init(
            configuration: configuration.map { SharedFile(bytes: Array($0.utf8)) },
            credentials: credentials.map { SharedFile(bytes: Array($0.utf8)) }
        )
    }

    /// The names of all profiles, in order.
    package var names: [String] { profiles.keys.sorted() }

    /// A profile; `nil` if there is no such profile.
    package func profile(_ name: String) -> ProfileSection? { profiles[name] }

    /// Another section; `nil` if there is no such section.
    package func section(_ kind: Section, _ name: String) -> ProfileSection? { sections[kind]?[name] }

    /// A line of a profile that ferry can't read, and without which the profile may mean something else; `nil` if there is
    /// none.
    package func damage(inProfile name: String) -> SharedFileProblem? {
        let sections = [Self.title(ofProfile: name), Self.title(ofSection: SharedProfileParser.defaultHeader)]
        return problems.first { problem in problem.reason.isDamage && sections.contains { $0 == problem.section } }
    }

    /// The properties within a property: lines `name = value` that are indented below one without a value.
    package static func nested(_ value: String) -> [String: String] {
        var properties: [String: String] = [:]
        for line in PythonText.lines(value) {
            guard let equals = line.firstIndex(of: "=") else { continue }
            properties[PythonText.stripped(String(line[..<equals]))] =
                PythonText.stripped(String(line[line.index(after: equals)...]))
        }
        return properties
    }

    private static func title(ofProfile name: String) -> String {
        "profile \"\(TextWidth.sanitizedForTerminal(name))\""
    }

    private static func title(ofSection header: String) -> String {
        "section [\(TextWidth.sanitizedForTerminal(header))]"
    }

    private mutating func readConfiguration(_ file: SharedFile) {
        let parser = SharedProfileParser(file.bytes)
        report(parser, file, .configuration) { header in
            switch Self.place(header) ?? Self.place(SharedProfileParser.clean(header)) {
            case .profile(let name): name
            case .section, nil: nil
            }
        }
        // A header that botocore takes for nothing of AWS's is read leniently, unless another one is of the same section.
        let exact = Set(parser.sections.compactMap { Self.place($0.header) })
        var seen: Set<Place> = []
        for section in parser.sections {
            let isExact = Self.place(section.header) != nil
            guard let place = Self.place(section.header) ?? Self.place(SharedProfileParser.clean(section.header)) else {
                continue
            }
            if !isExact { add(.unusualHeader, section.line, title(of: place), file, .configuration) }
            guard isExact || !exact.contains(place) else { continue }
            if !seen.insert(place).inserted {
                add(.replacedSection, section.line, title(of: place), file, .configuration)
            }
            var read = ProfileSection(title: title(of: place))
            read.merge(Self.properties(of: section, parser, file, .configuration))
            switch place {
            case .profile(let name): profiles[name] = read
            case .section(let kind, let name): sections[kind, default: [:]][name] = read
            }
        }
    }

    private func title(of place: Place) -> String {
        switch place {
        case .profile(let name): Self.title(ofProfile: name)
        case .section(let kind, let name): Self.title(ofSection: "\(kind.rawValue) \(name)")
        }
    }

    private mutating func readCredentials(_ file: SharedFile) {
        let parser = SharedProfileParser(file.bytes)
        report(parser, file, .credentials) { SharedProfileParser.clean($0) }
        let exact = Set(parser.sections.map(\.header))
        for section in parser.sections {
            let name = SharedProfileParser.clean(section.header)
            if name != section.header {
                add(.unusualHeader, section.line, Self.title(ofProfile: name), file, .credentials)
                guard !exact.contains(name) else { continue }
            }
            let properties = Self.properties(of: section, parser, file, .credentials)
            profiles[name, default: ProfileSection(title: Self.title(ofProfile: name))].merge(properties)
        }
    }

    /// What a section of the configuration file is.
    private enum Place: Hashable {
        case profile(String)
        case section(Section, String)
    }

    /// A section of the configuration file is known by the beginning of its header, and its name is the second of two
    /// words; any other section is nothing of AWS's.
    private static func place(_ header: String) -> Place? {
        if header == "default" { return .profile(header) }
        let kinds: [(prefix: String, place: (String) -> Place)] = [
            ("profile", { .profile($0) }), ("sso-session", { .section(.ssoSession, $0) }),
            ("services", { .section(.services, $0) }),
        ]
        guard let kind = kinds.first(where: { header.utf8.starts(with: $0.prefix.utf8) }),
            let words = PythonText.shellWords(header), words.count == 2
        else { return nil }
        return kind.place(words[1])
    }

    /// The properties of a section and of `[DEFAULT]`.
    private static func properties(
        of section: SharedProfileParser.Section,
        _ parser: SharedProfileParser,
        _ file: SharedFile,
        _ kind: SharedFile.Kind
    ) -> [String: ProfileSection.Property] {
        parser.defaults.merging(section.properties) { $1 }.mapValues {
            ProfileSection.Property(value: $0.value, file: kind, path: file.path, line: $0.lines.first?.line ?? 0)
        }
    }

    private mutating func report(
        _ parser: SharedProfileParser,
        _ file: SharedFile,
        _ kind: SharedFile.Kind,
        profileOf: (String) -> String?
    ) {
        for problem in parser.problems.sorted(by: { $0.line < $1.line }) {
            let section = problem.header.map { header in
                header == SharedProfileParser.defaultHeader
                    ? Self.title(ofSection: header)
                    : profileOf(header).map(Self.title(ofProfile:)) ?? Self.title(ofSection: header)
            }
            add(problem.reason, problem.line, section, file, kind)
        }
    }

    private mutating func add(
        _ reason: SharedFileProblem.Reason,
        _ line: Int,
        _ section: String?,
        _ file: SharedFile,
        _ kind: SharedFile.Kind
    ) {
        problems.append(
            SharedFileProblem(file: kind, path: file.path, line: line, section: section, reason: reason)
        )
    }
}

// The properties hold keys: they are not shown, by reflection either.
extension SharedProfiles: CustomStringConvertible, CustomReflectable {
    package var description: String { "\(profiles.count) profiles" }
    package var customMirror: Mirror { Mirror(self, children: []) }
}
