import Hashing
import Synchronization
import WireEncoding

/// A body on its way to the disk: written to a scratch file, hashed as it comes.
///
/// The file is removed with the object unless something has taken it over by renaming it.
final class IncomingFile: Sendable {
    /// What is known of the bytes when all have come.
    struct Summary: Sendable {
        /// The number of bytes.
        let count: Int64
        /// The MD5 of the bytes.
        let md5: [UInt8]
        /// Their SHA-256, if it was asked for.
        let sha256: SHA256Digest?
        /// The check values that were asked for.
        let checksums: [ChecksumAlgorithm: String]
    }

    private struct State: ~Copyable {
        var count: Int64 = 0
        var md5 = MD5.Running()
        var sha256: SHA256?
        var crc32: CRC32?
        var crc32c: CRC32?
    }

    /// Where the bytes are.
    var path: String { file.path }
    private let file: DataFile
    private let state: Mutex<State?>

    /// Makes the scratch file. Beside the MD5, which every object has, only what is asked for is computed.
    init(_ directory: DataDirectory, checksums: Set<ChecksumAlgorithm>) throws {
        file = try DataFile(creating: directory.scratchPath("body"))
        var state = State()
        if checksums.contains(.sha256) { state.sha256 = SHA256() }
        state.crc32 = checksums.contains(.crc32) ? CRC32(.iso) : nil
        state.crc32c = checksums.contains(.crc32c) ? CRC32(.castagnoli) : nil
        self.state = Mutex(state)
    }

    deinit {
        DataDirectory.remove(file.path)
    }

    /// Takes in the next bytes. It blocks.
    func append(_ bytes: ArraySlice<UInt8>) throws {
        try state.withLock { state in
            guard state != nil else { return }
            let offset = state?.count ?? 0
            try bytes.withUnsafeBytes { try file.write($0, at: offset) }
            state?.count = offset + Int64(bytes.count)
            state?.md5.update(bytes)
            state?.sha256?.update(bytes)
            state?.crc32?.update(bytes)
            state?.crc32c?.update(bytes)
        }
    }

    /// Ends the file.
    func finish() -> Summary? {
        state.withLock { state in
            guard let final = state.take() else { return nil }
            let count = final.count
            var checksums: [ChecksumAlgorithm: String] = [:]
            checksums[.crc32] = final.crc32.map { ChecksumAlgorithm.base64($0.value) }
            checksums[.crc32c] = final.crc32c.map { ChecksumAlgorithm.base64($0.value) }
            let md5 = final.md5.finish()
            let sha256 = final.sha256?.finish()
            checksums[.sha256] = sha256.map { Base64.encode($0.bytes) }
            return Summary(count: count, md5: md5, sha256: sha256, checksums: checksums)
        }
    }
}
