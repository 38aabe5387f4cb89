package import HTTPClient
package import SigV4
import WireEncoding

/// Credentials of a container's role, from the agent of ECS or EKS (AWS SDKs and Tools Reference, “Container credential
/// provider”).
package struct ContainerCredentials: CredentialsProvider {
    private static let agent = "http://169.254.170.2"
    /// Whoever may be asked without TLS: the agents of ECS and EKS, and this machine.
    private static let plainHosts: Set<String> = [
        "169.254.170.2", "169.254.170.23", "[fd00:ec2::23]", "[::1]", "localhost",
    ]
    /// The longest token that is read. EKS's have about a thousand bytes.
    private static let longestToken = 64 << 10

    /// Where the credentials are asked for.
    package let url: String
    let token: Secret?
    let tokenFile: String?
    private let endpoint: CredentialsEndpoint

    /// Takes the variables that the container's host set.
    ///
    /// - Throws: ``CredentialsError`` if there are none, or they name a stranger.
    package init(
        _ environment: AWSEnvironment,
        transport: HTTPTransport,
        time: RetryTime = .system
    ) throws(CredentialsError) {
        let (path, full) = try CredentialsError.wrapping { () throws(ConfigurationError) in
            // The second is not in use where the first is set.
            let path = try environment.variable(.containerRelativeURI)
            return (path, path == nil ? try environment.variable(.containerFullURI) : nil)
        }
        if let path {
            url = Self.agent + path
        } else if let full {
            url = try Self.checked(full)
        } else {
            throw CredentialsError(
                description: """
                    there is no container with a role: neither AWS_CONTAINER_CREDENTIALS_RELATIVE_URI nor \
                    AWS_CONTAINER_CREDENTIALS_FULL_URI is set
                    """
            )
        }
        tokenFile = try CredentialsError.wrapping { () throws(ConfigurationError) in
            try environment.variable(.containerTokenFile)
        }
        token =
            tokenFile != nil
            ? nil
            : try CredentialsError.wrapping { () throws(ConfigurationError) in
                try environment.variable(.containerToken).map { Secret($0) }
            }
        endpoint = CredentialsEndpoint(
            name: "the container's credentials service",
            transport: transport,
            time: time,
            timeout: 2,
            attempts: 3,
            usesProxy: url.hasPrefix("https:")
        )
    }

    package var origin: CredentialsSource? { .container }

    package func credentials() async throws(CredentialsError) -> AWSCredentials {
        var request = HTTPRequest(url: url, headers: [("Accept", "application/json")])
        if let token = try authorization() { request.headers.append(("Authorization", token.text)) }
        let response = try await endpoint.answer(to: request)
        guard let document = CredentialsDocument.read(response.body) else {
            throw CredentialsError(
                description:
                    "\(endpoint.name) answers HTTP \(response.status) and no credentials (\(request.redactedURL))"
            )
        }
        guard response.status == 200 || document.code != nil else {
            throw CredentialsError(description: "\(endpoint.name) answers HTTP \(response.status)")
        }
        return try document.credentials(endpoint.name)
    }

    /// The token, read anew each time: EKS replaces the file before its token ends.
    private func authorization() throws(CredentialsError) -> Secret? {
        guard let tokenFile else { return token }
        let setting = AWSSetting.containerTokenFile.variable ?? ""
        let token = try TokenFile.read(tokenFile, namedBy: setting, upTo: Self.longestToken)
        if let problem = AWSSetting.containerToken.problem(of: token.text) {
            throw CredentialsError(description: "the token in \(tokenFile), which \(setting) names, \(problem)")
        }
        return token
    }

    private static func checked(_ url: String) throws(CredentialsError) -> String {
        let name = AWSSetting.containerFullURI.variable ?? ""
        guard let (authority, _, _) = URLParts.parts(of: url) else {
            throw CredentialsError(description: "\(name) is not a URL with a host")
        }
        if url.lowercased().hasPrefix("https://") { return url }
        let host = authority.hasPrefix("[") ? authority.prefix { $0 != "]" } + "]" : authority.prefix { $0 != ":" }
        guard url.lowercased().hasPrefix("http://"), plainHosts.contains(host.lowercased()) || isLoopback(host) else {
            throw CredentialsError(
                description: """
                    \(name) names the host \(SettingForm.quoted(String(host))). Without https only this machine and the agents of ECS \
                    and EKS may be asked for credentials
                    """
            )
        }
        return url
    }

    private static func isLoopback(_ host: Substring) -> Bool {
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
    }
}
