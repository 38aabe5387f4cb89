package import EC2Types
package import Hashing

extension TaskMarker {
    /// The marker of an attempt at an import.
    package init(address: ImportAddress, fingerprint: SHA256Digest, generation: Int = 1, attempt: Int) {
        self.init(
            address: Self.hash(address),
            fingerprint: fingerprint.leadingBits,
            generation: generation,
            attempt: attempt
        )
    }

    /// Whether the marker is of this address and fingerprint, whatever the generation and the attempt.
    package func names(_ address: ImportAddress, fingerprint: SHA256Digest) -> Bool {
        self.address == Self.hash(address) && self.fingerprint == fingerprint.leadingBits
    }

    /// What stands for an address in a marker.
    package static func hash(_ address: ImportAddress) -> UInt64 {
        SHA256.digest(of: address.description).leadingBits
    }
}
