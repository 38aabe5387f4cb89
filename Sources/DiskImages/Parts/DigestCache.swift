import FileSystem
import Glibc
package import Hashing

/// Digests of image files, kept between runs so that no image is hashed twice.
///
/// One small file an image, named by the SHA-256 of the image's absolute path. An entry counts only for the very state
/// of the file it was made for; one that is damaged or out of date is made anew. Many processes may share a folder.
package struct DigestCache: Sendable {
    /// The folder of the cache; it is made when it is needed.
    package let folder: String

    /// A file written less than this many nanoseconds ago may be written again without its time stamp moving: file
    /// systems keep time in ticks, and some (FAT) in ticks of two seconds.
    private static let settling: Int64 = 2_000_000_000

    /// A cache in `folder`, whose own parent must exist.
    package init(folder: String) {
        self.folder = folder
    }

    /// The digest of an image file: the one remembered, or else a new one, which is then remembered.
    ///
    /// The call blocks on files and on the processor.
    ///
    /// - Parameters:
    ///   - path: The image file.
    ///   - progress: Takes the number of bytes hashed, once a part, and may throw to cancel; not called for a digest
    ///     that is remembered.
    /// - Throws: `DiskImageError`, also when the cache can't be written; or what `progress` throws.
    package func digest(
        of path: String,
        progress: (Int64) throws -> Void = { _ in }
    ) throws -> ImageDigest {
        let file = try ImageFile(path: path)
        let entry = try entryPath(of: path)
        if let digest = try remembered(at: entry, identity: file.identity) { return digest }
        let digest = try ImageDigester.digest(of: file, progress: progress)
        if try isSettled(file) {
            try write(DigestCacheEntry.encode(digest, identity: file.identity), to: entry)
        }
        return digest
    }

    /// The digest of an image's content, of however many files it is: that of its file, or else SHA-256 over the digests of
    /// all its files in their order.
    ///
    /// - Parameters:
    ///   - facts: What its headers tell.
    ///   - path: The image.
    ///   - progress: Takes the number of bytes hashed of the present file, as ``digest(of:progress:)`` does.
    /// - Throws: As ``digest(of:progress:)`` does.
    package func digest(
        of facts: DiskImageFacts,
        at path: String,
        progress: (Int64) throws -> Void = { _ in }
    ) throws -> SHA256Digest {
        let own = try digest(of: path, progress: progress).digest
        guard facts.files.count > 1 else { return own }
        var hash = SHA256()
        hash.update(own.bytes)
        for name in facts.files.dropFirst() {
            hash.update(try digest(of: "\(FileName.folder(of: path))/\(name)", progress: progress).digest.bytes)
        }
        return hash.finish()
    }

    /// The digest remembered for an image file in its present state; `nil` when there is none.
    package func remembered(_ path: String) throws(DiskImageError) -> ImageDigest? {
        try remembered(at: entryPath(of: path), identity: ImageFile(path: path).identity)
    }

    private func remembered(at entry: String, identity: FileIdentity) throws(DiskImageError) -> ImageDigest? {
        let file: ImageFile
        do {
            file = try ImageFile(path: entry)
        } catch {
            // No entry yet, or one that a crash left empty.
            if error.reason == .system(call: "open", errno: ENOENT) || error.reason == .empty { return nil }
            throw error
        }
        let expected = DigestCacheEntry.byteCount(imageBytes: identity.byteCount)
        guard file.byteCount == Int64(expected) else { return nil }
        return DigestCacheEntry.decode(try file.bytes(at: 0, count: expected, of: .data), identity: identity)
    }

    private func entryPath(of path: String) throws(DiskImageError) -> String {
        guard let resolved = path.withSystemPath({ realpath($0, nil) }) else {
            throw DiskImageError(path: path, reason: .system(call: "realpath", errno: errno))
        }
        defer { free(resolved) }
        return "\(folder)/\(SHA256.digest(of: SystemPath.text(of: resolved)).hex).digest"
    }

    private func isSettled(_ file: ImageFile) throws(DiskImageError) -> Bool {
        var now = timespec()
        guard clock_gettime(CLOCK_REALTIME, &now) == 0 else {
            throw DiskImageError(path: file.path, reason: .system(call: "clock_gettime", errno: errno))
        }
        let time = Int64(now.tv_sec) &* 1_000_000_000 &+ Int64(now.tv_nsec)
        let (age, overflow) = time.subtractingReportingOverflow(file.identity.modified)
        return !overflow && age >= Self.settling
    }

    /// Writes an entry beside its place and moves it there, so that nobody reads half of one. It is not made durable:
    /// an entry that a crash damages fails its check and is made anew.
    private func write(_ bytes: [UInt8], to entry: String) throws(DiskImageError) {
        guard folder.withSystemPath({ mkdir($0, 0o777) }) == 0 || errno == EEXIST else {
            throw DiskImageError(path: folder, reason: .system(call: "mkdir", errno: errno))
        }
        let files = LocalFiles(permissions: 0o600, durability: .process)
        do throws(FileError) {
            try files.replace(entry, with: bytes, through: .unique)
        } catch {
            guard error.call == "open" else { throw DiskImageError(error, path: entry) }
            // A temporary file cannot be created: the message names the call as mkstemp(3) would.
            throw DiskImageError(path: folder, reason: .system(call: "mkstemp", errno: error.code))
        }
    }
}
