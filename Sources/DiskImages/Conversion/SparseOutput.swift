import Glibc

/// A file of fixed length that is written where there is data. It owns the file's descriptor.
final class SparseOutput {
    /// The bytes written so far.
    private(set) var dataBytes: Int64 = 0

    private let path: String
    private let descriptor: Int32

    /// Creates the file, or empties the one there is, and gives it its length.
    init(path: String, byteCount: Int64) throws(DiskImageError) {
        self.path = path
        descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0o666)
        guard descriptor >= 0 else { throw DiskImageError(path: path, reason: .system(call: "open", errno: errno)) }
        guard ftruncate(descriptor, off_t(byteCount)) == 0 else {
            let error = DiskImageError(path: path, reason: .system(call: "ftruncate", errno: errno))
            remove()
            throw error
        }
    }

    deinit {
        if descriptor >= 0 { close(descriptor) }
    }

    /// Writes bytes, except for whole blocks of zeros.
    func write(_ bytes: UnsafeRawBufferPointer, at offset: Int64, block: Int) throws(DiskImageError) {
        var dataStart = 0
        var position = 0
        while position < bytes.count {
            let end = min(position + block, bytes.count)
            if Self.isZero(UnsafeRawBufferPointer(rebasing: bytes[position..<end])) {
                try put(UnsafeRawBufferPointer(rebasing: bytes[dataStart..<position]), at: offset + Int64(dataStart))
                dataStart = end
            }
            position = end
        }
        try put(UnsafeRawBufferPointer(rebasing: bytes[dataStart...]), at: offset + Int64(dataStart))
    }

    /// Makes what was written durable.
    func finish() throws(DiskImageError) {
        guard fdatasync(descriptor) == 0 else {
            throw DiskImageError(path: path, reason: .system(call: "fdatasync", errno: errno))
        }
    }

    /// Removes the file after a failure; that failure is what the caller reports.
    func remove() {
        unlink(path)
    }

    private func put(_ bytes: UnsafeRawBufferPointer, at offset: Int64) throws(DiskImageError) {
        var done = 0
        while done < bytes.count {
            let rest = UnsafeRawBufferPointer(rebasing: bytes[done...])
            let count = pwrite(descriptor, rest.baseAddress, rest.count, off_t(offset) + off_t(done))
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else {
                let reason = DiskImageError.Reason.system(call: "pwrite", errno: errno)
                throw DiskImageError(path: path, offset: offset + Int64(done), reason: reason)
            }
            done += count
        }
        dataBytes += Int64(bytes.count)
    }

    /// Whether all bytes are zeros: the first is, and each equals the one after it.
    private static func isZero(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard let base = bytes.baseAddress, bytes[0] == 0 else { return bytes.isEmpty }
        return memcmp(base, base + 1, bytes.count - 1) == 0
    }
}
