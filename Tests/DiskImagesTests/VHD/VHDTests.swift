import DiskImages
import Foundation
import ImageSamples
import ImportReadiness
import TestSupport
import Testing

/// VHD files made by hand: right ones, and spoilt ones.
@Suite struct VHDTests {
    private static func block(_ seed: UInt8) -> [UInt8] { SparseVMDK.pattern(seed, count: HandmadeVHD.blockBytes) }

    private static let zeros = [UInt8](repeating: 0, count: HandmadeVHD.blockBytes)

    /// Three blocks, of which the middle one is not stored.
    private static var usual: [UInt8] { HandmadeVHD.dynamic([block(1), nil, block(2)]) }

    @Test("A dynamic disk reads back; blocks that are not stored are zeros")
    func dynamic() throws {
        let folder = try TemporaryDirectory()
        let path = try folder.write(Self.usual, to: "disk.vhd")
        let facts = try DiskImageInspector.inspect(path: path)
        #expect(facts.subformat == .dynamic)
        #expect(facts.allocatedBytes == Int64(2 * HandmadeVHD.blockBytes))
        #expect(facts.producer == "test 1.2")
        let output = try convert(path, in: folder)
        #expect(try Data(contentsOf: URL(filePath: output)) == Data(Self.block(1) + Self.zeros + Self.block(2)))
    }

    @Test("Sectors whose bit is clear are zeros, whatever is stored", arguments: [UInt8(0), 0xFF, 0b1010_0000, 0x01])
    func bitmap(pattern: UInt8) throws {
        let folder = try TemporaryDirectory()
        let path = try folder.write(HandmadeVHD.dynamic([Self.block(1)], bitmap: pattern), to: "disk.vhd")
        var expected = Self.block(1)
        for sector in 0..<HandmadeVHD.blockBytes / 512 where pattern & (0x80 >> UInt8(sector % 8)) == 0 {
            expected.replaceSubrange(sector * 512..<(sector + 1) * 512, with: repeatElement(0, count: 512))
        }
        #expect(try Data(contentsOf: URL(filePath: convert(path, in: folder))) == Data(expected))
    }

    @Test("A disk may end within a block")
    func partialBlock() throws {
        let folder = try TemporaryDirectory()
        let size = HandmadeVHD.blockBytes + 1536
        let bytes = HandmadeVHD.dynamic([Self.block(1), Self.block(2)], size: UInt64(size))
        let path = try folder.write(bytes, to: "disk.vhd")
        let output = try convert(path, in: folder)
        #expect(try Data(contentsOf: URL(filePath: output)) == Data((Self.block(1) + Self.block(2)).prefix(size)))
    }

    @Test("A footer a byte short is the footer of an old Virtual PC", arguments: [true, false])
    func shortFooter(isDynamic: Bool) throws {
        let folder = try TemporaryDirectory()
        let bytes = isDynamic ? HandmadeVHD.dynamic([Self.block(1)]) : HandmadeVHD.fixed(Self.block(1))
        let path = try folder.write(bytes.dropLast(), to: "disk.vhd")
        #expect(try Data(contentsOf: URL(filePath: convert(path, in: folder))) == Data(Self.block(1)))
    }

    @Test("A fixed disk is known by its footer, whatever it is called")
    func fixedByContent() throws {
        let folder = try TemporaryDirectory()
        let path = try folder.write(HandmadeVHD.fixed(Self.block(1)), to: "disk.img")
        let facts = try DiskImageInspector.inspect(path: path)
        #expect(facts.format == .vhd)
        #expect(facts.subformat == .fixed)
        #expect(facts.allocatedBytes == nil)
        #expect(reason { _ = try DiskImage.open(path: path, declared: .raw) } == "notAsDeclared")
    }

    @Test("The size is the current one; another original size is a warning")
    func resized() throws {
        let folder = try TemporaryDirectory()
        let disk = Self.block(1)
        let footer = HandmadeVHD.footer(type: 2, size: UInt64(disk.count), originalSize: 512)
        let path = try folder.write(disk + footer, to: "disk.vhd")
        let facts = try DiskImageInspector.inspect(path: path)
        #expect(facts.virtualSize == Int64(disk.count))
        #expect(facts.warnings.map(\.code) == [.vhdResized])
    }

    struct Damage: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let reason: String
        let spoil: @Sendable (inout [UInt8]) -> Void

