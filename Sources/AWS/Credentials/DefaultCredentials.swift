import Foundation

/// Finds credentials where AWS tools look for them: the environment, then the shared files.
package enum DefaultCredentials {
    /// Properties of a profile that need a source of credentials that this version does not have.
    private static let unsupported = [
        "role_arn", "credential_process", "sso_session", "sso_start_url", "web_identity_token_file", "login_session",
    ]
    /// The longest shared file that is read, in bytes. Real ones have some thousands.
    private static let longestFile = 1 << 20

    /// The provider for an environment.
    ///
    /// - Throws: ``CredentialsError`` that says where was looked, or what is wrong there.
    package static func provider(for environment: [String: String]) throws(CredentialsError) -> any CredentialsProvider
    {
        if let credentials = try EnvironmentCredentials.read(environment) { return StaticCredentials(credentials) }
        let name = value("AWS_PROFILE", environment) ?? "default"
        let credentialsPath = path("AWS_SHARED_CREDENTIALS_FILE", "credentials", environment)
        let configurationPath = path("AWS_CONFIG_FILE", "config", environment)
        let profiles: SharedProfiles
        do throws(SharedProfileError) {
            profiles = try SharedProfiles(
                configuration: try text(configurationPath, .configuration),
                credentials: try text(credentialsPath, .credentials)
            )
        } catch {
            let path = (error.file == .configuration ? configurationPath : credentialsPath) ?? "shared file"
            let place = error.line > 0 ? "\(path):\(error.line)" : path
            throw CredentialsError(description: "\(place): \(error.reason.rawValue)")
        }
        let places = [credentialsPath, configurationPath].compactMap(\.self).joined(separator: " and ")
        guard let profile = profiles.profile(name) else {
            throw nothing(
                "there is no profile “\(name)” in \(places.isEmpty ? "any file, for HOME is not set" : places)"
            )
        }
        switch (profile["aws_access_key_id"], profile["aws_secret_access_key"]) {
        case (let id?, let key?) where !id.isEmpty && !key.isEmpty:
            let token = profile["aws_session_token"].map { Secret($0) }
            return StaticCredentials(
                AWSCredentials(accessKeyID: id, secretAccessKey: Secret(key), sessionToken: token)
            )
        case (nil, nil):
            break
        default:
            throw CredentialsError(
                description: "profile “\(name)” in \(places) needs both aws_access_key_id and aws_secret_access_key"
            )
        }
        if let property = unsupported.first(where: { profile[$0] != nil }) {
            throw CredentialsError(
                description: """
                    profile “\(name)” in \(places) uses \(property), which this version of ferry does not support. Put \
                    credentials in the environment instead: \
                    eval "$(aws configure export-credentials --profile '\(name)' --format env)"
                    """
            )
        }
        throw nothing("profile “\(name)” in \(places) has no keys")
    }

    private static func nothing(_ reason: String) -> CredentialsError {
        CredentialsError(
            description: """
                there are no AWS credentials: AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not set, and \(reason). Set \
                them, or name another profile in AWS_PROFILE. To rehearse without an account, add --sandbox
                """
        )
    }

    private static func value(_ name: String, _ environment: [String: String]) -> String? {
        environment[name].flatMap { $0.isEmpty ? nil : $0 }
    }

    private static func path(_ name: String, _ file: String, _ environment: [String: String]) -> String? {
        let home = value("HOME", environment)
        guard let path = value(name, environment) else { return home.map { "\($0)/.aws/\(file)" } }
        guard path.hasPrefix("~/"), let home else { return path }
        return home + path.dropFirst()
    }

    /// The text of a file; `nil` if there is none.
    private static func text(
        _ path: String?,
        _ file: SharedProfileError.File
    ) throws(SharedProfileError) -> String? {
        guard let path else { return nil }
        do {
            let handle = try FileHandle(forReadingFrom: URL(filePath: path))
            defer { try? handle.close() }
            let bytes = try handle.read(upToCount: longestFile + 1) ?? Data()
            guard bytes.count <= longestFile else {
                throw SharedProfileError(file: file, line: 0, reason: .tooLong)
            }
            return String(decoding: bytes, as: UTF8.self)
        } catch let error as SharedProfileError {
            throw error
        } catch let error as CocoaError where error.code == .fileNoSuchFile || error.code == .fileReadNoSuchFile {
            return nil
        } catch {
            throw SharedProfileError(file: file, line: 0, reason: .unreadable)
        }
    }
}
