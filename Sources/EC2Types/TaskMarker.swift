/// What ferry writes at the end of a conversion task's description to know the task again.
///
/// ImportVolume takes no client token, so an answer that was lost would leave a task nobody can name. The marker names
/// it: the import's address, its fingerprint and the attempt, each short enough that the user's own text still fits.
///
///     ERP database [ferry:1:6f1ed002ab559585:9b74c9897bac770f:1]
package struct TaskMarker: Hashable, Sendable {
    /// The most characters a description may have, so that the marker is never cut off: the limit that EC2 documents
    /// for the descriptions of its other resources.
    package static let longestDescription = 255

    /// The highest attempt that a marker or a state has: anybody may write a marker, and the next is counted on from it.
    package static let highestAttempt = 1_000_000_000

    private static let opening = Array("[ferry:1:".utf8)

    /// The first 64 bits of SHA-256 of the address.
    package let address: UInt64
    /// The first 64 bits of the fingerprint.
    package let fingerprint: UInt64
    /// Which attempt at this address it is, from 1 to ``highestAttempt``.
    package let attempt: Int

    /// The marker of an attempt.
    ///
    /// - Parameters:
    ///   - address: The first 64 bits of SHA-256 of the address.
    ///   - fingerprint: The first 64 bits of the fingerprint.
    ///   - attempt: The number of the attempt, from 1 to ``highestAttempt``.
    package init(address: UInt64, fingerprint: UInt64, attempt: Int) {
        self.address = address
        self.fingerprint = fingerprint
        self.attempt = attempt
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
        let opening = Self.opening
        let digits = 16
        // The shortest attempt has one digit, and the longest those of the largest number.
        let shortest = opening.count + digits + 1 + digits + 1 + 1 + 1
        guard text.count >= shortest, text[text.count - 1] == UInt8(ascii: "]") else { return nil }
        var start = text.count - shortest
        while start > 0, text[start] != UInt8(ascii: "[") { start -= 1 }
        for place in 0..<opening.count where text[start + place] != opening[place] { return nil }
        let first = start + opening.count
        let second = first + digits + 1
        let third = second + digits + 1
        guard
            text[second - 1] == UInt8(ascii: ":"), text[third - 1] == UInt8(ascii: ":"),
            let address = Self.number(text.extracting(first..<(second - 1)), radix: 16),
            let fingerprint = Self.number(text.extracting(second..<(third - 1)), radix: 16),
            let attempt = Self.number(text.extracting(third..<(text.count - 1)), radix: 10).flatMap(Int.init(exactly:)),
            (1...Self.highestAttempt).contains(attempt)
        else { return nil }
        self.address = address
        self.fingerprint = fingerprint
        self.attempt = attempt
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
        let room = Self.longestDescription - description.count - 1
        return "\(text.prefix(room)) \(description)"
    }
}

extension TaskMarker {
    /// The marker as part of an object's key: address, fingerprint, and attempt, separated by hyphens.
    package var keyName: String {
        "\(Self.hexadecimal(address))-\(Self.hexadecimal(fingerprint))-\(attempt)"
    }
}

extension TaskMarker: CustomStringConvertible {
    /// The marker as it stands in a description.
    package var description: String {
        "[ferry:1:\(Self.hexadecimal(address)):\(Self.hexadecimal(fingerprint)):\(attempt)]"
    }

    fileprivate static func hexadecimal(_ value: UInt64) -> String {
        let digits = String(value, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
