import DiskImages
import Glibc
import Hashing

/// The parts of a converted image, as they are remembered in a file: the length of the image, and a digest a line.
enum PartList {
    private static let title = "ferry parts 1"
    /// The longest list that is read, in bytes: that of an image of 64 TiB.
    private static let longest = 1 << 30

    /// Reads a list; `nil` if there is none, or one that was not written whole.
    static func read(path: String) throws(ScratchError) -> ImageDigest? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
        guard descriptor >= 0 else {
            if errno == ENOENT { return nil }
            throw ScratchError(path, "open")
        }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw ScratchError(path, "fstat") }
        guard status.st_mode & S_IFMT == S_IFREG, status.st_size <= longest else { return nil }
        var bytes = [UInt8](repeating: 0, count: Int(status.st_size))
        var done = 0
        while done < bytes.count {
            let count = bytes.withUnsafeMutableBytes {
                Glibc.read(descriptor, $0.baseAddress.map { $0 + done }, $0.count - done)
            }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw ScratchError(path, "read") }
            guard count > 0 else { return nil }
            done += count
        }
        let lines = bytes.split(separator: UInt8(ascii: "\n")).map { String(decoding: $0, as: UTF8.self) }
        guard lines.count >= 2, lines[0] == title, let length = Int64(lines[1]) else { return nil }
        let parts = lines.dropFirst(2).compactMap { SHA256Digest(hex: $0) }
        return ImageDigest(bytes: length, parts: parts)
    }

    /// Writes a list, whole or not at all. It need not outlast a power cut: one that does not is made anew.
    static func write(_ digest: ImageDigest, to path: String) throws(ScratchError) {
        var bytes = Array("\(title)\n\(digest.bytes)\n".utf8)
        for part in digest.parts { bytes += "\(part.hex)\n".utf8 }
        let next = path + ".next"
        let descriptor = open(next, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0o666)
        guard descriptor >= 0 else { throw ScratchError(next, "open") }
        var done = 0
        while done < bytes.count {
            let count = bytes[done...].withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else {
                let number = errno
                close(descriptor)
                throw ScratchError(next, "write", number: number)
            }
            done += count
        }
        guard close(descriptor) == 0 else { throw ScratchError(next, "close") }
        guard rename(next, path) == 0 else { throw ScratchError(path, "rename") }
    }
}
