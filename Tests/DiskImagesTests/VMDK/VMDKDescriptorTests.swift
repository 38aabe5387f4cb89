import DiskImages
import Foundation
import Glibc
import ImageSamples
import TestSupport
import Testing

/// Descriptors in files of their own, and what they may name.
@Suite struct VMDKDescriptorTests {
    private static func descriptor(_ extents: String, type: String = "monolithicFlat", more: String = "") -> String {
        """
        # Disk DescriptorFile
        version=1
        CID=12345678
        parentCID=ffffffff
        createType="\(type)"
        \(more)
        \(extents)

        ddb.adapterType = "ide"
        """
    }

    /// A folder with `flat.bin` of eight sectors, a link to it, another name of it, a folder and a pipe.
    private static func folder() throws -> TemporaryDirectory {
        let folder = try TemporaryDirectory()
        try folder.write((0..<4096).map { UInt8(truncatingIfNeeded: $0 / 512 + 1) }, to: "flat.bin")
        try folder.write("outside", to: "sub/secret")
        try FileManager.default.createSymbolicLink(
            atPath: folder.path("link.bin"),
            withDestinationPath: folder.path("flat.bin")
        )
        try FileManager.default.linkItem(atPath: folder.path("flat.bin"), toPath: folder.path("same.bin"))
        try #require(mkfifo(folder.path("pipe"), 0o600) == 0)
        try folder.write([], to: "empty.bin")
        return folder
    }

    @Test("Extents stand one after the other in the order of the descriptor")
    func order() throws {
        let folder = try Self.folder()
        let text = Self.descriptor(
            """
            RW 2 FLAT "flat.bin" 4
            RW 3 ZERO
            RDONLY 1 FLAT "flat.bin" 0
            """,
            type: "twoGbMaxExtentFlat"
        )
        let path = try folder.write(text, to: "disk.vmdk")
        let image = try DiskImage.open(path: path)
        #expect(image.facts.files == ["disk.vmdk", "flat.bin"])
        #expect(image.facts.bytes == Int64(text.utf8.count) + 4096)
        let bytes = try Array(Data(contentsOf: URL(filePath: convert(path, in: folder))))
        #expect(stride(from: 0, to: bytes.count, by: 512).map { bytes[$0] } == [5, 6, 0, 0, 0, 1])
    }

    @Test("Windows line ends, a byte order mark and a type in any case are understood")
    func tolerance() throws {
        let folder = try Self.folder()
        let text = Self.descriptor("RW 8 FLAT \"flat.bin\" 0", type: "MonolithicFlat")
        let path = try folder.write(text.replacing("\n", with: "\r\n"), to: "disk.vmdk")
        #expect(try DiskImageInspector.inspect(path: path).virtualSize == 4096)
    }

    @Test(
        "An extent is a plain file beside its descriptor",
        arguments: [
            ("../../etc/passwd", "extentName"), ("/etc/passwd", "extentName"), ("sub/secret", "extentName"),
            ("..", "extentName"), (".", "extentName"), ("..\\secret", "extentName"), ("link.bin", "symbolicLink"),
            ("sub", "notAFile"), ("pipe", "notAFile"), ("absent.bin", "system"), ("empty.bin", "empty"),
        ]
    )
    func names(name: String, expected: String) throws {
        let folder = try Self.folder()
        let path = try folder.write(Self.descriptor("RW 1 FLAT \"\(name)\" 0"), to: "disk.vmdk")
        #expect(reason { try convert(path, in: folder) } == expected)
    }

