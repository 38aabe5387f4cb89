package import Diagnostics
import DiskImages
import FileSystem
package import Migration
import YAML

/// The lock file beside a migration manifest: where it lies, and how it is read and written.
package enum LockFile {
    /// What can go wrong when a lock is written.
    package struct Failure: Error, CustomStringConvertible {
        package let description: String
    }

    /// The path of the lock of a migration manifest: `plans/erp.yaml` has `plans/erp.lock.json`.
    package static func path(besides manifest: String) -> String {
        for suffix in [".yaml", ".yml"] where manifest.hasSuffix(suffix) {
            return manifest.dropLast(suffix.count) + ".lock.json"
        }
        return manifest + ".lock.json"
    }

    /// Reads the lock of a migration manifest; nothing if there is none, and what is wrong if it cannot be used.
    package static func read(besides manifest: String) -> (lock: ImageLock?, diagnostics: [Diagnostic]) {
        let path = path(besides: manifest)
        do throws(Violation) {
            guard let bytes = try ManifestFiles.readIfPresent(path) else { return (nil, []) }
            return LockDecoder.decode(SourceFile(path: path, bytes: bytes))
        } catch {
            return (nil, [Diagnostic(.lockUnreadable, error.message, at: nil, help: error.help)])
        }
    }

    /// Reads the locks of migration manifests, by the path of the manifest.
    package static func read(
        besides manifests: [String]
    ) async -> [String: (lock: ImageLock?, diagnostics: [Diagnostic])] {
        await BlockingExecutor.shared.run {
            Dictionary(manifests.map { ($0, read(besides: $0)) }) { first, _ in first }
        }
    }

    /// Writes the lock of a migration manifest, whole or not at all; returns whether it changed the file.
    package static func write(_ lock: ImageLock, besides manifest: String) throws -> Bool {
        let path = path(besides: manifest)
        let bytes = Array(try lock.text.utf8)
        if let present = try? ManifestFiles.readIfPresent(path), present == bytes { return false }
        do throws(FileError) {
            try LocalFiles(durability: .content).replace(path, with: bytes)
        } catch {
            let what = error.call == "open" ? "the lock cannot be made" : "the lock cannot be written"
            throw Failure(description: "\(path): \(what): \(error.reason)")
        }
        return true
    }
}
