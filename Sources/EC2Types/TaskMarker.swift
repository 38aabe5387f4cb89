/// The suffix of a conversion task's description that identifies the task.
///
/// ImportVolume takes no client token, so a lost response would leave a task that cannot be identified. The marker has the
/// import's address, its fingerprint, the generation, and the attempt, and leaves room for the user's own text.
///
///     ERP database [ferry:2:6f1ed002ab559585:9b74c9897bac770f:1:1]
///
/// Version 1, which ferry 0.1.0 wrote, has no generation. It reads as generation 1.
package struct TaskMarker: Hashable, Sendable {

    /// The highest attempt that a marker or a state has: anybody may write a marker, and the next is counted on from it.
    package static let highestAttempt = 1_000_000_000

    /// The highest generation that a marker, a tag, or a state has.
    package static let highestGeneration = 1_000_000

    private static let opening = Array("[ferry:".utf8)
    /// The most bytes that a marker has: those of the highest generation and attempt.
    private static let longestMarker = 70

    /// The first 64 bits of SHA-256 of the address.
    package let address: UInt64
    /// The first 64 bits of the fingerprint.
    package let fingerprint: UInt64
    // A list has a hundred thousand markers: the numbers fit 32 bits.
    private let shortGeneration: UInt32
    private let shortAttempt: UInt32

    /// The generation of the volume, from 1 to ``highestGeneration``: `--replace` and `--recreate-missing` raise it.
    package var generation: Int { Int(shortGeneration) }
    /// Which attempt at this address it is, from 1 to ``highestAttempt``.
    package var attempt: Int { Int(shortAttempt) }

    /// The marker of an attempt.
    ///
    /// - Parameters:
    ///   - address: The first 64 bits of SHA-256 of the address.
    ///   - fingerprint: The first 64 bits of the fingerprint.
    ///   - generation: The generation of the volume, from 1 to ``highestGeneration``.
    ///   - attempt: The number of the attempt, from 1 to ``highestAttempt``.
    package init(address: UInt64, fingerprint: UInt64, generation: Int = 1, attempt: Int) {
        self.address = address
        self.fingerprint = fingerprint
        shortGeneration = UInt32(clamping: generation)
        shortAttempt = UInt32(clamping: attempt)
    }

    /// Reads the marker at the end of a task's description; `nil` if there is none.
    init?(description: String) {
        var description = description
        let marker = description.withUTF8 { Self($0.span) }
        guard let marker else { return nil }
        self = marker
    }

    /// The same on bytes: a list has a hundred thousand descriptions.
    private init?(_ text: Span<UInt8>) {
        guard text.count > 0, text[text.count - 1] == UInt8(ascii: "]") else { return nil }
        // The longest marker has 70 bytes: an opening bracket further away opens something else.
        let limit = max(0, text.count - Self.longestMarker)
        var start = text.count - 1
        while start > limit, text[start] != UInt8(ascii: "[") { start -= 1 }
        let opening = Self.opening
        guard text.count - start > opening.count else { return nil }
        for place in 0..<opening.count where text[start + place] != opening[place] { return nil }
        let fields = text.extracting((start + opening.count)..<(text.count - 1))
        var place = 0
        let version = Self.field(of: fields, at: &place, radix: 10)
        guard let version, version == 1 || version == 2,
            let address = Self.field(of: fields, at: &place, radix: 16, digits: 16),
            let fingerprint = Self.field(of: fields, at: &place, radix: 16, digits: 16),
            let generation = version == 1 ? 1 : Self.field(of: fields, at: &place, radix: 10),
            let attempt = Self.field(of: fields, at: &place, radix: 10),
            place > fields.count,
            (1...UInt64(Self.highestGeneration)).contains(generation),
            (1...UInt64(Self.highestAttempt)).contains(attempt)
        else { return nil }
        self.address = address
        self.fingerprint = fingerprint
        shortGeneration = UInt32(generation)
        shortAttempt = UInt32(attempt)
    }

    /// Reads the number of the next field. Fields are separated by colons.
    ///
    /// - Parameters:
    ///   - place: Where the field begins; afterwards where the next one does.
    ///   - digits: The number of digits; any if `nil`.
    /// - Returns: `nil` if there is no such field.
    private static func field(
        of text: Span<UInt8>,
        at place: inout Int,
        radix: UInt64,
        digits: Int? = nil
    ) -> UInt64? {
        guard place <= text.count else { return nil }
        var end = place
        while end < text.count, text[end] != UInt8(ascii: ":") { end += 1 }
        let field = text.extracting(place..<end)
        place = end + 1
        guard digits.map({ $0 == field.count }) ?? true else { return nil }
        return number(field, radix: radix)
    }

    /// Reads digits, nothing else; `nil` also for a number that is too large.
    private static func number(_ digits: Span<UInt8>, radix: UInt64) -> UInt64? {
        guard !digits.isEmpty else { return nil }
        var number: UInt64 = 0
        for place in digits.indices {
            let digit: UInt64
            switch digits[place] {
            case let byte where byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9"):
                digit = UInt64(byte - UInt8(ascii: "0"))
            case let byte where byte | 0x20 >= UInt8(ascii: "a") && byte | 0x20 <= UInt8(ascii: "f"):
                digit = UInt64((byte | 0x20) - UInt8(ascii: "a") + 10)
            default: return nil
            }
            let (product, overflow) = number.multipliedReportingOverflow(by: radix)
            let (sum, carry) = product.addingReportingOverflow(digit)
            guard digit < radix, !overflow, !carry else { return nil }
            number = sum
        }
        return number
    }

    /// A task's description: the user's text, shortened where it must be, and then the marker.
    package func description(after text: String?) -> String {
        guard let text, !text.isEmpty else { return description }
        let room = EC2Limits.description - description.count - 1
        return "\(String(text.unicodeScalars.prefix(room))) \(description)"
    }
}

extension TaskMarker {
    /// The marker as part of an object's key: address and fingerprint in base 36, generation, and attempt, separated by
    /// hyphens.
    package var keyName: String {
        "\(String(address, radix: 36))-\(String(fingerprint, radix: 36))-\(generation)-\(attempt)"
    }

    /// The marker as ferry 0.1.0 wrote it in an object's key, without the generation.
    package var keyNameOfVersion1: String {
        "\(Self.hexadecimal(address))-\(Self.hexadecimal(fingerprint))-\(attempt)"
    }
}

extension TaskMarker: CustomStringConvertible {
    /// The marker as it stands in a description.
    package var description: String {
        "[ferry:2:\(Self.hexadecimal(address)):\(Self.hexadecimal(fingerprint)):\(generation):\(attempt)]"
    }

    /// An address or a fingerprint in 16 hexadecimal digits.
    package static func hexadecimal(_ value: UInt64) -> String {
        let digits = String(value, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