        init(_ description: String, _ reason: String, _ spoil: @escaping @Sendable (inout [UInt8]) -> Void) {
            testDescription = description
            self.reason = reason
            self.spoil = spoil
        }
    }

    static let damages = [
        Damage("a wrong checksum of the footer", "checksum") { $0[$0.count - 400] ^= 1 },
        Damage("a wrong checksum of the dynamic header", "checksum") { $0[HandmadeVHD.headerOffset + 700] ^= 1 },
        Damage("a copy of another footer", "copiesDiffer") { bytes in
            bytes.replaceSubrange(0..<512, with: HandmadeVHD.footer(type: 3, size: 512))
        },
        Damage("a damaged copy", "copiesDiffer") { $0[300] ^= 1 },
        Damage("version 2", "unsupportedVersion") { HandmadeVHD.putInFooters(UInt32(0x20000), in: &$0, at: 12) },
        Damage("an unknown type", "invalidField") { HandmadeVHD.putInFooters(UInt32(7), in: &$0, at: 60) },
        Damage("a differencing disk", "needsParent") { HandmadeVHD.putInFooters(UInt32(4), in: &$0, at: 60) },
        Damage("no size", "invalidField") { HandmadeVHD.putInFooters(UInt64(0), in: &$0, at: 48) },
        Damage("a size of half sectors", "invalidField") { HandmadeVHD.putInFooters(UInt64(700), in: &$0, at: 48) },
        Damage("a size beyond all bytes", "invalidField") {
            HandmadeVHD.putInFooters(UInt64.max - 511, in: &$0, at: 48)
        },
        Damage("a size beyond the limit", "overLimit") { HandmadeVHD.putInFooters(UInt64(1) << 50, in: &$0, at: 48) },
        Damage("a size the table has no room for", "sizesDisagree") {
            HandmadeVHD.putInFooters(UInt64(1) << 40, in: &$0, at: 48)
        },
        Damage("a dynamic header behind the end", "outsideFile") {
            HandmadeVHD.putInFooters(UInt64(1) << 40, in: &$0, at: 16)
        },
        Damage("a dynamic header whose place overflows", "outsideFile") {
            HandmadeVHD.putInFooters(UInt64.max, in: &$0, at: 16)
        },
        Damage("a dynamic header without its cookie", "invalidField") { $0[HandmadeVHD.headerOffset] = 0 },
        Damage("version 2 of the dynamic header", "unsupportedVersion") {
            HandmadeVHD.putInHeader(UInt32(0x20000), in: &$0, at: 24)
        },
        Damage("blocks of nothing", "invalidField") { HandmadeVHD.putInHeader(UInt32(0), in: &$0, at: 32) },
        Damage("blocks of 3 sectors", "invalidField") { HandmadeVHD.putInHeader(UInt32(1536), in: &$0, at: 32) },
        Damage("blocks of 2 GiB", "invalidField") { HandmadeVHD.putInHeader(UInt32(1) << 31, in: &$0, at: 32) },
        Damage("a table behind the end", "outsideFile") { HandmadeVHD.putInHeader(UInt64(1) << 40, in: &$0, at: 16) },
        Damage("a table whose place overflows", "outsideFile") {
            HandmadeVHD.putInHeader(UInt64.max, in: &$0, at: 16)
        },
        Damage("a table in the header", "overlap") { HandmadeVHD.putInHeader(UInt64(512), in: &$0, at: 16) },
        Damage("a table far larger than the file", "outsideFile") { bytes in
            HandmadeVHD.putInHeader(UInt32.max, in: &bytes, at: 28)
            HandmadeVHD.putInFooters(UInt64(1) << 45, in: &bytes, at: 48)
        },
        Damage("a block behind the end", "outsideFile") {
            HandmadeVHD.put(UInt32(0xFFFF_FFFE), in: &$0, at: HandmadeVHD.tableOffset)
        },
        Damage("a block in the header", "overlap") {
            HandmadeVHD.put(UInt32(0), in: &$0, at: HandmadeVHD.tableOffset)
        },
        Damage("a block for two addresses", "overlap") {
            HandmadeVHD.put(UInt32(HandmadeVHD.blocksOffset / 512), in: &$0, at: HandmadeVHD.tableOffset + 4)
        },
        Damage("a block that reaches into the footer", "overlap") { bytes in
            let sector = UInt32((bytes.count - HandmadeVHD.blockBytes - 512) / 512)
            HandmadeVHD.put(UInt32.max, in: &bytes, at: HandmadeVHD.tableOffset)
            HandmadeVHD.put(sector, in: &bytes, at: HandmadeVHD.tableOffset + 8)
        },
        Damage("a cut tail", "footerMissing") { $0.removeLast(512) },
        Damage("half of a footer", "footerMissing") { $0.removeLast(256) },
        Damage("the cookie alone", "footerMissing") { $0 = Array($0.prefix(8)) },
    ]

    @Test("Damage is refused for what it is", arguments: damages)
    func damage(damage: Damage) throws {
        let folder = try TemporaryDirectory()
        var bytes = Self.usual
        damage.spoil(&bytes)
        let path = try folder.write(bytes, to: "disk.vhd")
        #expect(reason { try convert(path, in: folder) } == damage.reason)
    }

    @Test("A fixed disk is as long as its footer says", arguments: [-512, 512])
    func fixedSize(difference: Int) throws {
        let folder = try TemporaryDirectory()
        let disk = Self.block(1)
        let footer = HandmadeVHD.footer(type: 2, size: UInt64(disk.count + difference))
        let path = try folder.write(disk + footer, to: "disk.vhd")
        #expect(reason { try convert(path, in: folder) } == "sizesDisagree")
    }

    @Test("A fixed disk that lost its footer is not taken for RAW")
    func lostFooter() throws {
        let folder = try TemporaryDirectory()
        let path = try folder.write(Self.block(1), to: "disk.vhd")
        #expect(reason { try convert(path, in: folder) } == "notAsNamed")
    }

    @Test("A VHD of more than 2040 GiB is one EC2 refuses")
    func tooLarge() async throws {
        let folder = try TemporaryDirectory()
        let path = folder.path("disk.vhd")
        let size: UInt64 = 2041 << 30
        try folder.write(HandmadeVHD.footer(type: 2, size: size), to: "footer")
        let made = try await Command.run(
            [
                "sh", "-c", "truncate -s \(size) disk.vhd && cat footer >> disk.vhd",
            ],
            in: folder.path
        )
        try #require(made.exitCode == 0)
        let facts = try DiskImageInspector.inspect(path: path)
        #expect(ImportRequirements.rejections(of: facts) == [.vhdTooLarge])
        #expect(facts.volumeSizeGiB == 2041)
    }
}
