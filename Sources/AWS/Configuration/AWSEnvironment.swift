package import HTTPClient

/// What the environment and the shared files say about AWS, read once by the program.
///
/// A variable counts before the profile's property of the same meaning (AWS SDKs and Tools Reference, “Settings
/// reference”).
package struct AWSEnvironment: Sendable {
    /// The variables that are read besides those of AWS.
    private static let others: Set<String> = [
        "HOME", "FERRY_PATIENCE", "http_proxy", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY", "no_proxy",
        "NO_PROXY",
    ]

    private let variables: [String: String]
    /// The profiles of the shared files.
    let profiles: SharedProfiles

    /// Takes the environment's variables, and the shared files if they were read.
    package init(_ variables: [String: String], profiles: SharedProfiles = SharedProfiles()) {
        self.variables = variables.filter {
            !$0.value.isEmpty && ($0.key.hasPrefix("AWS_") || Self.others.contains($0.key))
        }
        self.profiles = profiles
    }

    /// A variable of the environment; `nil` if it is not set or empty.
    subscript(_ name: String) -> String? { variables[name] }

    /// The profile that `AWS_PROFILE` names, or else `default`.
    var profileName: String { variables["AWS_PROFILE"] ?? variables["AWS_DEFAULT_PROFILE"] ?? "default" }
    /// Whether a variable names the profile.
    var namesProfile: Bool { variables["AWS_PROFILE"] != nil || variables["AWS_DEFAULT_PROFILE"] != nil }

    /// The region, of `AWS_REGION`, `AWS_DEFAULT_REGION` or the profile.
    package var region: String? {
        variables["AWS_REGION"] ?? variables["AWS_DEFAULT_REGION"] ?? property("region")
    }
    /// A file of certificates to trust, of `AWS_CA_BUNDLE` or the profile's `ca_bundle`.
    package var certificates: String? { setting("AWS_CA_BUNDLE", "ca_bundle") }
    /// The proxies that requests go through.
    package var proxies: ProxySettings { ProxySettings(variables) }

    /// How calls are retried: `AWS_RETRY_MODE` (`standard` or `adaptive`; `legacy` is taken for `standard`) and
    /// `AWS_MAX_ATTEMPTS`, or the profile's `retry_mode` and `max_attempts`. `FERRY_PATIENCE` gives a time in seconds instead
    /// of a number of attempts: a migration that runs for days outlasts what takes minutes.
    ///
    /// - Throws: ``ConfigurationError`` for another word, or no number above zero.
    package func retryPolicy() throws(ConfigurationError) -> RetryPolicy {
        var policy = RetryPolicy()
        if let text = setting("AWS_MAX_ATTEMPTS", "max_attempts") {
            guard let attempts = Int(text), attempts > 0 else {
                throw bad("AWS_MAX_ATTEMPTS", "max_attempts", text, "a number above zero")
            }
            policy.maximumAttempts = attempts
        }
        if let text = variables["FERRY_PATIENCE"] {
            guard let seconds = Int(text), (1...86_400).contains(seconds) else {
                throw bad("FERRY_PATIENCE", "", text, "a number of seconds from 1 to 86400")
            }
            policy.maximumAttempts = .max
            policy.longestTime = Double(seconds)
        }
        switch setting("AWS_RETRY_MODE", "retry_mode")?.lowercased() {
        case nil, "standard", "legacy": break
        case "adaptive": policy.isAdaptive = true
        case let text?: throw bad("AWS_RETRY_MODE", "retry_mode", text, "“standard” or “adaptive”")
        }
        return policy
    }

    /// The endpoint of a service in a region: the one of the service, the one of all services, or AWS's own, whose
    /// kind `AWS_USE_FIPS_ENDPOINT` and `AWS_USE_DUALSTACK_ENDPOINT` choose.
    package func endpoint(of service: AWSService, region: String) -> AWSEndpoint {
        if !isTrue("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "ignore_configured_endpoint_urls"),
            let url = configuredURL(service)
        {
            return AWSEndpoint(custom: url)
        }
        var variant: AWSEndpoint.Variant = []
        if isTrue("AWS_USE_FIPS_ENDPOINT", "use_fips_endpoint") { variant.insert(.fips) }
        if isTrue("AWS_USE_DUALSTACK_ENDPOINT", "use_dualstack_endpoint") { variant.insert(.dualStack) }
        return AWSEndpoint(service, region: region, variant: variant)
    }

    /// A variable, or the profile's property of the same meaning.
    func setting(_ variable: String, _ property: String) -> String? {
        variables[variable] ?? self.property(property)
    }

    private func property(_ name: String) -> String? {
        profiles.profile(profileName)?[name].flatMap { $0.isEmpty ? nil : $0 }
    }

    func isTrue(_ variable: String, _ property: String) -> Bool {
        setting(variable, property)?.lowercased() == "true"
    }

    private func configuredURL(_ service: AWSService) -> String? {
        let services = property("services").flatMap { profiles.section(.services, $0) }
        let ofService = services?[service.settingName].map(SharedProfiles.nested)?["endpoint_url"]
        return variables["AWS_ENDPOINT_URL_\(service.settingName.uppercased())"] ?? variables["AWS_ENDPOINT_URL"]
            ?? ofService ?? property("endpoint_url")
    }

    private func bad(_ variable: String, _ property: String, _ text: String, _ rule: String) -> ConfigurationError {
        let place = variables[variable] == nil ? "\(property) of profile “\(profileName)”" : variable
        return ConfigurationError(description: "\(place) is “\(text.prefix(40))”, and must be \(rule)")
    }
}

// The variables hold keys: they are not shown, by reflection either.
extension AWSEnvironment: CustomStringConvertible, CustomReflectable {
    package var description: String { "environment of \(variables.count) variables" }
    package var customMirror: Mirror { Mirror(self, children: []) }
}
