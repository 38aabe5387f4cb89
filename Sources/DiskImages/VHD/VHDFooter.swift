/// The footer of a VHD ("Hard Disk Footer Format"), checked. Numbers are big-endian.
struct VHDFooter: Equatable {
    /// How the guest's bytes are stored.
    enum DiskType: UInt32 {
        case fixed = 2
        case dynamic = 3
        case differencing = 4
    }

    /// The footer's length in bytes. Virtual PC before 2004 wrote 511.
    static let byteCount = 512
    /// What every footer begins with.
    static let cookie = Array("conectix".utf8)
    /// Where the checksum is, in every footer.
    private static let checksumOffset = 64
    /// The largest geometry there is: cylinders, heads and sectors are cut off at it.
    private static let largestGeometry: UInt64 = 65_535 * 16 * 255

    let type: DiskType
    /// Where the dynamic header is, in bytes.
    let dataOffset: UInt64
    /// The disk's size when it was made, in bytes.
    let originalSize: UInt64
    /// The disk's size, in bytes.
    let currentSize: UInt64
    /// The disk's size by cylinders, heads and sectors, in bytes.
    let geometrySize: UInt64
    /// The program that made the image, and its version.
    let producer: String?
    /// The virtual machine was suspended.
    let hasSavedState: Bool

    /// Whether there is a geometry of another size, and not because it is cut off at the largest one.
    var geometryDiffers: Bool {
        geometrySize > 0 && geometrySize != currentSize && geometrySize < Self.largestGeometry * 512
    }

    /// Reads a footer.
    ///
    /// - Parameters:
    ///   - bytes: 512 bytes.
    ///   - offset: Where they are in the file, in bytes, for the error.
    init(_ bytes: [UInt8], path: String, offset: Int64) throws(DiskImageError) {
        func invalid(_ field: Int, _ name: String, _ value: UInt64, _ expected: String) -> DiskImageError {
            let reason = DiskImageError.Reason.invalidField(name, value: value, expected: expected)
            return DiskImageError(path: path, offset: offset + Int64(field), reason: reason)
        }
        guard bytes.starts(with: Self.cookie), let version = bytes.bigEndian32(at: 12),
            let dataOffset = bytes.bigEndian64(at: 16), let originalSize = bytes.bigEndian64(at: 40),
            let currentSize = bytes.bigEndian64(at: 48), let cylinders = bytes.bigEndian16(at: 56),
            let rawType = bytes.bigEndian32(at: 60), bytes.count >= Self.byteCount
        else { throw invalid(0, "cookie", bytes.bigEndian64(at: 0) ?? 0, "conectix") }
        try VHDChecksum.check(bytes, at: Self.checksumOffset, of: .footer, path: path, offset: offset)
        // The minor version may grow without changing what is known; the major one may not.
        guard version >> 16 == 1 else {
            throw DiskImageError(path: path, offset: offset + 12, reason: .unsupportedVersion(UInt64(version >> 16)))
        }
        guard let type = DiskType(rawValue: rawType) else {
            throw invalid(60, "disk type", UInt64(rawType), "2 (fixed), 3 (dynamic) or 4 (differencing)")
        }
        guard currentSize > 0, currentSize.isMultiple(of: 512), currentSize <= UInt64(Int64.max) else {
            throw invalid(48, "current size in bytes", currentSize, "a multiple of 512")
        }
        self.type = type
        self.dataOffset = dataOffset
        self.originalSize = originalSize
        self.currentSize = currentSize
        geometrySize = UInt64(cylinders) * UInt64(bytes[58]) * UInt64(bytes[59]) * 512
        hasSavedState = bytes[84] == 1
        let creator = bytes[28..<32].prefix { 0x20..<0x7F ~= $0 }
        let name = String(decoding: creator, as: UTF8.self).split(separator: " ").first ?? ""
        let major = bytes.bigEndian16(at: 32) ?? 0
        let minor = bytes.bigEndian16(at: 34) ?? 0
        producer = name.isEmpty ? nil : "\(name) \(major).\(minor)"
    }
}
