import FileSystem
import Foundation

/// Finds and reads the shared configuration and credentials files (AWS SDKs and Tools Reference, “Shared config and
/// credentials files”).
package enum SharedFiles {
    /// The longest shared file that is read, in bytes. Real ones have some thousands.
    private static let longestFile: Int64 = 1 << 20

    /// The profiles of the files that an environment names. A file that is not there is empty.
    ///
    /// - Throws: ``CredentialsError`` that names the file and the line.
    package static func read(_ variables: [String: String]) throws(CredentialsError) -> SharedProfiles {
        let environment = AWSEnvironment(variables)
        let (configuration, credentials) = (configurationPath(environment), credentialsPath(environment))
        do throws(SharedProfileError) {
            return try SharedProfiles(
                configuration: try text(configuration, .configuration),
                credentials: try text(credentials, .credentials)
            )
        } catch {
            let path = (error.file == .configuration ? configuration : credentials) ?? "shared file"
            let place = error.line > 0 ? "\(path):\(error.line)" : path
            throw CredentialsError(description: "\(place): \(error.reason.rawValue)")
        }
    }

    /// Where the configuration file is; `nil` if neither a variable nor a home folder says so.
    package static func configurationPath(_ environment: AWSEnvironment) -> String? {
        path("AWS_CONFIG_FILE", "config", environment)
    }

    /// Where the credentials file is.
    package static func credentialsPath(_ environment: AWSEnvironment) -> String? {
        path("AWS_SHARED_CREDENTIALS_FILE", "credentials", environment)
    }

    private static func path(_ name: String, _ file: String, _ environment: AWSEnvironment) -> String? {
        let home = environment["HOME"]
        guard let path = environment[name] else { return home.map { "\($0)/.aws/\(file)" } }
        guard path.hasPrefix("~/"), let home else { return path }
        return home + path.dropFirst()
    }

    private static func text(
        _ path: String?,
        _ file: SharedProfileError.File
    ) throws(SharedProfileError) -> String? {
        guard let path else { return nil }
        do throws(FileContents.Failure) {
            return String(decoding: try FileContents(path: path, limit: longestFile).bytes, as: UTF8.self)
        } catch {
            switch error {
            case .tooLarge: throw SharedProfileError(file: file, line: 0, reason: .tooLong)
            case _ where error.isAbsence: return nil
            case .system, .notRegular: throw SharedProfileError(file: file, line: 0, reason: .unreadable)
            }
        }
    }
}
