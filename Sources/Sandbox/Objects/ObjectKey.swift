import Hashing

/// The key of an object: up to 1024 bytes of UTF-8, compared and sorted byte by byte, as S3 does.
///
/// `String` doesn't do for that: it takes canonically equivalent texts for the same.
struct ObjectKey: Hashable, Comparable, Sendable {
    /// The most bytes that S3 takes ("Naming Amazon S3 objects").
    static let longest = 1024

    /// The key's bytes, which are valid UTF-8.
    let bytes: [UInt8]

    /// The key of the UTF-8 form of `text`.
    init(_ text: String) {
        bytes = Array(text.utf8)
    }

    /// The key of bytes that are a key or the start of one.
    init(bytes: some Sequence<UInt8>) {
        self.bytes = Array(bytes)
    }

    /// The key as text.
    var text: String { String(decoding: bytes, as: UTF8.self) }

    /// A name for files that any key can have: keys may hold slashes, dots and more bytes than a file name may.
    var fileName: String { SHA256.digest(of: bytes).hex }

    static func < (left: Self, right: Self) -> Bool { left.bytes.lexicographicallyPrecedes(right.bytes) }

    /// The least key greater than all keys that begin with this one; `nil` if there is none.
    var afterPrefix: ObjectKey? {
        var bytes = bytes
        while let last = bytes.popLast() {
            if last < 0xFF {
                bytes.append(last + 1)
                return ObjectKey(bytes: bytes)
            }
        }
        return nil
    }
}
