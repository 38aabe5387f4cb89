import DiskImages
import Foundation
import ImageSamples
import ImportReadiness
import TestSupport
import Testing

/// Sparse VMDK files made by hand: right ones in every layout, and spoilt ones.
@Suite struct SparseVMDKTests {
    @Test("Every layout reads back", arguments: SparseVMDK.Layout.allCases)
    func layouts(layout: SparseVMDK.Layout) throws {
        let folder = try TemporaryDirectory()
        let vmdk = SparseVMDK.usual(layout)
        let path = try folder.write(vmdk.build().bytes, to: "disk.vmdk")
        let facts = try DiskImageInspector.inspect(path: path)
        #expect(facts.subformat == (layout == .plain ? .monolithicSparse : .streamOptimized))
        #expect(facts.allocatedBytes == Int64(2 * SparseVMDK.grainBytes))
        #expect(facts.isImportable == layout.isCompressed)
        let output = try convert(path, in: folder)
        #expect(try Data(contentsOf: URL(filePath: output)) == Data(vmdk.disk))
    }

    @Test("A last grain may be whole or end with the disk", arguments: [200 * 512 % 65_536, 65_536])
    func partialGrain(stored: Int) throws {
        let folder = try TemporaryDirectory()
        let last = SparseVMDK.pattern(9, count: stored)
        let vmdk = SparseVMDK(.footer, capacity: 200, grains: [(0, SparseVMDK.pattern(1)), (1, last)])
        let path = try folder.write(vmdk.build().bytes, to: "disk.vmdk")
        let output = try convert(path, in: folder)
        #expect(try Data(contentsOf: URL(filePath: output)) == Data(vmdk.disk))
    }

    @Test("Tables are read wherever the disk needs them")
    func manyTables() throws {
        let folder = try TemporaryDirectory()
        // Five grain tables, of which the second and the fourth lead nowhere.
        let grains = [0, 511, 1024, 1535, 2300].map { ($0, SparseVMDK.pattern(UInt8(truncatingIfNeeded: $0))) }
        let vmdk = SparseVMDK(.footer, capacity: 5 * 65_536, grains: grains)
        var file = vmdk.build()
        file.put(UInt32(0), at: file.directory * 512 + 4)
        file.put(UInt32(0), at: file.directory * 512 + 12)
        let path = try folder.write(file.bytes, to: "disk.vmdk")
        let image = try DiskImage.open(path: path)
        var extents: [DiskImageExtent] = []
        try image.forEachExtent { extents.append($0) }
        #expect(extents.filter { $0.kind == .data }.map(\.offset) == [0, 511, 1024, 1535, 2300].map { $0 * 65_536 })
        #expect(extents.last.map { $0.offset + $0.length } == 167_772_160)
    }

    @Test("A size rounded up to a grain in the header is a warning")
    func roundedSize() throws {
        let folder = try TemporaryDirectory()
        var vmdk = SparseVMDK.usual(.footer)
        vmdk.descriptor = SparseVMDK.descriptor(createType: "streamOptimized", sectors: 500)
        let path = try folder.write(vmdk.build().bytes, to: "disk.vmdk")
        let facts = try DiskImageInspector.inspect(path: path)
        #expect(facts.virtualSize == 512 * 512)
        #expect(facts.warnings.map(\.code) == [.vmdkSizesDiffer])
    }

    @Test("An image that was not closed is a warning")
    func unclean() throws {
        let folder = try TemporaryDirectory()
        var file = SparseVMDK.usual(.front).build()
        file.bytes[72] = 1
        let path = try folder.write(file.bytes, to: "disk.vmdk")
        #expect(try DiskImageInspector.inspect(path: path).warnings.map(\.code) == [.vmdkUnclean])
    }

    struct Damage: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let layout: SparseVMDK.Layout
        let reason: String
        let spoil: @Sendable (inout SparseVMDK.File) -> Void

