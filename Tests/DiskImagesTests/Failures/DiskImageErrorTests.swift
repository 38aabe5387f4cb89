import DiskImages
import Foundation
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

    @Test("An error says where, what and what to do")
    func sentences() throws {
        let folder = try TemporaryDirectory()
        var file = SparseVMDK.usual(.front).build()
        file.put(UInt32(9), at: 4)
        let version = try folder.write(file.bytes, to: "version.vmdk")
        #expect(
            Self.message(version)
                == "\(version) at byte 4: version 9 of the format is not known; the image is damaged or incomplete: "
                + "export or copy it again"
        )
        let qcow = try folder.write(Array("QFI".utf8) + [0xFB, 0, 0, 0, 2], to: "it's a disk.qcow2")
        let quoted = "'\(folder.path)/it'\\''s a disk"
        #expect(
            Self.message(qcow)
                == "\(qcow): a QCOW2 image, which EC2 does not import; convert it: "
                + "qemu-img convert -f qcow2 -O vmdk -o subformat=streamOptimized \(quoted).qcow2' \(quoted)-stream.vmdk'"
        )
        let absent = folder.path("absent.raw")
        #expect(Self.message(absent) == "\(absent): open: No such file or directory")
        let named = try folder.write([UInt8](repeating: 1, count: 512), to: "disk.vmdk")
        #expect(
            Self.message(named)
                == "\(named): named .vmdk, but the content is of no known disk format; export it again, or give the "
                + "format RAW in the migration manifest if it holds plain disk bytes"
        )
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

    @Test("A problem names the command that mends it")
    func remedies() throws {
        let folder = try TemporaryDirectory()
        let path = try folder.write(SparseVMDK.usual(.plain).build().bytes, to: "disk.vmdk")
        let problem = try #require(DiskImageInspector.inspect(path: path).problems.first)
        #expect(problem.severity == .refused)
        #expect(problem.message == "a VMDK of type monolithicSparse; EC2 imports stream-optimised VMDK only")
        #expect(
            problem.remedy
                == "ferry convert \(path) \(folder.path)/disk-stream.vmdk"
        )
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
        #expect(reason { _ = try RawConverter.convert(image, to: output, size: 4095) } == "destinationTooSmall")
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
        let found = reason { _ = try RawConverter.convert(image, to: folder.path(name), size: 4096) }
        #expect(found == "destinationIsSource")
        #expect(try Array(Data(contentsOf: URL(filePath: folder.path("disk-flat.vmdk")))) == disk)
    }
}
