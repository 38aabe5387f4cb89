import DiskImages
import Foundation
import Glibc
import ImageSamples
import TestSupport
import Testing

/// Which format a file is read as, and which files are refused outright.
@Suite struct FormatRecognitionTests {
    private static let sectors = [UInt8](repeating: 0x5A, count: 4096)

    @Test(
        "Plain bytes are RAW unless their name promises otherwise",
        arguments: ["disk.raw", "disk.img", "disk.bin", "disk", "disk.dat", ".vmdk"]
    )
    func raw(name: String) throws {
        let folder = try TemporaryDirectory()
        let path = try folder.write(Self.sectors, to: name)
        let facts = try DiskImageInspector.inspect(path: path)
        #expect(facts.format == .raw)
        #expect(facts.virtualSize == 4096)
        #expect(facts.files == [name])
        #expect(facts.warnings.isEmpty)
    }

    @Test(
        "A suffix that promises a format is held to it",
        arguments: ["vmdk", "VMDK", "vhd", "vhdx", "avhd", "avhdx", "qcow", "qcow2", "vdi", "ova"]
    )
    func promise(suffix: String) throws {
        let folder = try TemporaryDirectory()
        let path = try folder.write(Self.sectors, to: "disk.\(suffix)")
        #expect(reason { _ = try DiskImage.open(path: path) } == "notAsNamed")
        #expect(try DiskImageInspector.inspect(path: path, declared: .raw).format == .raw)
    }

    @Test("A suffix of one format over the content of another is refused, unless the format is declared")
    func misnamed() throws {
        let folder = try TemporaryDirectory()
        let path = try folder.write(HandmadeVHD.fixed(Self.sectors), to: "disk.vmdk")
        #expect(reason { _ = try DiskImage.open(path: path) } == "notAsNamed")
        #expect(try DiskImageInspector.inspect(path: path, declared: .vhd).format == .vhd)
    }

    @Test("A declared format that is not the content's is refused", arguments: DiskImageFormat.allCases)
    func declared(format: DiskImageFormat) throws {
        let folder = try TemporaryDirectory()
        let images: [DiskImageFormat: [UInt8]] = [
            .raw: Self.sectors, .vhd: HandmadeVHD.fixed(Self.sectors), .vmdk: SparseVMDK.usual(.footer).build().bytes,
        ]
        for (content, bytes) in images {
            let path = try folder.write(bytes, to: "disk-\(content)")
            let found = reason { _ = try DiskImage.open(path: path, declared: format) }
            #expect(found == (content == format ? "none" : "notAsDeclared"), "\(content)")
        }
    }

    @Test("Foreign formats are named", arguments: ForeignFormat.allCases)
    func foreign(format: ForeignFormat) throws {
        let folder = try TemporaryDirectory()
        var bytes = [UInt8](repeating: 0, count: 1024)
        switch format {
        case .vhdx:
            bytes.replaceSubrange(0..<8, with: "vhdxfile".utf8)
        case .qcow2:
            bytes.replaceSubrange(0..<8, with: [0x51, 0x46, 0x49, 0xFB, 0, 0, 0, 3])
        case .qcow:
            bytes.replaceSubrange(0..<8, with: [0x51, 0x46, 0x49, 0xFB, 0, 0, 0, 1])
        case .vdi:
            bytes.replaceSubrange(64..<68, with: [0x7F, 0x10, 0xDA, 0xBE])
        case .ova:
            bytes.replaceSubrange(0..<8, with: "disk.ovf".utf8)
            bytes.replaceSubrange(257..<262, with: "ustar".utf8)
        case .cowd:
            bytes.replaceSubrange(0..<4, with: "COWD".utf8)
        case .seSparse:
            bytes.replaceSubrange(0..<4, with: [0xBE, 0xBA, 0xFE, 0xCA])
        }
        // Not even a declaration makes such a file RAW: the guest would read the container.
        let path = try folder.write(bytes, to: "disk.raw")
        let error = #expect(throws: DiskImageError.self) { try DiskImage.open(path: path, declared: .raw) }
        #expect(error?.reason == .foreign(format))
        #expect(error?.description.contains(format.rawValue) == true)
    }

    @Test("What is no file of at least a sector is refused without waiting for it")
    func notImages() throws {
        let folder = try TemporaryDirectory()
        try #require(mkfifo(folder.path("pipe.raw"), 0o600) == 0)
        let files = [
            (folder.path, "notAFile"), (folder.path("pipe.raw"), "notAFile"), ("/dev/null", "notAFile"),
            (try folder.write([], to: "empty.raw"), "empty"), (try folder.write([1], to: "byte.raw"), "tooSmall"),
            (try folder.write([UInt8](repeating: 1, count: 511), to: "almost.raw"), "tooSmall"),
            (try folder.write([1], to: "byte.vmdk"), "notAsNamed"), (folder.path("absent.raw"), "system"),
        ]
        for (path, expected) in files {
            #expect(reason { _ = try DiskImage.open(path: path) } == expected, "\(path)")
        }
    }

    @Test("The image itself may be a link: the user named it")
    func link() throws {
        let folder = try TemporaryDirectory()
        let target = try folder.write(Self.sectors, to: "disk.raw")
        try FileManager.default.createSymbolicLink(atPath: folder.path("link.raw"), withDestinationPath: target)
        #expect(try DiskImageInspector.inspect(path: folder.path("link.raw")).virtualSize == 4096)
    }

    @Test("A RAW image that ends within a sector is a warning")
    func partialSector() throws {
        let folder = try TemporaryDirectory()
        let path = try folder.write([UInt8](repeating: 1, count: 1000), to: "disk.raw")
        let facts = try DiskImageInspector.inspect(path: path)
        #expect(facts.warnings.map(\.code) == [.partialSector])
    }

    @Test(
        "A volume is the disk rounded up to a GiB",
        arguments: [(1, 1), (1 << 30, 1), ((1 << 30) + 1, 2), (5 << 30, 5)]
    )
    func volumeSize(bytes: Int64, expected: Int) {
        let facts = DiskImageFacts(format: .raw, subformat: .raw, bytes: bytes, virtualSize: bytes, files: ["disk"])
        #expect(facts.volumeSizeGiB == expected)
    }
}
