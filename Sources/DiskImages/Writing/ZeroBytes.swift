import Glibc

/// Tells zeros from data.
enum ZeroBytes {
    /// Whether all bytes are zeros: the first is, and each equals the one after it.
    static func fill(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard let base = bytes.baseAddress, bytes[0] == 0 else { return bytes.isEmpty }
        return memcmp(base, base + 1, bytes.count - 1) == 0
    }
}
