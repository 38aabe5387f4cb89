import DiskImages
import Foundation
import Hashing
import TestSupport
import Testing

/// Images QEMU makes of known disks.
@Suite struct QemuImagesTests {
    /// A way to make an image: QEMU's format and options, and what ferry should find.
    struct Making: CustomTestStringConvertible, Sendable {
        let driver: String
        let options: String
        let suffix: String
        let subformat: DiskImageSubformat
        var testDescription: String { "\(driver) \(options)" }
    }

    static let makings = [
        Making(driver: "vmdk", options: "subformat=streamOptimized", suffix: "vmdk", subformat: .streamOptimized),
        Making(driver: "vmdk", options: "subformat=monolithicSparse", suffix: "vmdk", subformat: .monolithicSparse),
        Making(
            driver: "vmdk",
            options: "subformat=twoGbMaxExtentSparse",
            suffix: "vmdk",
            subformat: .twoGbMaxExtentSparse
        ),
        Making(driver: "vmdk", options: "subformat=monolithicFlat", suffix: "vmdk", subformat: .monolithicFlat),
        Making(driver: "vmdk", options: "subformat=twoGbMaxExtentFlat", suffix: "vmdk", subformat: .twoGbMaxExtentFlat),
        Making(driver: "vmdk", options: "zeroed_grain=on", suffix: "vmdk", subformat: .monolithicSparse),
        Making(driver: "vpc", options: "subformat=dynamic", suffix: "vhd", subformat: .dynamic),
        Making(driver: "vpc", options: "subformat=dynamic,force_size=on", suffix: "vhd", subformat: .dynamic),
        Making(driver: "vpc", options: "subformat=fixed", suffix: "vhd", subformat: .fixed),
        Making(driver: "vpc", options: "subformat=fixed,force_size=on", suffix: "vhd", subformat: .fixed),
    ]

    @Test(
        "What QEMU wrote reads back as QEMU reads it",
        arguments: makings,
        [8 << 20, (8 << 20) + 200 * 512, 512, 65_536 + 512]
    )
    func conversion(making: Making, byteCount: Int) async throws {
        let folder = try TemporaryDirectory()
        let disk = folder.path("disk.raw")
        try writePattern(to: disk, byteCount: byteCount, seed: UInt64(byteCount))
        let image = folder.path("image.\(making.suffix)")
        try await Self.qemu(["convert", "-f", "raw", "-O", making.driver, "-o", making.options, disk, image])
        let facts = try DiskImageInspector.inspect(path: image)
        #expect(facts.subformat == making.subformat)
        // QEMU rounds a VHD up to a geometry unless told otherwise: what it reads is then the measure.
        let expected = folder.path("expected.raw")
        try await Self.qemu(["convert", "-f", making.driver, "-O", "raw", image, expected])
        let output = try convert(image, in: folder)
        #expect(try digest(ofFile: output) == digest(ofFile: expected))
        #expect(try Data(contentsOf: URL(filePath: output)).starts(with: Data(contentsOf: URL(filePath: disk))))
    }

    @Test("Reading in any order gives the same bytes", arguments: makings)
    func randomAccess(making: Making) async throws {
        let folder = try TemporaryDirectory()
        let disk = folder.path("disk.raw")
        try writePattern(to: disk, byteCount: 5 << 20, seed: 7)
        let path = folder.path("image.\(making.suffix)")
        try await Self.qemu(["convert", "-f", "raw", "-O", making.driver, "-o", making.options, disk, path])
        let image = try DiskImage.open(path: path)
        let expected = try [UInt8](Data(contentsOf: URL(filePath: disk)))
        var generator = SplitMix(state: 42)
        for _ in 0..<200 {
            let offset = Int(generator.next() % UInt64(expected.count))
            let count = min(Int(generator.next() % 200_000), expected.count - offset)
            var bytes = [UInt8](repeating: 0xAA, count: count)
            try bytes.withUnsafeMutableBytes { try image.read(at: Int64(offset), into: $0) }
            try #require(bytes.elementsEqual(expected[offset..<offset + count]))
        }
    }

