import FileSystem

/// Finds and reads the shared configuration and credentials files (AWS SDKs and Tools Reference, “Shared config and
/// credentials files”).
package enum SharedFiles {
    /// The longest shared file that is read, in bytes. Real ones have some thousands.
    private static let longestFile: Int64 = 1 << 20

    /// The profiles of the files that an environment names. A file that is not there is empty.
    ///
    /// - Throws: ``CredentialsError`` that names the file or the variable.
    package static func read(_ variables: [String: String]) throws(CredentialsError) -> SharedProfiles {
        let environment = AWSEnvironment(variables)
        return SharedProfiles(
            configuration: try file(configurationPath(environment)),
            credentials: try file(credentialsPath(environment))
        )
    }

    /// Where the configuration file is; `nil` if neither a variable nor a home folder says so.
    package static func configurationPath(_ environment: AWSEnvironment) throws(CredentialsError) -> String? {
        try path(.configurationFile, "config", environment)
    }

    /// Where the credentials file is.
    package static func credentialsPath(_ environment: AWSEnvironment) throws(CredentialsError) -> String? {
        try path(.credentialsFile, "credentials", environment)
    }

    private static func path(
        _ setting: AWSSetting,
        _ file: String,
        _ environment: AWSEnvironment
    ) throws(CredentialsError) -> String? {
        try CredentialsError.wrapping { () throws(ConfigurationError) in
            if let path = try environment.variable(setting) { return path }
            return try environment.variable(.home).map { "\($0)/.aws/\(file)" }
        }
    }

    private static func file(_ path: String?) throws(CredentialsError) -> SharedFile? {
        guard let path else { return nil }
        do throws(FileContents.Failure) {
            return SharedFile(path: path, bytes: try FileContents(path: path, limit: longestFile).bytes)
        } catch {
            switch error {
            case .tooLarge: throw CredentialsError(description: "\(path): the file is longer than 1 MiB")
            case _ where error.isAbsence: return nil
            case .system, .notRegular:
                throw CredentialsError(description: "\(path): the file cannot be read; check its permissions")
            }
        }
    }
}
