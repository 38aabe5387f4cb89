import FileSystem
import Glibc

/// A regular file opened for reading, whose descriptor it owns, or what was fetched of an image that lies elsewhere.
///
/// Every read is checked against the length the file had when it was opened, so that no number read from an image
/// can lead outside it.
final class ImageFile: Sendable {
    /// The file's path, as it was given.
    let path: String
    /// The last component of the path.
    let name: String
    /// The state of the file when it was opened.
    let identity: FileIdentity

    /// Where the bytes are.
    private enum Storage {
        case descriptor(Int32)
        case fetched(FetchedBytes)
    }

    private let storage: Storage

    /// Whether the file is one of this machine, with a folder in which other files may be.
    var isLocal: Bool {
        if case .descriptor = storage { true } else { false }
    }

    /// The file's length in bytes when it was opened.
    var byteCount: Int64 { identity.byteCount }

    /// Opens a file; a link is followed, because the user named it.
    convenience init(path: String) throws(DiskImageError) {
        try self.init(path: path, descriptor: path.withSystemPath { open($0, Self.flags) })
    }

    /// Takes what was fetched of an image for its file.
    init(path: String, name: String, fetched: FetchedBytes) throws(DiskImageError) {
        self.path = path
        self.name = name
        storage = .fetched(fetched)
        identity = FileIdentity(byteCount: fetched.byteCount, modified: 0, changed: 0, inode: 0, device: 0)
        guard fetched.byteCount > 0 else { throw DiskImageError(path: path, reason: .empty) }
    }

    /// Opens a file that an image names: a plain name in the image's folder, and never through a link, so that a
    /// descriptor cannot lead to a file of the host (CVE-2022-47951).
    convenience init(extent name: String, in directory: ImageDirectory) throws(DiskImageError) {
        let path = "\(directory.path)/\(name)"
        guard !name.isEmpty, name != ".", name != "..", !name.utf8.contains(UInt8(ascii: "/")),
            !name.utf8.contains(UInt8(ascii: "\\")), !name.utf8.contains(0)
        else {
            throw DiskImageError(path: directory.path, reason: .extentName(name))
        }
        try self.init(
            path: path,
            descriptor: openat(directory.descriptor, name, Self.flags | O_NOFOLLOW),
            isExtent: true
        )
    }

    // O_NONBLOCK: opening a pipe without a writer would wait for one; the check for a regular file comes after.
    private static let flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY

    // linux/fs.h; Glibc hides the two names behind _GNU_SOURCE.
    private static let seekData: Int32 = 3
    private static let seekHole: Int32 = 4

    private init(path: String, descriptor: Int32, isExtent: Bool = false) throws(DiskImageError) {
        let openError = errno
        self.path = path
        name = FileName.last(of: path)
        storage = .descriptor(descriptor)
        var status = stat()
        let isKnown = descriptor >= 0 && fstat(descriptor, &status) == 0
        let statusError = errno
        identity = FileIdentity(status)
        guard descriptor >= 0 else {
            let reason: DiskImageError.Reason =
                isExtent && openError == ELOOP ? .symbolicLink : .system(call: "open", errno: openError)
            throw DiskImageError(path: path, reason: reason)
        }
        guard isKnown else { throw DiskImageError(path: path, reason: .system(call: "fstat", errno: statusError)) }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw DiskImageError(path: path, reason: .notAFile)
        }
        guard status.st_size > 0 else { throw DiskImageError(path: path, reason: .empty) }
    }

    deinit {
        if case .descriptor(let descriptor) = storage, descriptor >= 0 { close(descriptor) }
    }

    /// Throws unless `count` bytes at `offset` lie inside the file.
    func require(_ count: UInt64, at offset: UInt64, of structure: ImageStructure) throws(DiskImageError) {
        let (end, overflow) = offset.addingReportingOverflow(count)
        guard !overflow, end <= UInt64(byteCount) else {
            throw DiskImageError(
                path: path,
                offset: Int64(exactly: offset),
                reason: .outsideFile(structure, needed: overflow ? .max : end, bytes: byteCount)
            )
        }
    }

    /// Fills `buffer` from `offset` on; the range must lie inside the file.
    func read(
        at offset: Int64,
        into buffer: UnsafeMutableRawBufferPointer,
        of structure: ImageStructure = .data
    ) throws(DiskImageError) {
        guard let start = UInt64(exactly: offset) else {
            throw DiskImageError(path: path, reason: .outsideFile(structure, needed: .max, bytes: byteCount))
        }
        try require(UInt64(buffer.count), at: start, of: structure)
        let descriptor: Int32
        switch storage {
        case .descriptor(let number): descriptor = number
        case .fetched(let bytes):
            guard bytes.read(at: offset, into: buffer) else {
                throw DiskImageError(path: path, offset: offset, reason: .notFetched)
            }
            return
        }
        var done = 0
        while done < buffer.count {
            let rest = UnsafeMutableRawBufferPointer(rebasing: buffer[done...])
            let count = pread(descriptor, rest.baseAddress, rest.count, off_t(offset) + off_t(done))
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else {
                let reason = DiskImageError.Reason.system(call: "pread", errno: errno)
                throw DiskImageError(path: path, offset: offset + Int64(done), reason: reason)
            }
            // The range was inside the file when it was opened: somebody has cut it since.
            guard count > 0 else { throw DiskImageError(path: path, offset: offset, reason: .changedWhileRead) }
            done += count
        }
    }

    /// The `count` bytes at `offset`; the range is checked before memory is taken.
    func bytes(at offset: Int64, count: Int, of structure: ImageStructure) throws(DiskImageError) -> [UInt8] {
        guard let start = UInt64(exactly: offset), let length = UInt64(exactly: count) else {
            throw DiskImageError(path: path, reason: .outsideFile(structure, needed: .max, bytes: byteCount))
        }
        try require(length, at: start, of: structure)
        let buffer = ScratchBuffer(byteCount: count)
        try read(at: offset, into: buffer.bytes, of: structure)
        return Array(buffer.bytes)
    }

    /// Whether the file system stores data at `offset`, and where that ends, at the file's end at the latest.
    func run(at offset: Int64) throws(DiskImageError) -> (isData: Bool, end: Int64) {
        // What lies elsewhere has no holes that could be seen.
        guard case .descriptor(let descriptor) = storage else { return (true, byteCount) }
        let data = lseek(descriptor, off_t(offset), Self.seekData)
        if data < 0 {
            switch errno {
            // No data up to the end of the file.
            case ENXIO: return (false, byteCount)
            // A file system that knows no holes: all of it is data.
            case EINVAL: return (true, byteCount)
            default: throw DiskImageError(path: path, offset: offset, reason: .system(call: "lseek", errno: errno))
            }
        }
        if Int64(data) > offset { return (false, min(Int64(data), byteCount)) }
        let hole = lseek(descriptor, off_t(offset), Self.seekHole)
        guard hole > 0 else { return (true, byteCount) }
        return (true, min(Int64(hole), byteCount))
    }

    /// Throws when the file is no longer in the state it was opened in. Whoever fetches bytes sees to it that all are of one
    /// state.
    func requireUnchanged() throws(DiskImageError) {
        guard case .descriptor(let descriptor) = storage else { return }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else {
            throw DiskImageError(path: path, reason: .system(call: "fstat", errno: errno))
        }
        guard FileIdentity(status) == identity else { throw DiskImageError(path: path, reason: .changedWhileRead) }
    }
}