    @Test("Runs cover the disk without gaps and change their kind each time", arguments: makings)
    func extents(making: Making) async throws {
        let folder = try TemporaryDirectory()
        let disk = folder.path("disk.raw")
        try writePattern(to: disk, byteCount: 9 << 20, seed: 3)
        let path = folder.path("image.\(making.suffix)")
        try await Self.qemu(["convert", "-f", "raw", "-O", making.driver, "-o", making.options, disk, path])
        let image = try DiskImage.open(path: path)
        var end: Int64 = 0
        var last: DiskImageExtent.Kind?
        try image.forEachExtent { extent in
            #expect(extent.offset == end)
            #expect(extent.length > 0)
            #expect(extent.kind != last)
            last = extent.kind
            end += extent.length
        }
        #expect(end == image.virtualSize)
    }

    @Test("A VMDK of several extents is read across their borders")
    func severalExtents() async throws {
        let folder = try TemporaryDirectory()
        let path = folder.path("large.vmdk")
        try await Self.qemu(["create", "-f", "vmdk", "-o", "subformat=twoGbMaxExtentSparse", path, "5G"])
        let border = 2 << 30
        let written = try await Command.run([
            "qemu-io", "-f", "vmdk", "-c", "write -P 0x5A \(border - 65_536) 128k",
            "-c", "write -P 1 \((5 << 30) - 512) 512", path,
        ])
        try #require(written.exitCode == 0, "\(written.errorOutput)")
        let facts = try DiskImageInspector.inspect(path: path)
        #expect(facts.files.count == 4)
        #expect(facts.virtualSize == 5 << 30)
        #expect(facts.volumeSizeGiB == 5)
        let expected = folder.path("expected.raw")
        try await Self.qemu(["convert", "-f", "vmdk", "-O", "raw", path, expected])
        let output = try convert(path, in: folder)
        let compare = try await Self.qemu(["compare", "-f", "raw", "-F", "raw", expected, output])
        #expect(compare.output.contains("identical"))
    }

    @Test("A disk is longer than its image in zeros when a volume is larger")
    func padding() throws {
        let folder = try TemporaryDirectory()
        let disk = folder.path("disk.raw")
        try writePattern(to: disk, byteCount: 1 << 20)
        let image = try DiskImage.open(path: disk)
        var progress: [Int64] = []
        let output = folder.path("volume.raw")
        let done = try RawImageWriter.write(image, to: output, size: 4 << 20) { progress.append($0) }
        #expect(done.bytes == 4 << 20)
        #expect(progress.last == 1 << 20)
        #expect(progress == progress.sorted())
        let bytes = try [UInt8](Data(contentsOf: URL(filePath: output)))
        #expect(bytes.count == 4 << 20)
        #expect(try bytes.starts(with: Data(contentsOf: URL(filePath: disk))))
        #expect(bytes[(1 << 20)...].allSatisfy { $0 == 0 })
    }

    @Test("A cancelled conversion leaves no file")
    func cancellation() throws {
        struct Cancelled: Error {}
        let folder = try TemporaryDirectory()
        let disk = folder.path("disk.raw")
        try writePattern(to: disk, byteCount: 4 << 20)
        let image = try DiskImage.open(path: disk)
        let output = folder.path("volume.raw")
        #expect(throws: Cancelled.self) {
            try RawImageWriter.write(image, to: output, size: 4 << 20) { _ in throw Cancelled() }
        }
        #expect(!FileManager.default.fileExists(atPath: output))
    }

    @discardableResult
    static func qemu(_ arguments: [String]) async throws -> Command {
        let command = try await Command.run(["qemu-img"] + arguments)
        try #require(command.exitCode == 0, "\(arguments): \(command.errorOutput)")
        return command
    }
}
