/// A SHA-256 digest: 32 bytes, written as 64 lower-case hexadecimal digits (FIPS 180-4).
///
/// The bytes are kept as four big-endian words, so that a digest needs no allocation and compares as fast as an
/// integer: a plan of 100,000 images holds millions of them.
package struct SHA256Digest: Hashable, Sendable {
    /// The number of bytes in a digest.
    package static let byteCount = 32

    private let words: (UInt64, UInt64, UInt64, UInt64)

    /// Makes a digest of exactly 32 bytes; `nil` for any other number.
    package init?(bytes: some Collection<UInt8>) {
        guard bytes.count == Self.byteCount else { return nil }
        var words: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
        for (index, byte) in bytes.enumerated() {
            switch index / 8 {
            case 0: words.0 = words.0 << 8 | UInt64(byte)
            case 1: words.1 = words.1 << 8 | UInt64(byte)
            case 2: words.2 = words.2 << 8 | UInt64(byte)
            default: words.3 = words.3 << 8 | UInt64(byte)
            }
        }
        self.words = words
    }

    /// Makes a digest of the 32 bytes that `fill` writes.
    init(filledBy fill: (UnsafeMutableRawBufferPointer) -> Void) {
        var words: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
        withUnsafeMutableBytes(of: &words) { fill($0) }
        let (first, second, third, fourth) = words
        self.words = (first.bigEndian, second.bigEndian, third.bigEndian, fourth.bigEndian)
    }

    /// Calls `body` with the digest's 32 bytes, first byte first.
    package func withBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        withUnsafeBytes(of: (words.0.bigEndian, words.1.bigEndian, words.2.bigEndian, words.3.bigEndian)) { body($0) }
    }

    /// Reads 64 hexadecimal digits of either case; `nil` for anything else.
    package init?(hex: some StringProtocol) {
        guard let bytes = [UInt8](hexadecimal: hex) else { return nil }
        self.init(bytes: bytes)
    }

    /// The digest's 32 bytes, first byte first.
    package var bytes: [UInt8] { withBytes { Array($0) } }

    /// The digest as 64 lower-case hexadecimal digits.
    package var hex: String { withBytes { $0.hexadecimal } }

    package static func == (left: Self, right: Self) -> Bool { left.words == right.words }

    package func hash(into hasher: inout Hasher) {
        // The bits of a SHA-256 digest are uniform already: one word is as good a hash as four.
        hasher.combine(words.0)
    }
}

extension SHA256Digest: Comparable {
    package static func < (left: Self, right: Self) -> Bool { left.words < right.words }
}

extension SHA256Digest: CustomStringConvertible {
    package var description: String { hex }
}

extension SHA256Digest: Codable {
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let digest = Self(hex: text) else {
            throw DecodingError.dataCorruptedError(
                in: container,
                debugDescription: "not a SHA-256 digest of 64 hexadecimal digits: \(text)"
            )
        }
        self = digest
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(hex)
    }
}
