import Foundation
import Migration
import StateStore

/// The folders in which ferry keeps what it works with.
enum WorkFolder {
    /// Makes a folder, and those above it, where they are not there.
    ///
    /// - Throws: ``StateError/system(path:operation:reason:)``: where this folder cannot be made, no state can be kept.
    static func make(_ path: String) throws(StateError) {
        do {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        } catch {
            let cause = (error as? CocoaError)?.underlying as? POSIXError
            let reason = cause.map { String(cString: strerror($0.code.rawValue)) } ?? "\(error)"
            throw .system(path: path, operation: "make the folder", reason: reason)
        }
    }
}
