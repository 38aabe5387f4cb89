package import SigV4
import WireEncoding

/// Credentials of the variables that all AWS tools read.
package enum EnvironmentCredentials {
    /// The credentials of an environment; `nil` if it names none.
    ///
    /// - Throws: ``CredentialsError`` if only one half is there, or a variable can't be a key; it names the variable.
    package static func read(_ environment: AWSEnvironment) throws(CredentialsError) -> AWSCredentials? {
        switch (environment.isSet(.accessKeyID), environment.isSet(.secretAccessKey)) {
        case (false, false): return nil
        case (true, true): break
        case (true, false):
            throw CredentialsError(description: "AWS_ACCESS_KEY_ID is set and AWS_SECRET_ACCESS_KEY is not; set both")
        case (false, true):
            throw CredentialsError(description: "AWS_SECRET_ACCESS_KEY is set and AWS_ACCESS_KEY_ID is not; set both")
        }
        return try CredentialsError.wrapping { () throws(ConfigurationError) in
            guard let id = try environment.variable(.accessKeyID),
                let key = try environment.variable(.secretAccessKey)
            else { return nil }
            // botocore's order: the older name of the token comes first.
            var token = try environment.variable(.securityToken)
            if token == nil { token = try environment.variable(.sessionToken) }
            let end = try environment.variable(.credentialExpiration)
            return AWSCredentials(
                accessKeyID: id,
                secretAccessKey: Secret(key),
                sessionToken: token.map { Secret($0) },
                expiration: end.flatMap { LooseTimestamp.date($0) }
            )
        }
    }
}
