/// What the environment says about where AWS is, read once by the program.
package struct AWSEnvironment: Sendable {
    private let variables: [String: String]

    /// Takes the environment's variables.
    package init(_ variables: [String: String]) {
        self.variables = variables.filter { $0.key.hasPrefix("AWS_") && !$0.value.isEmpty }
    }

    /// The region, of `AWS_REGION` or `AWS_DEFAULT_REGION`.
    package var region: String? { variables["AWS_REGION"] ?? variables["AWS_DEFAULT_REGION"] }
    /// A file of certificates to trust, of `AWS_CA_BUNDLE`.
    package var certificates: String? { variables["AWS_CA_BUNDLE"] }

    /// The attempts a call is given, of `AWS_MAX_ATTEMPTS`.
    package var maximumAttempts: Int? { variables["AWS_MAX_ATTEMPTS"].flatMap(Int.init).flatMap { $0 > 0 ? $0 : nil } }

    /// The endpoint of a service in a region: the variable of the service, the one of all services, or AWS's own.
    package func endpoint(of service: AWSService, region: String) -> AWSEndpoint {
        let name = "AWS_ENDPOINT_URL_\(service.rawValue.uppercased())"
        if let url = variables[name] ?? variables["AWS_ENDPOINT_URL"] { return AWSEndpoint(custom: url) }
        return AWSEndpoint(service, region: region)
    }
}

// The variables hold keys: they are not shown, by reflection either.
extension AWSEnvironment: CustomStringConvertible, CustomReflectable {
    package var description: String { "environment of \(variables.count) variables" }
    package var customMirror: Mirror { Mirror(self, children: []) }
}
