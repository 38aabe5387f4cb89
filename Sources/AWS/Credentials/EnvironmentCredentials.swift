/// Credentials of the variables that all AWS tools read.
package enum EnvironmentCredentials {
    /// The credentials of an environment; `nil` if it names none.
    ///
    /// - Throws: ``CredentialsError`` if only one half is there.
    package static func read(_ environment: [String: String]) throws(CredentialsError) -> AWSCredentials? {
        let id = environment["AWS_ACCESS_KEY_ID"].flatMap { $0.isEmpty ? nil : $0 }
        let key = environment["AWS_SECRET_ACCESS_KEY"].flatMap { $0.isEmpty ? nil : $0 }
        switch (id, key) {
        case (nil, nil): return nil
        case (let id?, let key?):
            let token = environment["AWS_SESSION_TOKEN"].flatMap { $0.isEmpty ? nil : Secret($0) }
            return AWSCredentials(accessKeyID: id, secretAccessKey: Secret(key), sessionToken: token)
        case (_?, nil):
            throw CredentialsError(description: "AWS_ACCESS_KEY_ID is set and AWS_SECRET_ACCESS_KEY is not; set both")
        case (nil, _?):
            throw CredentialsError(description: "AWS_SECRET_ACCESS_KEY is set and AWS_ACCESS_KEY_ID is not; set both")
        }
    }
}
