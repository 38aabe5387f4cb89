import DiskImages
import Foundation
import ImageSamples
import TestSupport
import Testing

/// What a person reads.
@Suite struct DiskImageErrorTests {
    private static func message(_ path: String, declared: DiskImageFormat? = nil) -> String {
        do {
            _ = try DiskImage.open(path: path, declared: declared)
            return "no error"
        } catch {
            return "\(error)"
        }
    }

    @Test("An error says where and what")
    func sentences() throws {
        let folder = try TemporaryDirectory()
        var file = SparseVMDK.usual(.front).build()
        file.put(UInt32(9), at: 4)
        let version = try folder.write(file.bytes, to: "version.vmdk")
        #expect(Self.message(version) == "\(version) at byte 4: version 9 of the format is not known")
        let absent = folder.path("absent.raw")
        #expect(Self.message(absent) == "\(absent): open: No such file or directory")
    }

    @Test("Text out of an image reaches no terminal as it is")
    func control() throws {
        let folder = try TemporaryDirectory()
        let line = "\u{1B}[2J" + String(repeating: "x", count: 5000)
        let path = try folder.write("# Disk DescriptorFile\nversion=1\n\(line)\n", to: "disk.vmdk")
        let message = Self.message(path)
        #expect(message.contains("line 3 of the descriptor is not understood"))
        #expect(!message.contains("\u{1B}"))
        #expect(message.count < 500)
    }

    @Test("A read outside the disk is refused", arguments: [(-1, 1), (0, 4097), (4096, 1), (Int64.max, 1)])
    func bounds(offset: Int64, count: Int) throws {
        let folder = try TemporaryDirectory()
        let image = try DiskImage.open(path: folder.write([UInt8](repeating: 1, count: 4096), to: "disk.raw"))
        var buffer = [UInt8](repeating: 0, count: count)
        let found = reason { try buffer.withUnsafeMutableBytes { try image.read(at: offset, into: $0) } }
        #expect(found == "beyondDisk")
    }

    @Test("A destination smaller than the disk is refused, and nothing is written")
    func destination() throws {
        let folder = try TemporaryDirectory()
        let image = try DiskImage.open(path: folder.write([UInt8](repeating: 1, count: 4096), to: "disk.raw"))
        let output = folder.path("out.raw")
        #expect(reason { _ = try RawImageWriter.write(image, to: output, size: 4095) } == "destinationTooSmall")
        #expect(!FileManager.default.fileExists(atPath: output))
    }

    @Test("An image is never written over, by whatever name", arguments: ["disk.vmdk", "disk-flat.vmdk", "link.raw"])
    func source(name: String) throws {
        let folder = try TemporaryDirectory()
        let disk = [UInt8](repeating: 1, count: 4096)
        let text = """
            # Disk DescriptorFile
            version=1
            createType="monolithicFlat"
            RW 8 FLAT "disk-flat.vmdk" 0
            """
        try folder.write(disk, to: "disk-flat.vmdk")
        let image = try DiskImage.open(path: folder.write(text, to: "disk.vmdk"))
        try FileManager.default.linkItem(atPath: folder.path("disk-flat.vmdk"), toPath: folder.path("link.raw"))
        let found = reason { _ = try RawImageWriter.write(image, to: folder.path(name), size: 4096) }
        #expect(found == "destinationIsSource")
        #expect(try Array(Data(contentsOf: URL(filePath: folder.path("disk-flat.vmdk")))) == disk)
    }
}
