/// The bytes of a file name that are not UTF-8, as they stand in text.
///
/// A name on Linux is any bytes but `/` and NUL, and text has scalars. Each byte that is not part of UTF-8 becomes one of the
/// last scalars of the last private use plane, U+10FF80 to U+10FFFF. A name that has such a scalar in UTF-8 is taken byte by
/// byte too, so that no two names have one text.
package enum UndecodableByte {
    private static let base: UInt32 = 0x10FF00
    /// The scalars that stand for bytes.
    private static let scalars = base + 0x80...base + 0xFF

    /// The scalar that stands for a byte from 0x80.
    package static func scalar(for byte: UInt8) -> Unicode.Scalar {
        // Every value up to 0x10FFFF outside the surrogates is a scalar.
        Unicode.Scalar(base + UInt32(byte)) ?? "\u{FFFD}"
    }

    /// The byte that a scalar stands for; `nil` for a scalar of text.
    package static func byte(of scalar: Unicode.Scalar) -> UInt8? {
        scalars.contains(scalar.value) ? UInt8(truncatingIfNeeded: scalar.value) : nil
    }
}
