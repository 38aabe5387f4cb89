package import Hashing

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

    private static let opening = "[ferry:1:"

    /// The first 64 bits of SHA-256 of the address.
    package let address: UInt64
    /// The first 64 bits of the fingerprint.
    package let fingerprint: UInt64
    /// Which attempt at this address it is, from 1.
    package let attempt: Int

    /// The marker of an attempt.
    package init(address: ImportAddress, fingerprint: SHA256Digest, attempt: Int) {
        self.address = Self.hash(address)
        self.fingerprint = Self.leadingBits(of: fingerprint)
        self.attempt = attempt
    }

    /// Reads the marker at the end of a task's description; `nil` if there is none.
    package init?(description: String) {
        guard let start = description.lastIndex(of: "["), description.hasSuffix("]") else { return nil }
        let marker = description[start...]
        guard marker.hasPrefix(Self.opening) else { return nil }
        let fields = marker.dropFirst(Self.opening.count).dropLast().split(
            separator: ":",
            omittingEmptySubsequences: false
        )
        guard
            fields.count == 3,
            fields[0].utf8.count == 16, let address = UInt64(fields[0], radix: 16),
            fields[1].utf8.count == 16, let fingerprint = UInt64(fields[1], radix: 16),
            let attempt = Int(fields[2]), attempt > 0
        else { return nil }
        self.address = address
        self.fingerprint = fingerprint
        self.attempt = attempt
    }

    /// Whether the marker is of this address and fingerprint, whatever the attempt.
    package func names(_ address: ImportAddress, fingerprint: SHA256Digest) -> Bool {
        let other = TaskMarker(address: address, fingerprint: fingerprint, attempt: attempt)
        return self == other
    }

    /// A task's description: the user's text, shortened where it must be, and then the marker.
    package func description(after text: String?) -> String {
        guard let text, !text.isEmpty else { return description }
        let room = Self.longestDescription - description.count - 1
        return "\(text.prefix(room)) \(description)"
    }

    /// What stands for an address in a marker.
    package static func hash(_ address: ImportAddress) -> UInt64 {
        leadingBits(of: SHA256.digest(of: address.description))
    }

    private static func leadingBits(of digest: SHA256Digest) -> UInt64 {
        digest.bytes.prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
    }
}

extension TaskMarker: CustomStringConvertible {
    /// The marker as it stands in a description.
    package var description: String {
        "[ferry:1:\(Self.hexadecimal(address)):\(Self.hexadecimal(fingerprint)):\(attempt)]"
    }

    private static func hexadecimal(_ value: UInt64) -> String {
        let digits = String(value, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
