/// A 32-bit cyclic redundancy check with reflected input and output, initial value and final XOR of all ones.
///
/// It finds damage, not malice: the journal's torn tails, and the `x-amz-checksum-*` headers of S3.
package struct CRC32: Sendable {
    /// A generator polynomial with its look-up table.
    package struct Polynomial: Sendable {
        /// CRC-32 of ISO 3309, as in zlib and `x-amz-checksum-crc32`.
        package static let iso = Polynomial(reflected: 0xEDB8_8320)
        /// CRC-32C of Castagnoli (RFC 3720), as in iSCSI and `x-amz-checksum-crc32c`.
        package static let castagnoli = Polynomial(reflected: 0x82F6_3B78)

        fileprivate let table: [UInt32]

        private init(reflected polynomial: UInt32) {
            table = (0..<256).map { index in
                var value = UInt32(index)
                for _ in 0..<8 {
                    value = value & 1 == 1 ? value >> 1 ^ polynomial : value >> 1
                }
                return value
            }
        }
    }

    private let polynomial: Polynomial
    private var state: UInt32 = .max

    /// Starts a check of no bytes.
    package init(_ polynomial: Polynomial) {
        self.polynomial = polynomial
    }

    /// Takes in the next bytes.
    package mutating func update(_ bytes: some Sequence<UInt8>) {
        let taken: Void? = bytes.withContiguousStorageIfAvailable { update(UnsafeRawBufferPointer($0)) }
        if taken == nil { Array(bytes).withUnsafeBytes { update($0) } }
    }

    /// Takes in the next bytes. The buffer is only read, and only during the call.
    package mutating func update(_ bytes: UnsafeRawBufferPointer) {
        var state = state
        polynomial.table.withUnsafeBufferPointer { table in
            for byte in bytes {
                state = table[Int(UInt8(truncatingIfNeeded: state) ^ byte)] ^ state >> 8
            }
        }
        self.state = state
    }

    /// The check value of all bytes taken in.
    package var value: UInt32 { ~state }

    /// The check value of `bytes`.
    package static func value(of bytes: some Sequence<UInt8>, polynomial: Polynomial) -> UInt32 {
        var check = CRC32(polynomial)
        check.update(bytes)
        return check.value
    }
}
