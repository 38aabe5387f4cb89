import Foundation
package import HTTPClient

/// What the environment and the shared files say about AWS, read once by the program.
///
/// A variable counts before the profile's property of the same meaning (AWS SDKs and Tools Reference, “Settings
/// reference”). A value is checked when it is used, and not before: one that is not in use harms nobody.
package struct AWSEnvironment: Sendable {
    /// The variables of proxies, which curl defines.
    private static let proxyVariables: Set<String> = [
        "http_proxy", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY", "no_proxy", "NO_PROXY",
    ]
    private static let names = proxyVariables.union(AWSSetting.allCases.compactMap(\.variable))

    private let variables: [String: String]
    /// The profiles of the shared files.
    let profiles: SharedProfiles
    /// The profile that the caller chose, such as that of a migration manifest; `nil` if the variables choose.
    ///
    /// As in botocore, an explicit profile is used in place of keys and web identities in the environment. Variables of
    /// other settings count, and a profile may name the environment as its `credential_source`.
    let explicitProfile: String?

    /// Takes the environment's variables, and the shared files if they were read.
    package init(
        _ variables: [String: String],
        profiles: SharedProfiles = SharedProfiles(),
        profile: String? = nil
    ) {
        self.variables = variables.filter { !$0.value.isEmpty && Self.names.contains($0.key) }
        self.profiles = profiles
        explicitProfile = profile
    }

    /// Whether the variable of a setting is set and not empty. Its value is not checked.
    func isSet(_ setting: AWSSetting) -> Bool { text(setting) != nil }

    /// The checked value of a setting's variable; `nil` if it is not set or empty. In a path `~` is expanded.
    ///
    /// - Throws: ``ConfigurationError`` that names the variable.
    func variable(_ setting: AWSSetting) throws(ConfigurationError) -> String? {
        guard let name = setting.variable, let text = text(setting) else { return nil }
        if let problem = setting.problem(of: text) { throw ConfigurationError(description: "\(name) \(problem)") }
        return setting.form == .path ? try expanded(text, namedBy: name) : text
    }

    /// The checked value of a setting: that of its variable, or else of the profile's property.
    ///
    /// - Throws: ``ConfigurationError`` that names the variable, or the file, the line and the property.
    func value(_ setting: AWSSetting) throws(ConfigurationError) -> String? {
        if let value = try variable(setting) { return value }
        return try property(setting)
    }

    /// The checked value of a setting in the profile.
    ///
    /// - Throws: ``ConfigurationError`` that names the file, the line and the property.
    func property(_ setting: AWSSetting) throws(ConfigurationError) -> String? {
        guard let profile = profiles.profile(profileName), let text = try profile.value(setting) else { return nil }
        return setting.form == .path ? try expanded(text, namedBy: profile.place(of: setting.property ?? "")) : text
    }

    /// The profile that the caller or `AWS_PROFILE` names, or else `default`.
    ///
    /// As in version 2 of the AWS CLI, `AWS_PROFILE` counts before `AWS_DEFAULT_PROFILE`. Version 1 and boto3 have it the
    /// other way round; the SDKs know `AWS_PROFILE` alone.
    var profileName: String { explicitProfile ?? text(.profile) ?? text(.defaultProfile) ?? "default" }
    /// Whether the caller or a variable names the profile.
    var namesProfile: Bool { explicitProfile != nil || isSet(.profile) || isSet(.defaultProfile) }
    /// The variable that names the profile; `nil` if the caller does, or nobody.
    var profileVariable: String? {
        guard explicitProfile == nil else { return nil }
        return [AWSSetting.profile, .defaultProfile].first(where: isSet)?.variable
    }

    /// The region, of `AWS_REGION`, `AWS_DEFAULT_REGION` or the profile.
    package var region: String? {
        get throws(ConfigurationError) {
            if let region = try variable(.region) { return region }
            if let region = try variable(.defaultRegion) { return region }
            return try value(.region)
        }
    }
    /// A file of certificates to trust, of `AWS_CA_BUNDLE` or the profile's `ca_bundle`.
    package var certificates: String? {
        get throws(ConfigurationError) { try value(.certificates) }
    }
    /// The proxies that requests go through.
    package var proxies: ProxySettings { ProxySettings(variables.filter { Self.proxyVariables.contains($0.key) }) }

    /// How calls are retried: `AWS_RETRY_MODE` (`standard` or `adaptive`; `legacy` is taken for `standard`) and
    /// `AWS_MAX_ATTEMPTS`, or the profile's `retry_mode` and `max_attempts`. `FERRY_PATIENCE` gives a time in seconds instead
    /// of a number of attempts: a migration that runs for days outlasts what takes minutes.
    ///
    /// - Throws: ``ConfigurationError`` for another word, or no number above zero.
    package func retryPolicy() throws(ConfigurationError) -> RetryPolicy {
        var policy = RetryPolicy()
        if let text = try value(.maxAttempts), let attempts = Int(text) { policy.maximumAttempts = attempts }
        if let text = try value(.patience), let seconds = Int(text) {
            guard (1...86_400).contains(seconds) else {
                throw bad(.patience, text, "be a number of seconds from 1 to 86400")
            }
            policy.maximumAttempts = .max
            policy.longestTime = Double(seconds)
        }
        switch try value(.retryMode)?.lowercased() {
        case nil, "standard", "legacy": break
        case "adaptive": policy.isAdaptive = true
        case let text?: throw bad(.retryMode, text, "be \"standard\" or \"adaptive\"")
        }
        return policy
    }

    /// The endpoint of a service in a region: the one of the service, the one of all services, or AWS's own, whose
    /// kind `AWS_USE_FIPS_ENDPOINT` and `AWS_USE_DUALSTACK_ENDPOINT` choose.
    ///
    /// - Throws: ``ConfigurationError`` for an endpoint that is no URL, or a region that can't be part of a host's name.
    package func endpoint(of service: AWSService, region: String) throws(ConfigurationError) -> AWSEndpoint {
        if let problem = AWSSetting.region.problem(of: region) {
            throw ConfigurationError(description: "the region of \(service.name) \(problem)")
        }
        if try !isTrue(.ignoresEndpoints), let url = try configuredURL(service) { return AWSEndpoint(custom: url) }
        var variant: AWSEndpoint.Variant = []
        if try isTrue(.usesFIPS) { variant.insert(.fips) }
        if try isTrue(.usesDualStack) { variant.insert(.dualStack) }
        return AWSEndpoint(service, region: region, variant: variant)
    }

    /// A path with the home folder in place of `~` or `~NAME`, as the AWS CLI expands those of its files. ferry expands all.
    ///
    /// - Throws: ``ConfigurationError`` if there is no such home folder.
    func expanded(_ path: String, namedBy setting: String) throws(ConfigurationError) -> String {
        guard path.hasPrefix("~") else { return path }
        let user = path.dropFirst().prefix { $0 != "/" }
        let home = user.isEmpty ? text(.home) : NSHomeDirectoryForUser(String(user))
        guard let home else {
            let reason = user.isEmpty ? "HOME is not set" : "there is no user \(SettingForm.quoted(String(user)))"
            throw ConfigurationError(
                description: "\(setting) is \(SettingForm.quoted(path)), and \(reason); set the whole path"
            )
        }
        return home + path.dropFirst(1 + user.count)
    }

    func isTrue(_ setting: AWSSetting) throws(ConfigurationError) -> Bool {
        try value(setting)?.lowercased() == "true"
    }

    /// The text of a setting's variable as it is; `nil` if it is not set or empty.
    private func text(_ setting: AWSSetting) -> String? { setting.variable.flatMap { variables[$0] } }

    private func configuredURL(_ service: AWSService) throws(ConfigurationError) -> String? {
        if let url = try variable(.endpoint(of: service)) { return url }
        if let url = try variable(.endpoint) { return url }
        if let url = try serviceURL(service) { return url }
        return try value(.endpoint)
    }

    /// The endpoint of a service in the `services` section that the profile names.
    private func serviceURL(_ service: AWSService) throws(ConfigurationError) -> String? {
        guard let name = try value(.services), let section = profiles.section(.services, name),
            let url = section[service.settingName].map(SharedProfiles.nested)?["endpoint_url"], !url.isEmpty
        else { return nil }
        if let problem = AWSSetting.endpoint.problem(of: url) {
            let place = section.place(of: service.settingName)
            throw ConfigurationError(description: "\(place): endpoint_url \(problem)")
        }
        return url
    }

    private func bad(_ setting: AWSSetting, _ text: String, _ rule: String) -> ConfigurationError {
        let property = setting.property ?? ""
        let place =
            setting.variable.flatMap { isSet(setting) ? $0 : nil } ?? profiles.profile(profileName)?.place(of: property)
        return ConfigurationError(description: "\(place ?? property) is \(SettingForm.quoted(text)), and must \(rule)")
    }
}

// The variables hold keys: they are not shown, by reflection either.
extension AWSEnvironment: CustomStringConvertible, CustomReflectable {
    package var description: String { "environment of \(variables.count) variables" }
    package var customMirror: Mirror { Mirror(self, children: []) }
}
