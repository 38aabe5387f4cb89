import FileSystem
import Glibc
package import Hashing

/// Digests of image files, kept between runs so that no image is hashed twice.
///
/// One small file an image, named by the SHA-256 of the image's absolute path. An entry counts only for the very state
/// of the file it was made for; one that is damaged or out of date is made anew. Many processes may share a folder.
///
/// The cache only saves time: where an entry cannot be read or written, the image is hashed, and that is no error.
package struct DigestCache: Sendable {
    /// The folder of the cache. It and the folders above it are made when they are needed.
    package let folder: String

    /// A file written less than this many nanoseconds ago may be written again without its time stamp moving: file
    /// systems keep time in ticks, and some (FAT) in ticks of two seconds.
    private static let settling: Int64 = 2_000_000_000

    /// A cache in `folder`.
    package init(folder: String) {
        self.folder = folder
    }

    /// Why entries cannot be written; `nil` if they can be, as far as the folder shows.
    package func problem() -> String? {
        do throws(DiskImageError) {
            try makeFolder()
        } catch {
            return "\(error)"
        }
        guard (folder + "/.").withSystemPath({ access($0, W_OK | X_OK) }) != 0 else { return nil }
        return "\(DiskImageError(path: folder, reason: .system(call: "access", errno: errno)))"
    }

    /// The digest of an image file: the one remembered, or else a new one, which is then remembered.
    ///
    /// The call blocks on files and on the processor.
    ///
    /// - Parameters:
    ///   - path: The image file.
    ///   - progress: Takes the number of bytes hashed, once a part, and may throw to cancel; not called for a digest
    ///     that is remembered.
    /// - Throws: `DiskImageError` of the image, or what `progress` throws.
    package func digest(
        of path: String,
        progress: (Int64) throws -> Void = { _ in }
    ) throws -> ImageDigest {
        let file = try ImageFile(path: path)
        let entry = try entryPath(of: path)
        if let digest = try? remembered(at: entry, identity: file.identity) { return digest }
        let digest = try ImageDigester.digest(of: file, progress: progress)
        if isSettled(file) { try? write(DigestCacheEntry.encode(digest, identity: file.identity), to: entry) }
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
        let entry = try entryPath(of: path)
        let identity = try ImageFile(path: path).identity
        return try? remembered(at: entry, identity: identity)
    }

    private func remembered(at entry: String, identity: FileIdentity) throws(DiskImageError) -> ImageDigest? {
        let file = try ImageFile(path: entry)
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

    private func isSettled(_ file: ImageFile) -> Bool {
        var now = timespec()
        guard clock_gettime(CLOCK_REALTIME, &now) == 0 else { return false }
        let time = Int64(now.tv_sec) &* 1_000_000_000 &+ Int64(now.tv_nsec)
        let (age, overflow) = time.subtractingReportingOverflow(file.identity.modified)
        return !overflow && age >= Self.settling
    }

    /// Writes an entry beside its place and moves it there, so that nobody reads half of one. It is not made durable:
    /// an entry that a crash damages fails its check and is made anew.
    private func write(_ bytes: [UInt8], to entry: String) throws(DiskImageError) {
        try makeFolder()
        let files = LocalFiles(permissions: 0o600, durability: .process)
        do throws(FileError) {
            try files.replace(entry, with: bytes, through: .unique)
        } catch {
            guard error.call == "open" else { throw DiskImageError(error, path: entry) }
            // A temporary file cannot be created: the message names the call as mkstemp(3) would.
            throw DiskImageError(path: folder, reason: .system(call: "mkstemp", errno: error.code))
        }
    }

    /// Makes the folder and those above it.
    private func makeFolder() throws(DiskImageError) {
        var path = folder.hasPrefix("/") ? "" : "."
        for name in folder.split(separator: "/") {
            path += "/\(name)"
            guard path.withSystemPath({ mkdir($0, 0o777) }) != 0, errno != EEXIST else { continue }
            // A folder that is there and may not be written in says so first on some file systems.
            let cause = errno
            guard path.withSystemPath({ access($0, F_OK) }) != 0 else { continue }
            throw DiskImageError(path: folder, reason: .system(call: "mkdir", errno: cause))
        }
    }
}
