import CLibDeflate
import Glibc

/// A hosted sparse VMDK made by hand, right unless a test spoils it.
package struct SparseVMDK {
    /// Where tables and footer are: the four layouts of stream-optimised files, and plain grains.
    package enum Layout: CaseIterable {
        /// Footer at the end, which alone leads to the directory (ESX, ovftool, VirtualBox).
        case footer
        /// Footer at the end, and the directory in the header too.
        case footerAndHeader
        /// Directory in front, end-of-stream marker (VMware's hosted products).
        case front
        /// Directory in front, redundant tables announced, a tail of zeros (QEMU).
        case frontWithoutEnd
        /// Plain grains, directory in front.
        case plain

        package var isCompressed: Bool { self != .plain }
        package var hasFooter: Bool { self == .footer || self == .footerAndHeader }
    }

    /// Sectors of a grain.
    package static let grainSectors: UInt64 = 128
    package static let grainBytes = 65_536

    package var layout: Layout
    /// Sectors of the disk.
    package var capacity: UInt64
    /// The stored grains: number and content.
    package var grains: [(number: Int, bytes: [UInt8])]
    package var createType: String?
    /// Text in place of the usual descriptor.
    package var descriptor: String?

    /// The finished file and the sectors of its parts.
    package struct File {
        package var bytes: [UInt8]
        package var directory = 0
        package var tables: [Int] = []
        package var grains: [Int: Int] = [:]

        package init(bytes: [UInt8]) { self.bytes = bytes }

        /// Overwrites a number in a table or header, little-endian.
        package mutating func put(_ value: some FixedWidthInteger, at offset: Int) {
            withUnsafeBytes(of: value.littleEndian) { bytes.replaceSubrange(offset..<offset + $0.count, with: $0) }
        }

        /// Overwrites where a grain is said to be, in sectors.
        package mutating func putEntry(_ sector: UInt32, ofGrain grain: Int) {
            put(sector, at: tables[grain / 512] * 512 + grain % 512 * 4)
        }
    }

    package init(_ layout: Layout, capacity: UInt64 = 512, grains: [(number: Int, bytes: [UInt8])] = []) {
        self.layout = layout
        self.capacity = capacity
        self.grains = grains
    }

    /// Two grains of the first and the last part of a disk of 512 sectors.
    package static func usual(_ layout: Layout) -> SparseVMDK {
        SparseVMDK(
            layout,
            grains: [(0, pattern(1)), (3, pattern(2))]
        )
    }

    /// A grain of bytes that compress somewhat.
    package static func pattern(_ seed: UInt8, count: Int = grainBytes) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: $0 / 16) ^ seed }
    }

    /// The whole disk.
    package var disk: [UInt8] {
        var disk = [UInt8](repeating: 0, count: Int(capacity) * 512)
        for (number, bytes) in grains {
            let start = number * Self.grainBytes
            let count = min(bytes.count, disk.count - start)
            disk.replaceSubrange(start..<start + count, with: bytes.prefix(count))
        }
        return disk
    }

    /// Builds the file.
    package func build() -> File {
        var file = File(bytes: [UInt8](repeating: 0, count: 21 * 512))
        let tableCount = Int((capacity + 65_535) / 65_536)
        let directorySectors = (tableCount * 4 + 511) / 512
        if !layout.hasFooter {
            file.directory = 21
            file.tables = (0..<tableCount).map { 21 + directorySectors + $0 * 4 }
            file.bytes += [UInt8](repeating: 0, count: (directorySectors + tableCount * 4) * 512)
        }
        file.bytes += [UInt8](repeating: 0, count: max(0, 128 * 512 - file.bytes.count))
        for (number, bytes) in grains {
            file.grains[number] = file.bytes.count / 512
            file.bytes += layout.isCompressed ? Self.compressedGrain(number, bytes) : bytes
        }
        if layout.hasFooter {
            // A marker: the sectors that follow it, zero, and its type.
            for _ in 0..<tableCount {
                file.bytes += Self.marker(sectors: 4, type: 1)
                file.tables.append(file.bytes.count / 512)
                file.bytes += [UInt8](repeating: 0, count: 4 * 512)
            }
            file.bytes += Self.marker(sectors: UInt64(directorySectors), type: 2)
            file.directory = file.bytes.count / 512
            file.bytes += [UInt8](repeating: 0, count: directorySectors * 512)
        }
        for (index, table) in file.tables.enumerated() {
            file.put(UInt32(table), at: file.directory * 512 + index * 4)
        }
        for (number, sector) in file.grains { file.putEntry(UInt32(sector), ofGrain: number) }
        file.bytes.replaceSubrange(0..<512, with: header(directory: layout == .footer ? .max : UInt64(file.directory)))
        let text = descriptor ?? Self.descriptor(createType: createType ?? defaultType, sectors: capacity)
        file.bytes.replaceSubrange(512..<512 + text.utf8.count, with: text.utf8)
        if layout.hasFooter {
            file.bytes += Self.marker(sectors: 1, type: 3)
            file.bytes += header(directory: UInt64(file.directory))
        }
        if layout != .plain {
            file.bytes += [UInt8](repeating: 0, count: 512)
        }
        return file
    }

    private var defaultType: String { layout.isCompressed ? "streamOptimized" : "monolithicSparse" }

    private func header(directory: UInt64) -> [UInt8] {
        var header = File(bytes: [UInt8](repeating: 0, count: 512))
        header.bytes.replaceSubrange(0..<4, with: "KDMV".utf8)
        let flags: UInt32 =
            switch layout {
            case .plain: 0x1
            case .frontWithoutEnd: 0x30003
            default: 0x30001
            }
        header.put(UInt32(layout.isCompressed ? 3 : 1), at: 4)
        header.put(flags, at: 8)
        header.put(capacity, at: 12)
        header.put(Self.grainSectors, at: 20)
        header.put(UInt64(1), at: 28)
        header.put(UInt64(20), at: 36)
        header.put(UInt32(512), at: 44)
        header.put(directory, at: 56)
        header.put(UInt64(128), at: 64)
        header.bytes.replaceSubrange(73..<77, with: [0x0A, 0x20, 0x0D, 0x0A])
        header.put(UInt16(layout.isCompressed ? 1 : 0), at: 77)
        return header.bytes
    }

    package static func descriptor(createType: String, sectors: UInt64) -> String {
        """
        # Disk DescriptorFile
        version=1
        CID=12345678
        parentCID=ffffffff
        createType="\(createType)"

        # Extent description
        RW \(sectors) SPARSE "disk.vmdk"

        #DDB
        ddb.adapterType = "lsilogic"

        """
    }

    /// A grain as it stands in a stream-optimised file, padded to whole sectors.
    package static func compressedGrain(_ number: Int, _ bytes: [UInt8]) -> [UInt8] {
        let data = zlib(bytes)
        var grain = File(bytes: [UInt8](repeating: 0, count: 12))
        grain.put(UInt64(number) * grainSectors, at: 0)
        grain.put(UInt32(data.count), at: 8)
        let padding = (512 - (12 + data.count) % 512) % 512
        return grain.bytes + data + [UInt8](repeating: 0, count: padding)
    }

    /// `bytes` as a zlib stream (RFC 1950).
    package static func zlib(_ bytes: [UInt8]) -> [UInt8] {
        let compressor = libdeflate_alloc_compressor(6)
        defer { libdeflate_free_compressor(compressor) }
        let bound = libdeflate_zlib_compress_bound(compressor, bytes.count)
        return [UInt8](unsafeUninitializedCapacity: bound) { buffer, count in
            count = libdeflate_zlib_compress(compressor, bytes, bytes.count, buffer.baseAddress, bound)
        }
    }

    private static func marker(sectors: UInt64, type: UInt32) -> [UInt8] {
        var marker = File(bytes: [UInt8](repeating: 0, count: 512))
        marker.put(sectors, at: 0)
        marker.put(type, at: 12)
        return marker.bytes
    }
}