        init(
            _ description: String,
            _ layout: SparseVMDK.Layout,
            _ reason: String,
            _ spoil: @escaping @Sendable (inout SparseVMDK.File) -> Void
        ) {
            testDescription = description
            self.layout = layout
            self.reason = reason
            self.spoil = spoil
        }
    }

    static let damages = [
        Damage("line feeds became carriage returns", .front, "textModeTransfer") { $0.bytes[75] = 0x0A },
        Damage("version 4", .front, "unsupportedVersion") { $0.put(UInt32(4), at: 4) },
        Damage("version 0", .front, "unsupportedVersion") { $0.put(UInt32(0), at: 4) },
        Damage("no capacity", .front, "invalidField") { $0.put(UInt64(0), at: 12) },
        Damage("a capacity beyond all bytes", .front, "invalidField") { $0.put(UInt64.max, at: 12) },
        Damage("a capacity that overflows in bytes", .front, "invalidField") { $0.put(UInt64(1) << 54, at: 12) },
        Damage("a capacity that is a lie", .front, "sizesDisagree") { $0.put(UInt64(1) << 40, at: 12) },
        Damage("a grain of nothing", .front, "invalidField") { $0.put(UInt64(0), at: 20) },
        Damage("a grain of 3 sectors", .front, "invalidField") { $0.put(UInt64(3), at: 20) },
        Damage("a grain of 2^63 sectors", .front, "invalidField") { $0.put(UInt64(1) << 63, at: 20) },
        Damage("tables of no entries", .front, "invalidField") { $0.put(UInt32(0), at: 44) },
        Damage("tables of 2^32 - 1 entries", .front, "invalidField") { $0.put(UInt32.max, at: 44) },
        Damage("compressed without an algorithm", .front, "invalidField") { $0.put(UInt16(0), at: 77) },
        Damage("an unknown algorithm", .front, "invalidField") { $0.put(UInt16(2), at: 77) },
        Damage("an algorithm without compression", .plain, "invalidField") { $0.put(UInt16(1), at: 77) },
        Damage("compressed without markers", .front, "invalidField") { $0.put(UInt32(0x10001), at: 8) },
        Damage("no descriptor", .front, "descriptorMissing") { $0.put(UInt64(0), at: 28) },
        Damage("a blank descriptor", .front, "descriptorMissing") { file in
            file.bytes.replaceSubrange(512..<21 * 512, with: repeatElement(0, count: 20 * 512))
        },
        Damage("a descriptor behind the end", .front, "outsideFile") { $0.put(UInt64(1) << 40, at: 28) },
        Damage("a descriptor whose place overflows", .front, "outsideFile") { $0.put(UInt64.max, at: 28) },
        Damage("a descriptor of 2^63 sectors", .front, "overLimit") { $0.put(UInt64(1) << 63, at: 36) },
        Damage("a directory behind the end", .front, "outsideFile") { $0.put(UInt64(1) << 33, at: 56) },
        Damage("a directory whose place overflows", .front, "outsideFile") { $0.put(UInt64(1) << 60, at: 56) },
        Damage("a directory in the header", .front, "overlap") { $0.put(UInt64(0), at: 56) },
        Damage("a table behind the end", .front, "outsideFile") { $0.put(UInt32.max, at: $0.directory * 512) },
        Damage("a table in the directory", .plain, "overlap") {
            $0.put(UInt32($0.directory), at: $0.directory * 512)
        },
        Damage("a grain behind the end", .front, "outsideFile") { $0.putEntry(.max, ofGrain: 3) },
        Damage("a plain grain cut by the end", .plain, "outsideFile") { file in
            file.putEntry(UInt32(file.bytes.count / 512 - 1), ofGrain: 3)
        },
        Damage("a grain in the header", .plain, "overlap") { $0.putEntry(1, ofGrain: 1) },
        Damage("a grain in its table", .plain, "overlap") { $0.putEntry(UInt32($0.tables[0]), ofGrain: 1) },
        Damage("a grain for two addresses", .plain, "overlap") { file in
            file.putEntry(UInt32(file.grains[0] ?? 0), ofGrain: 1)
        },
        Damage("grains that overlap by a sector", .plain, "overlap") { file in
            file.putEntry(UInt32(file.grains[0] ?? 0) + 127, ofGrain: 3)
        },
        Damage("a compressed grain for two addresses", .footer, "grainAddress") { file in
            file.putEntry(UInt32(file.grains[0] ?? 0), ofGrain: 1)
        },
        Damage("a grain of another address", .footer, "grainAddress") { file in
            file.put(UInt64(5), at: (file.grains[0] ?? 0) * 512)
        },
        Damage("a compressed grain that reaches into the next", .footer, "overlap") { file in
            let start = (file.grains[0] ?? 0) * 512
            file.put(UInt32(((file.grains[3] ?? 0) * 512) - start), at: start + 8)
        },
        Damage("a compressed grain of no bytes", .footer, "inflate") { file in
            file.put(UInt32(0), at: (file.grains[0] ?? 0) * 512 + 8)
        },
        Damage("a compressed grain of 4 GiB", .footer, "inflate") { file in
            file.put(UInt32.max, at: (file.grains[0] ?? 0) * 512 + 8)
        },
        Damage("a compressed grain behind the end", .footer, "outsideFile") { file in
            file.put(UInt32(100_000), at: (file.grains[3] ?? 0) * 512 + 8)
        },
        Damage("a bit of compressed data turned", .footer, "inflate") { file in
            file.bytes[(file.grains[0] ?? 0) * 512 + 40] ^= 0x10
        },
        Damage("a wrong Adler-32", .footer, "inflate") { file in
            let start = (file.grains[0] ?? 0) * 512
            let length = Int(file.bytes[start + 8]) | Int(file.bytes[start + 9]) << 8
            file.bytes[start + 12 + length - 1] ^= 1
        },
        Damage("a cut tail", .footer, "footerMissing") { $0.bytes.removeLast(512) },
        Damage("a tail cut to the byte", .footer, "footerMissing") { $0.bytes.removeLast(1) },
        Damage("a footer of another size", .footer, "copiesDiffer") { $0.put(UInt64(9), at: $0.bytes.count - 1012) },
        Damage("a footer that leads nowhere", .footer, "copiesDiffer") {
            $0.put(UInt64.max, at: $0.bytes.count - 1024 + 56)
        },
        Damage("a footer that leads elsewhere", .footerAndHeader, "copiesDiffer") {
            $0.put(UInt64(128), at: $0.bytes.count - 1024 + 56)
        },
        Damage("half of the file", .front, "outsideFile") { $0.bytes.removeLast($0.bytes.count - 129 * 512) },
        Damage("the magic number alone", .front, "outsideFile") { $0.bytes = Array($0.bytes.prefix(4)) },
    ]

    @Test("Damage is refused for what it is", arguments: damages)
    func damage(damage: Damage) throws {
        let folder = try TemporaryDirectory()
        var file = SparseVMDK.usual(damage.layout).build()
        damage.spoil(&file)
        let path = try folder.write(file.bytes, to: "disk.vmdk")
        #expect(reason { try convert(path, in: folder) } == damage.reason)
    }

    @Test(
        "A grain inflates to exactly one grain",
        arguments: [(1, "short"), (65_535, "short"), (65_537, "long"), (1 << 24, "long")]
    )
    func inflatedSize(count: Int, fault: String) throws {
        let folder = try TemporaryDirectory()
        let vmdk = SparseVMDK(.footer, grains: [(0, [UInt8](repeating: 7, count: count))])
        let path = try folder.write(vmdk.build().bytes, to: "disk.vmdk")
        let image = try DiskImage.open(path: path)
        let error = #expect(throws: DiskImageError.self) {
            try RawImageWriter.write(image, to: folder.path("out"), size: image.virtualSize)
        }
        guard case .inflate(let found) = error?.reason else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(found.rawValue == fault)
        #expect(error?.offset == 65_548)
    }

    @Test("A small file that names one grain for two tebibytes is refused at once")
    func aliasBomb() throws {
        let folder = try TemporaryDirectory()
        // 65,536 tables are one: its 512 entries are one grain.
        var vmdk = SparseVMDK(.plain, capacity: 1 << 32, grains: [(0, SparseVMDK.pattern(1))])
        vmdk.descriptor = SparseVMDK.descriptor(createType: "monolithicSparse", sectors: 1 << 32)
        let small = SparseVMDK(.plain, grains: vmdk.grains).build()
        var file = SparseVMDK.File(bytes: small.bytes)
        file.put(UInt64(1) << 32, at: 12)
        let text = vmdk.descriptor ?? ""
        file.bytes.replaceSubrange(512..<512 + text.utf8.count, with: text.utf8)
        let directory = file.bytes.count / 512
        file.put(UInt64(directory), at: 56)
        let table = directory + 512
        file.bytes += [UInt8](repeating: 0, count: (512 + 4) * 512)
        for index in 0..<65_536 { file.put(UInt32(table), at: directory * 512 + index * 4) }
        for index in 0..<512 { file.put(UInt32(128), at: table * 512 + index * 4) }
        let path = try folder.write(file.bytes, to: "bomb.vmdk")
        #expect(reason { try convert(path, in: folder) } == "overlap")
    }

    @Test("One table for two parts of the disk is refused")
    func aliasedTable() throws {
        let folder = try TemporaryDirectory()
        let vmdk = SparseVMDK(.plain, capacity: 2 * 65_536, grains: [])
        var file = vmdk.build()
        file.put(UInt32(file.tables[0]), at: file.directory * 512 + 4)
        let path = try folder.write(file.bytes, to: "disk.vmdk")
        #expect(reason { try convert(path, in: folder) } == "overlap")
    }

    @Test("A disk larger than the limit is refused before its tables are read")
    func virtualSizeLimit() throws {
        let folder = try TemporaryDirectory()
        let path = try folder.write(SparseVMDK.usual(.front).build().bytes, to: "disk.vmdk")
        var limits = DiskImageReadingLimits()
        limits.virtualSize = 511 * 512
        #expect(reason { _ = try DiskImage.open(path: path, limits: limits) } == "overLimit")
        limits = DiskImageReadingLimits()
        limits.memory = 100_000
        #expect(reason { _ = try DiskImage.open(path: path, limits: limits) } == "overLimit")
    }
}
