package import SigV4
import WireEncoding

/// Credentials of the variables that all AWS tools read.
package enum EnvironmentCredentials {
    /// The credentials of an environment; `nil` if it names none.
    ///
    /// - Throws: ``CredentialsError`` if only one half is there.
    package static func read(_ environment: AWSEnvironment) throws(CredentialsError) -> AWSCredentials? {
        switch (environment["AWS_ACCESS_KEY_ID"], environment["AWS_SECRET_ACCESS_KEY"]) {
        case (nil, nil): return nil
        case (let id?, let key?):
            let token = environment["AWS_SESSION_TOKEN"].map { Secret($0) }
            return AWSCredentials(accessKeyID: id, secretAccessKey: Secret(key), sessionToken: token)
        case (_?, nil):
            throw CredentialsError(description: "AWS_ACCESS_KEY_ID is set and AWS_SECRET_ACCESS_KEY is not; set both")
        case (nil, _?):
            throw CredentialsError(description: "AWS_SECRET_ACCESS_KEY is set and AWS_ACCESS_KEY_ID is not; set both")
        }
    }
}
