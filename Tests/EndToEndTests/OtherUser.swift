import Foundation
import TestSupport

/// A user without rights, whom only root can become: to root every folder is open.
enum OtherUser {
    /// Whether this process can become that user.
    static let isAvailable = geteuid() == 0 && FileManager.default.isExecutableFile(atPath: "/usr/bin/setpriv")

    /// `nobody` on every Linux.
    private static let id: uid_t = 65_534

    /// Runs a program as that user.
    static func run(
        _ arguments: [String],
        in directory: String,
        environment: [String: String]
    ) async throws -> Command {
        try await Command.run(
            ["/usr/bin/setpriv", "--reuid=\(id)", "--regid=\(id)", "--clear-groups"] + arguments,
            in: directory,
            environment: environment
        )
    }

    /// Gives a folder to that user, and not what is in it.
    static func give(_ path: String) throws {
        guard chown(path, id, id) == 0 else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EPERM) }
    }
}
