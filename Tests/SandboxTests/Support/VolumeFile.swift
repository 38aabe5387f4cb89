import Foundation
import Hashing

/// Digests of volumes, which are longer than memory should be asked for.
enum VolumeFile {
    private static let chunk = 4 << 20

    /// The SHA-256 and the length in bytes of a file.
    static func digest(path: String) throws -> (SHA256Digest, Int64) {
        let file = try FileHandle(forReadingFrom: URL(filePath: path))
        defer { try? file.close() }
        var hash = SHA256()
        var count: Int64 = 0
        while let data = try file.read(upToCount: chunk), !data.isEmpty {
            data.withUnsafeBytes { hash.update($0) }
            count += Int64(data.count)
        }
        return (hash.finish(), count)
    }

    /// The SHA-256 of `bytes`, followed by zeros up to `length` bytes.
    static func digest(of bytes: [UInt8], paddedTo length: Int64) -> SHA256Digest {
        var hash = SHA256()
        hash.update(bytes)
        let zeros = [UInt8](repeating: 0, count: chunk)
        var rest = length - Int64(bytes.count)
        while rest > 0 {
            let count = Int(min(rest, Int64(chunk)))
            hash.update(zeros[..<count])
            rest -= Int64(count)
        }
        return hash.finish()
    }

    /// The bytes that a file takes on disk.
    static func allocated(path: String) throws -> Int64 {
        var status = stat()
        guard stat(path, &status) == 0 else { throw CocoaError(.fileReadUnknown) }
        return Int64(status.st_blocks) * 512
    }
}
