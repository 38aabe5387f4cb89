import Foundation
import Synchronization
import TestSupport
import Testing

@testable import DiskImages

/// Images of which only what is asked for is there.
@Suite struct FetchedImageTests {
    /// Inspects a file as if it lay elsewhere, and counts what was fetched.
    private func inspect(
        _ path: String,
        declared: DiskImageFormat? = nil
    ) async throws -> (facts: DiskImageFacts, fetches: Int, bytes: Int) {
        let content = try Data(contentsOf: URL(filePath: path), options: .alwaysMapped)
        var (fetches, bytes) = (0, 0)
        let facts = try await DiskImageInspector.inspect(
            path: path,
            fileName: URL(filePath: path).lastPathComponent,
            byteCount: Int64(content.count),
            declared: declared
        ) { range in
            fetches += 1
            bytes += range.count
            return Array(content[Int(range.lowerBound)..<Int(range.upperBound)])
        }
        return (facts, fetches, bytes)
    }

    @Test(
        "What QEMU wrote has the same facts as in a file, for a few small requests",
        arguments: QemuImagesTests.makings.filter { !$0.options.contains("twoGb") && !$0.options.contains("Flat") }
    )
    func qemu(making: QemuImagesTests.Making) async throws {
        let folder = try TemporaryDirectory()
        let disk = folder.path("disk.raw")
        try writePattern(to: disk, byteCount: 24 << 20)
        let image = folder.path("image.\(making.suffix)")
        try await QemuImagesTests.qemu(["convert", "-f", "raw", "-O", making.driver, "-o", making.options, disk, image])
        let found = try await inspect(image)
        #expect(try found.facts == DiskImageInspector.inspect(path: image))
        #expect(found.facts.subformat == making.subformat)
        #expect(found.fetches <= 4 && found.bytes <= 256 << 10, "\(found)")
        let raw = try await inspect(disk)
        #expect(try raw.facts == DiskImageInspector.inspect(path: disk))
        #expect(raw.fetches == 2)
    }

    @Test("A VMDK whose directory is at its end has the same facts; one of many tables is not walked")
    func footer() async throws {
        let folder = try TemporaryDirectory()
        let disk = folder.path("disk.raw")
        try writePattern(to: disk, byteCount: 24 << 20)
        let image = folder.path("image.vmdk")
        _ = try StreamOptimizedImageWriter.write(DiskImage.open(path: disk), to: image, level: .fast)
        let found = try await inspect(image)
        #expect(try found.facts == DiskImageInspector.inspect(path: image))
        #expect(found.facts.allocatedBytes != nil)
        let large = folder.path("large.raw")
        let result = try await Command.run(["truncate", "--size", "4G", large])
        try #require(result.exitCode == 0)
        let sparse = folder.path("large.vmdk")
        let options = "subformat=streamOptimized"
        try await QemuImagesTests.qemu(["convert", "-f", "raw", "-O", "vmdk", "-o", options, large, sparse])
        #expect(try await inspect(sparse).facts.allocatedBytes == nil)
        #expect(try await inspect(sparse).facts.virtualSize == 4 << 30)
    }

    @Test("A descriptor leads to no file of this machine, whatever it names and however it is called")
    func descriptor() async throws {
        let folder = try TemporaryDirectory()
        try folder.write([UInt8](repeating: 1, count: 1 << 20), to: "secret")
        let text = """
            # Disk DescriptorFile
            version=1
            CID=fffffffe
            parentCID=ffffffff
            createType="monolithicFlat"
            RW 2048 FLAT "secret" 0

            """
        let path = try folder.write(text, to: "disk.vmdk")
        #expect(try DiskImageInspector.inspect(path: path).virtualSize == 1 << 20)
        let error = await #expect(throws: DiskImageError.self) { try await inspect(path) }
        #expect(error?.reason == .extentsElsewhere)
    }

    @Test("What was cut off, or gives other bytes than asked for, is an error")
    func damaged() async throws {
        let folder = try TemporaryDirectory()
        let disk = folder.path("disk.raw")
        try writePattern(to: disk, byteCount: 4 << 20)
        let image = folder.path("image.vhd")
        try await QemuImagesTests.qemu(["convert", "-f", "raw", "-O", "vpc", "-o", "subformat=dynamic", disk, image])
        let whole = try Data(contentsOf: URL(filePath: image))
        let cut = try folder.write(Array(whole.dropLast(512)), to: "cut.vhd")
        let error = await #expect(throws: DiskImageError.self) { try await inspect(cut) }
        #expect(error?.reason == .footerMissing)
        let short = await #expect(throws: DiskImageError.self) {
            try await DiskImageInspector.inspect(path: "s3://b/a.raw", fileName: "a.raw", byteCount: 1 << 20) { _ in
                [1, 2, 3]
            }
        }
        #expect(short?.reason == .changedWhileRead)
        let empty = await #expect(throws: DiskImageError.self) {
            try await DiskImageInspector.inspect(path: "s3://b/a.raw", fileName: "a.raw", byteCount: 0) { _ in [] }
        }
        #expect(empty?.reason == .empty)
    }

    @Test("What is fetched beside a range stays within an image, of whatever length S3 says it is")
    func widened() {
        let length = Int64.max
        let piece: Int64 = 64 << 10
        #expect(DiskImageInspector.widened(100..<200, byteCount: length) == 0..<piece)
        #expect(DiskImageInspector.widened(0..<1024, byteCount: 4096) == 0..<4096)
        let last = DiskImageInspector.widened(length - piece - 10..<length - 10, byteCount: length)
        #expect(last.upperBound == length && last.lowerBound <= length - piece - 10)
    }
}
