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
        let digest = Array(bytes).withUnsafeBytes { Self($0) }
        guard let digest else { return nil }
        self = digest
    }

    /// The same of bytes that are not kept.
    init?(_ bytes: UnsafeRawBufferPointer) {
        guard bytes.count == Self.byteCount else { return nil }
        func word(_ index: Int) -> UInt64 {
            UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: index * 8, as: UInt64.self))
        }
        words = (word(0), word(1), word(2), word(3))
    }

    /// Reads 64 hexadecimal digits of either case; `nil` for anything else.
    package init?(hex text: some StringProtocol) {
        var text = String(text)
        let digest = text.withUTF8 { Self(hexDigits: $0.span) }
        guard let digest else { return nil }
        self = digest
    }

    /// Reads 64 hexadecimal digits of either case; `nil` for anything else.
    package init?(hexDigits digits: Span<UInt8>) {
        guard digits.count == Self.byteCount * 2 else { return nil }
        func word(_ index: Int) -> UInt64? {
            var word: UInt64 = 0
            for place in (index * 16)..<(index * 16 + 16) {
                guard let value = [UInt8].value(ofDigit: digits[place]) else { return nil }
                word = word << 4 | UInt64(value)
            }
            return word
        }
        guard let first = word(0), let second = word(1), let third = word(2), let fourth = word(3) else { return nil }
        words = (first, second, third, fourth)
    }

    /// The digest's 32 bytes, first byte first.
    package var bytes: [UInt8] { withBytes { Array($0) } }

    /// The first eight bytes as a number.
    package var leadingBits: UInt64 { words.0 }

    /// The digest as 64 lower-case hexadecimal digits.
    package var hex: String {
        String(unsafeUninitializedCapacity: Self.byteCount * 2) { buffer in
            withBytes { bytes in
                for place in 0..<Self.byteCount {
                    buffer.initializeElement(at: place * 2, to: Self.digit(bytes[place] >> 4))
                    buffer.initializeElement(at: place * 2 + 1, to: Self.digit(bytes[place] & 0x0F))
                }
            }
            return Self.byteCount * 2
        }
    }

    /// Writes the 64 digits at the end of a text.
    package func appendHex(to text: inout [UInt8]) {
        withBytes { bytes in
            for byte in bytes {
                text.append(Self.digit(byte >> 4))
                text.append(Self.digit(byte & 0x0F))
            }
        }
    }

    private static func digit(_ value: UInt8) -> UInt8 {
        value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10
    }

    /// Calls `body` with the digest's 32 bytes, first byte first.
    package func withBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        withUnsafeBytes(of: (words.0.bigEndian, words.1.bigEndian, words.2.bigEndian, words.3.bigEndian), body)
    }

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
