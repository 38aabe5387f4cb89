import Foundation
import HTTPClient
import Logging
import SigV4
import WireEncoding

/// Credentials of a role for a user who is signed in to IAM Identity Center (IAM Identity Center Portal API Reference,
/// `GetRoleCredentials`).
struct SSOCredentials: CredentialsProvider {
    /// How long before its end a token is renewed, in seconds, as the AWS tools do.
    private static let earliness: Int64 = 300

    private struct Answer: Decodable {
        struct Credentials: Decodable {
            let accessKeyId: String
            let secretAccessKey: String
            let sessionToken: String
            /// In milliseconds since 1970.
            let expiration: Int64
        }

        let roleCredentials: Credentials
    }

    private struct Renewal: Encodable {
        let clientId: String
        let clientSecret: String
        let grantType = "refresh_token"
        let refreshToken: String
    }

    private struct Renewed: Decodable {
        let accessToken: String
        let expiresIn: Int64
        let refreshToken: String?
    }

    private let profile: SSOProfile
    private let profileName: String
    private let accountID: String
    private let roleName: String
    private let path: String
    private let portal: AWSEndpoint
    private let oidc: AWSEndpoint
    private let endpoint: CredentialsEndpoint
    private let time: RetryTime
    private let logger: Logger

    /// Takes a profile.
    ///
    /// - Throws: ``CredentialsError`` if it names no role, or there is no home folder with a cache.
    init(
        _ profile: SSOProfile,
        named profileName: String,
        _ environment: AWSEnvironment,
        transport: HTTPTransport,
        time: RetryTime,
        logger: Logger
    ) throws(CredentialsError) {
        guard let accountID = profile.accountID, let roleName = profile.roleName else {
            throw CredentialsError(
                description: "profile \"\(profileName)\" signs in with SSO and needs sso_account_id and sso_role_name"
            )
        }
        let (home, portal, oidc) = try CredentialsError.wrapping { () throws(ConfigurationError) in
            (
                try environment.variable(.home), try environment.endpoint(of: .sso, region: profile.region),
                try environment.endpoint(of: .ssoOIDC, region: profile.region)
            )
        }
        guard let home else {
            throw CredentialsError(
                description: "HOME is not set, and the token of profile \"\(profileName)\" is in the folder it names"
            )
        }
        (self.profile, self.profileName, self.accountID, self.roleName) = (profile, profileName, accountID, roleName)
        path = SSOToken.path(home: home, profile)
        (self.portal, self.oidc) = (portal, oidc)
        endpoint = CredentialsEndpoint(
            name: "IAM Identity Center",
            transport: transport,
            time: time,
            timeout: 30,
            attempts: 3,
            usesProxy: true
        )
        (self.time, self.logger) = (time, logger)
    }

    var origin: CredentialsSource? { .identityCenter(profile: profileName) }

    func credentials() async throws(CredentialsError) -> AWSCredentials {
        let token = try await token()
        let query = "account_id=\(PercentEncoding.encode(accountID))&role_name=\(PercentEncoding.encode(roleName))"
        let request = HTTPRequest(
            url: "\(portal.url)/federation/credentials?\(query)",
            headers: [("Accept", "application/json"), ("x-amz-sso_bearer_token", token.accessToken)]
        )
        let response = try await endpoint.answer(to: request)
        if response.status == 401 { throw signedOut("the sign-in is not accepted any more") }
        guard response.status == 200 else {
            throw CredentialsError(
                description: """
                    \(endpoint.name) answers HTTP \(response.status) to profile \"\(profileName)\": check that its user may \
                    use role \(roleName) of account \(accountID)
                    """
            )
        }
        guard let answer = try? JSONDecoder().decode(Answer.self, from: Data(response.body)) else {
            throw CredentialsError(description: "\(endpoint.name) gives no credentials that can be read")
        }
        return AWSCredentials(
            accessKeyID: answer.roleCredentials.accessKeyId,
            secretAccessKey: Secret(answer.roleCredentials.secretAccessKey),
            sessionToken: Secret(answer.roleCredentials.sessionToken),
            expiration: Date(timeIntervalSince1970: Double(answer.roleCredentials.expiration) / 1000)
        )
    }

    /// The cached token, renewed if it can be and must.
    private func token() async throws(CredentialsError) -> SSOToken {
        guard let token = SSOToken.read(path) else { throw signedOut("nobody has signed in") }
        guard let end = SSOToken.seconds(token.expiresAt) else {
            throw signedOut(
                "expiresAt in \(path) is \(SettingForm.quoted(token.expiresAt)), which is not a time with its zone"
            )
        }
        let now = time.now()
        if end - now > Self.earliness { return token }
        do throws(CredentialsError) {
            if let renewed = try await renewed(token) { return renewed }
        } catch {
            // As long as it is valid it is good enough.
            guard end > now else { throw error }
        }
        guard end > now else { throw signedOut("the sign-in has ended") }
        return token
    }

    private func renewed(_ token: SSOToken) async throws(CredentialsError) -> SSOToken? {
        guard profile.session != nil, let refreshToken = token.refreshToken, let clientID = token.clientId,
            let clientSecret = token.clientSecret,
            SSOToken.seconds(token.registrationExpiresAt).map({ $0 > time.now() }) == true,
            let body = try? JSONEncoder()
                .encode(Renewal(clientId: clientID, clientSecret: clientSecret, refreshToken: refreshToken))
        else { return nil }
        let request = HTTPRequest(
            method: "POST",
            url: "\(oidc.url)/token",
            headers: [("Content-Type", "application/json")],
            body: .bytes(Array(body))
        )
        let response = try await endpoint.answer(to: request)
        guard response.status == 200,
            let answer = try? JSONDecoder().decode(Renewed.self, from: Data(response.body))
        else { throw signedOut("the sign-in could not be renewed (HTTP \(response.status))") }
        var renewed = token
        renewed.accessToken = answer.accessToken
        renewed.refreshToken = answer.refreshToken ?? refreshToken
        renewed.expiresAt = ISO8601Time.text(time.now() + min(max(answer.expiresIn, 0), 1 << 32))
        do {
            try renewed.write(path)
        } catch {
            // Good for this run; the next one may have to sign in.
            logger.warning("the renewed sign-in cannot be kept in \(path)")
        }
        return renewed
    }

    private func signedOut(_ reason: String) -> CredentialsError {
        CredentialsError(
            description: "profile \"\(profileName)\": \(reason). Run: aws sso login --profile '\(profileName)'"
        )
    }
}
