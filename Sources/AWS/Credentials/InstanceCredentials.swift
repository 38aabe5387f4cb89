import FoundationEssentials
package import HTTPClient
package import SigV4
import WireEncoding

/// Credentials of an EC2 instance's role, from its metadata service in version 2 (EC2 User Guide, “Use IMDS”).
package struct InstanceCredentials: CredentialsProvider {
    private static let path = "/latest/meta-data/iam/security-credentials/"
    /// How long a token of the service is valid, in seconds: one serves the two requests that follow it.
    private static let tokenLife = 300
    /// How much longer credentials count that are over, or nearly so, when the service gives no others, in seconds: it has
    /// trouble of its own then, and EC2 goes on accepting them.
    private static let grace = 600.0

    let base: String
    private let endpoint: CredentialsEndpoint
    private let time: RetryTime

    /// Takes what the environment says of the service.
    ///
    /// - Throws: ``CredentialsError`` if it is switched off.
    package init(
        _ environment: AWSEnvironment,
        transport: HTTPTransport,
        time: RetryTime = .system
    ) throws(CredentialsError) {
        func setting(_ setting: AWSSetting) throws(CredentialsError) -> String? {
            try CredentialsError.wrapping { () throws(ConfigurationError) in try environment.value(setting) }
        }
        guard try setting(.metadataDisabled)?.lowercased() != "true" else {
            throw CredentialsError(description: "the instance's metadata is switched off by AWS_EC2_METADATA_DISABLED")
        }
        let mode = try setting(.metadataEndpointMode)
        let url = try setting(.metadataEndpoint)
        base =
            AWSEndpoint(
                custom: url ?? (mode?.lowercased() == "ipv6" ? "http://[fd00:ec2::254]" : "http://169.254.169.254")
            ).url
        self.time = time
        // The service is on the instance's own host: where it does not answer in a second there is none.
        endpoint = CredentialsEndpoint(
            name: "the instance's metadata service",
            transport: transport,
            time: time,
            timeout: try setting(.metadataTimeout)
                .flatMap { Int($0) }.map { min(max($0, 1), 60) } ?? 1,
            attempts: try setting(.metadataAttempts)
                .flatMap { Int($0) }.map { min(max($0, 1), 10) } ?? 3,
            usesProxy: false
        )
    }

    package var origin: CredentialsSource? { .instance }

    package func credentials() async throws(CredentialsError) -> AWSCredentials {
        let life = String(Self.tokenLife)
        let token = try await body(
            HTTPRequest(
                method: "PUT",
                url: base + "/latest/api/token",
                headers: [("X-aws-ec2-metadata-token-ttl-seconds", life)]
            ),
            what: "token"
        )
        let field = [(name: "X-aws-ec2-metadata-token", value: String(decoding: token, as: UTF8.self))]
        let role = try await body(HTTPRequest(url: base + Self.path, headers: field), what: "role")
        let names = String(decoding: role, as: UTF8.self).split(whereSeparator: \.isNewline)
        guard let name = names.first else {
            throw CredentialsError(description: "\(endpoint.name) names no role; give the instance a profile with one")
        }
        let document = try await body(
            HTTPRequest(url: base + Self.path + PercentEncoding.encode(name), headers: field),
            what: "credentials"
        )
        guard let read = CredentialsDocument.read(document) else {
            throw CredentialsError(description: "\(endpoint.name) gives no credentials that can be read")
        }
        var credentials = try read.credentials(endpoint.name)
        let now = Date(timeIntervalSince1970: Double(time.now()))
        if let end = credentials.expiration, end < now + Double(CachedCredentials.pause) {
            credentials.expiration = now + Self.grace
        }
        return credentials
    }

    private func body(_ request: HTTPRequest, what: String) async throws(CredentialsError) -> [UInt8] {
        let response = try await endpoint.answer(to: request)
        guard response.status == 200 else {
            let advice =
                response.status == 404 && what == "role"
                ? "; the instance may have no role: give it a profile with one" : ""
            throw CredentialsError(
                description: "\(endpoint.name) answers HTTP \(response.status) to the request for a \(what)\(advice)"
            )
        }
        return response.body
    }
}