    @Test(
        "What a descriptor says must hold",
        arguments: [
            ("RW 9 FLAT \"flat.bin\" 0", "outsideFile"),
            ("RW 8 FLAT \"flat.bin\" 1", "outsideFile"),
            ("RW 8 FLAT \"flat.bin\" 18446744073709551615", "outsideFile"),
            ("RW 8 FLAT \"flat.bin\" 36028797018963967", "outsideFile"),
            ("RW 18446744073709551615 ZERO", "overLimit"),
            ("RW 137438953472 ZERO\nRW 1 ZERO", "overLimit"),
            ("RW 4 FLAT \"flat.bin\" 0\nRW 4 FLAT \"flat.bin\" 3", "overlap"),
            ("RW 4 FLAT \"flat.bin\" 0\nRW 4 FLAT \"same.bin\" 0", "overlap"),
            ("RW 1 FLAT \"disk.vmdk\" 0", "overlap"),
            ("RW 0 ZERO", "descriptorLine"),
            ("RW -1 ZERO", "descriptorLine"),
            ("RW 1 TAPE \"flat.bin\"", "descriptorLine"),
            ("RW 1 FLAT", "descriptorLine"),
            ("RW 1 FLAT \"flat.bin", "descriptorLine"),
            ("RW 1 FLAT \"flat.bin\" x", "descriptorLine"),
            ("NOACCESS 1 FLAT \"flat.bin\" 0", "descriptorLine"),
            ("gibberish", "descriptorLine"),
            ("", "noExtents"),
            ("RW 1 VMFSSPARSE \"flat.bin\"", "foreign"),
            ("RW 1 SESPARSE \"flat.bin\"", "foreign"),
            ("RW 8 SPARSE \"flat.bin\"", "invalidField"),
        ]
    )
    func extents(lines: String, expected: String) throws {
        let folder = try Self.folder()
        let path = try folder.write(Self.descriptor(lines) + String(repeating: "\n#", count: 300), to: "disk.vmdk")
        #expect(reason { try convert(path, in: folder) } == expected)
    }

    @Test(
        "What can't be imported is refused by name",
        arguments: [
            ("parentCID=0172e8a4", "monolithicFlat", "needsParent"),
            ("encryption.keySafe = \"vmware:key\"", "monolithicFlat", "encrypted"),
            ("", "vmfsSparse", "foreign"), ("", "seSparse", "foreign"), ("", "fullDevice", "unsupportedLayout"),
            ("", "vmfsRawDeviceMap", "unsupportedLayout"), ("", "custom", "unsupportedLayout"),
            ("", "", "unsupportedLayout"), ("", "streamOptimized", "unsupportedLayout"),
        ]
    )
    func types(more: String, type: String, expected: String) throws {
        let folder = try Self.folder()
        let text = Self.descriptor("RW 8 FLAT \"flat.bin\" 0", type: type, more: more)
        let path = try folder.write(text, to: "disk.vmdk")
        #expect(reason { try convert(path, in: folder) } == expected)
    }

    @Test("No descriptor makes ferry read or open without bound")
    func limits() throws {
        let folder = try Self.folder()
        let many = String(repeating: "RW 1 ZERO\n", count: 513)
        #expect(
            reason { _ = try DiskImage.open(path: folder.write(Self.descriptor(many), to: "many.vmdk")) } == "overLimit"
        )
        let long = Self.descriptor("RW 1 ZERO") + String(repeating: "\n# comment", count: 40_000)
        #expect(reason { _ = try DiskImage.open(path: folder.write(long, to: "long.vmdk")) } == "overLimit")
    }

    @Test("The size of a sparse extent is the one its descriptor gives")
    func sparseExtentSize() throws {
        let folder = try TemporaryDirectory()
        try folder.write(SparseVMDK.usual(.plain).build().bytes, to: "disk-s001.vmdk")
        let right = Self.descriptor("RW 512 SPARSE \"disk-s001.vmdk\"", type: "twoGbMaxExtentSparse")
        let image = try DiskImage.open(path: folder.write(right, to: "right.vmdk"))
        #expect(image.facts.allocatedBytes == Int64(2 * SparseVMDK.grainBytes))
        let wrong = Self.descriptor("RW 513 SPARSE \"disk-s001.vmdk\"", type: "twoGbMaxExtentSparse")
        #expect(reason { _ = try DiskImage.open(path: folder.write(wrong, to: "wrong.vmdk")) } == "sizesDisagree")
        let twice = right.replacing("\n\nddb", with: "\nRW 512 SPARSE \"disk-s001.vmdk\"\n\nddb")
        #expect(reason { _ = try DiskImage.open(path: folder.write(twice, to: "twice.vmdk")) } == "overlap")
    }
}
