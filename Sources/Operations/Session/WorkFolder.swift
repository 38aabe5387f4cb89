import Foundation
package import StateStore

/// The folders that hold ferry's local files.
package enum WorkFolder {
    /// The folder of files that can be computed again, relative to the working folder.
    package static let path = ".ferry"

    /// The folder of remembered content digests.
    package static let digests = path + "/digests"

    /// Makes a folder, and those above it, where they are not there.
    ///
    /// - Throws: ``StateError/system(path:operation:reason:)``: where this folder cannot be made, no state can be kept.
    package static func make(_ path: String) throws(StateError) {
        do {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        } catch {
            let cause = (error as? CocoaError)?.underlying as? POSIXError
            let reason = cause.map { String(cString: strerror($0.code.rawValue)) } ?? "\(error)"
            throw .system(path: path, operation: "make the folder", reason: reason)
        }
    }
}
