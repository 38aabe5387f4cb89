/// A VHD made by hand, right unless a test spoils it.
package struct HandmadeVHD {
    /// The guest bytes of a block.
    package static let blockBytes = 4096 * 8
    /// The bytes of a bitmap, padded.
    package static let bitmapBytes = 512

    /// Where the parts of a dynamic VHD are, in bytes.
    package static let headerOffset = 512
    package static let tableOffset = 1536
    package static let blocksOffset = 2048

    /// A footer.
    ///
    /// - Parameter type: 2 fixed, 3 dynamic, 4 differencing.
    package static func footer(type: UInt32, size: UInt64, originalSize: UInt64? = nil) -> [UInt8] {
        var footer = [UInt8](repeating: 0, count: 512)
        footer.replaceSubrange(0..<8, with: "conectix".utf8)
        put(UInt32(2), in: &footer, at: 8)
        put(UInt32(0x0001_0000), in: &footer, at: 12)
        put(type == 2 ? UInt64.max : UInt64(headerOffset), in: &footer, at: 16)
        footer.replaceSubrange(28..<32, with: "test".utf8)
        put(UInt32(0x0001_0002), in: &footer, at: 32)
        put(originalSize ?? size, in: &footer, at: 40)
        put(size, in: &footer, at: 48)
        put(type, in: &footer, at: 60)
        seal(&footer, 0..<512, checksum: 64)
        return footer
    }

    /// A fixed VHD of a disk.
    package static func fixed(_ disk: [UInt8]) -> [UInt8] { disk + footer(type: 2, size: UInt64(disk.count)) }

    /// A dynamic VHD of blocks in this order; `nil` for one that is not stored.
    ///
    /// - Parameter bitmap: The first byte of each block's bitmap, and all others.
    package static func dynamic(_ blocks: [[UInt8]?], size: UInt64? = nil, bitmap: UInt8 = 0xFF) -> [UInt8] {
        let size = size ?? UInt64(blocks.count * blockBytes)
        let footer = footer(type: 3, size: size)
        var header = [UInt8](repeating: 0, count: 1024)
        header.replaceSubrange(0..<8, with: "cxsparse".utf8)
        put(UInt64.max, in: &header, at: 8)
        put(UInt64(tableOffset), in: &header, at: 16)
        put(UInt32(0x0001_0000), in: &header, at: 24)
        put(UInt32(blocks.count), in: &header, at: 28)
        put(UInt32(blockBytes), in: &header, at: 32)
        seal(&header, 0..<1024, checksum: 36)
        var table = [UInt8](repeating: 0xFF, count: 512)
        var stored: [UInt8] = []
        for (index, block) in blocks.enumerated() {
            guard let block else { continue }
            put(UInt32((blocksOffset + stored.count) / 512), in: &table, at: index * 4)
            stored += [UInt8](repeating: bitmap, count: bitmapBytes) + block
        }
        return footer + header + table + stored + footer
    }

    /// Overwrites a number, big-endian.
    package static func put(_ value: some FixedWidthInteger, in bytes: inout [UInt8], at offset: Int) {
        withUnsafeBytes(of: value.bigEndian) { bytes.replaceSubrange(offset..<offset + $0.count, with: $0) }
    }

    /// Makes the checksum of a header or footer fit again.
    package static func seal(_ bytes: inout [UInt8], _ range: Range<Int>, checksum: Int) {
        put(UInt32(0), in: &bytes, at: range.lowerBound + checksum)
        let sum = bytes[range].reduce(UInt32(0)) { $0 + UInt32($1) }
        put(~sum, in: &bytes, at: range.lowerBound + checksum)
    }

    /// Overwrites a number in the footer and its copy, and makes both checksums fit.
    package static func putInFooters(_ value: some FixedWidthInteger, in bytes: inout [UInt8], at offset: Int) {
        for start in [0, bytes.count - 512] {
            put(value, in: &bytes, at: start + offset)
            seal(&bytes, start..<start + 512, checksum: 64)
        }
    }

    /// Overwrites a number in the dynamic header, and makes its checksum fit.
    package static func putInHeader(_ value: some FixedWidthInteger, in bytes: inout [UInt8], at offset: Int) {
        put(value, in: &bytes, at: headerOffset + offset)
        seal(&bytes, headerOffset..<headerOffset + 1024, checksum: 36)
    }
}
