import DiskImages
import Foundation
import ImageSamples
import TestSupport
import Testing

/// The stream-optimised VMDKs ferry writes.
@Suite struct StreamOptimizedImageWriterTests {
    /// Sizes around the borders of sectors, grains, chunks and grain tables.
    static let sizes = [
        512, 513, 65_536, 65_536 + 512, 512 << 10, (512 << 10) + 1, (32 << 20) - 512, 32 << 20, (32 << 20) + 65_536,
    ]

    @Test("RAW becomes VMDK and RAW again, byte by byte", arguments: sizes)
    func roundTrip(byteCount: Int) throws {
        let folder = try TemporaryDirectory()
        let disk = folder.path("disk.raw")
        try writePattern(to: disk, byteCount: byteCount, seed: UInt64(byteCount))
        let vmdk = folder.path("disk.vmdk")
        let done = try StreamOptimizedImageWriter.write(DiskImage.open(path: disk), to: vmdk)
        let facts = try DiskImageInspector.inspect(path: vmdk)
        #expect(facts.subformat == .streamOptimized)
        #expect(facts.warnings.isEmpty)
        #expect(facts.producer == "ferry")
        #expect(facts.bytes == done.bytes)
        #expect(facts.virtualSize == done.virtualSize)
        #expect(facts.virtualSize == Int64((byteCount + 511) / 512 * 512))
        #expect(facts.allocatedBytes == min(done.dataBytes, done.virtualSize))
        let output = try [UInt8](Data(contentsOf: URL(filePath: convert(vmdk, in: folder))))
        let expected = try [UInt8](Data(contentsOf: URL(filePath: disk)))
        #expect(output.prefix(byteCount).elementsEqual(expected))
        #expect(output.dropFirst(byteCount).allSatisfy { $0 == 0 })
    }

    @Test("QEMU finds no fault with it and reads the same disk", arguments: CompressionLevel.allCases)
    func qemu(level: CompressionLevel) async throws {
        let folder = try TemporaryDirectory()
        let disk = folder.path("disk.raw")
        try writePattern(to: disk, byteCount: (40 << 20) + 1024, seed: 5)
        let vmdk = folder.path("disk.vmdk")
        try StreamOptimizedImageWriter.write(DiskImage.open(path: disk), to: vmdk, level: level)
        try await QemuImagesTests.qemu(["check", "-f", "vmdk", vmdk])
        let compared = try await QemuImagesTests.qemu(["compare", "-f", "vmdk", "-F", "raw", vmdk, disk])
        #expect(compared.output.contains("identical"))
        let info = try await QemuImagesTests.qemu(["info", "--output", "json", vmdk])
        #expect(info.output.contains("\"create-type\": \"streamOptimized\""))
        #expect(info.output.contains("\"virtual-size\": \((40 << 20) + 1024)"))
    }

    @Test("Every format becomes the same VMDK, whatever it is called and however many threads work")
    func determinism() async throws {
        let folder = try TemporaryDirectory()
        let disk = folder.path("disk.raw")
        try writePattern(to: disk, byteCount: 35 << 20, seed: 11)
        let first = folder.path("first.vmdk")
        var options = ImageWritingOptions()
        options.threads = 1
        try StreamOptimizedImageWriter.write(DiskImage.open(path: disk), to: first, options: options)
        let expected = try digest(ofFile: first)
        for (number, making) in QemuImagesTests.makings.enumerated() {
            let image = folder.path("image-\(number).\(making.suffix)")
            let options = making.driver == "vpc" ? making.options + ",force_size=on" : making.options
            try await QemuImagesTests.qemu(["convert", "-f", "raw", "-O", making.driver, "-o", options, disk, image])
            let output = folder.path("output-\(number).vmdk")
            var writing = ImageWritingOptions()
            writing.threads = number % 4 + 1
            try StreamOptimizedImageWriter.write(DiskImage.open(path: image), to: output, options: writing)
            #expect(try digest(ofFile: output) == expected, "\(making.testDescription)")
            try FileManager.default.removeItem(atPath: output)
        }
    }

    @Test("It has the layout of ESX: version 3, grains from sector 128, the directory found through the footer")
    func layout() throws {
        let folder = try TemporaryDirectory()
        let disk = try folder.write([UInt8](repeating: 0x41, count: 65_536), to: "disk.raw")
        let vmdk = folder.path("disk.vmdk")
        try StreamOptimizedImageWriter.write(DiskImage.open(path: disk), to: vmdk)
        let bytes = try [UInt8](Data(contentsOf: URL(filePath: vmdk)))
        func number(_ count: Int, at offset: Int) -> UInt64 {
            bytes[offset..<offset + count].reversed().reduce(0) { $0 << 8 | UInt64($1) }
        }
        #expect(number(4, at: 4) == 3)
        #expect(number(4, at: 8) == 0x30001)
        #expect(number(8, at: 56) == .max)
        #expect(number(2, at: 77) == 1)
        // The first grain's marker: its address, and a zlib stream.
        #expect(number(8, at: 65_536) == 0)
        #expect(bytes[65_548] == 0x78)
        let end = bytes.count
        #expect(number(4, at: end - 1536 + 12) == 3)
        #expect(bytes[(end - 1024)...].starts(with: "KDMV".utf8))
        #expect(bytes[(end - 512)...].allSatisfy { $0 == 0 })
        let directory = Int(number(8, at: end - 1024 + 56)) * 512
        #expect(number(4, at: directory - 512 + 12) == 2)
        let table = Int(number(4, at: directory)) * 512
        #expect(number(4, at: table - 512 + 12) == 1)
        #expect(number(4, at: table) == 128)
    }

    @Test("A disk of zeros alone, be it terabytes, is a few sectors", arguments: [Int64(1) << 20, 3 << 40])
    func zeros(byteCount: Int64) throws {
        let folder = try TemporaryDirectory()
        let disk = folder.path("disk.raw")
        try Data().write(to: URL(filePath: disk))
        try FileHandle(forWritingTo: URL(filePath: disk)).truncate(atOffset: UInt64(byteCount))
        let vmdk = folder.path("disk.vmdk")
        let done = try StreamOptimizedImageWriter.write(DiskImage.open(path: disk), to: vmdk)
        #expect(done.dataBytes == 0)
        // A grain directory of four bytes for 32 MiB of disk.
        #expect(done.bytes < 70_000 + byteCount >> 23)
        let facts = try DiskImageInspector.inspect(path: vmdk)
        #expect(facts.virtualSize == byteCount)
    }

    @Test("Grains that don't compress are stored all the same", arguments: CompressionLevel.allCases)
    func noise(level: CompressionLevel) throws {
        let folder = try TemporaryDirectory()
        var generator = SplitMix(state: 3)
        var bytes: [UInt8] = []
        for _ in 0..<(1 << 17) { withUnsafeBytes(of: generator.next()) { bytes += $0 } }
        let disk = try folder.write(bytes, to: "disk.raw")
        let vmdk = folder.path("disk.vmdk")
        try StreamOptimizedImageWriter.write(DiskImage.open(path: disk), to: vmdk, level: level)
        #expect(try digest(ofFile: convert(vmdk, in: folder)) == digest(ofFile: disk))
    }

    @Test("A conversion that fails leaves what was there before", arguments: [true, false])
    func failure(isCancelled: Bool) throws {
        struct Cancelled: Error {}
        let folder = try TemporaryDirectory()
        var file = SparseVMDK.usual(.footer).build()
        if !isCancelled { file.bytes[(file.grains[3] ?? 0) * 512 + 40] ^= 0x10 }
        let source = try folder.write(file.bytes, to: "source.vmdk")
        let target = try folder.write("what was there", to: "target.vmdk")
        #expect(throws: (any Error).self) {
            try StreamOptimizedImageWriter.write(DiskImage.open(path: source), to: target) { _ in
                if isCancelled { throw Cancelled() }
            }
        }
        #expect(try String(contentsOfFile: target, encoding: .utf8) == "what was there")
        let files = try FileManager.default.contentsOfDirectory(atPath: folder.path)
        #expect(files.sorted() == ["source.vmdk", "target.vmdk"])
    }

    @Test("A file that is there is replaced only where that is wanted")
    func existing() throws {
        let folder = try TemporaryDirectory()
        let disk = try folder.write([UInt8](repeating: 1, count: 4096), to: "disk.raw")
        let target = try folder.write("old", to: "target.vmdk")
        var options = ImageWritingOptions()
        options.replacesExisting = false
        let image = try DiskImage.open(path: disk)
        #expect(
            reason { try StreamOptimizedImageWriter.write(image, to: target, options: options) } == "destinationExists"
        )
        options.replacesExisting = true
        try StreamOptimizedImageWriter.write(image, to: target, options: options)
        #expect(try DiskImageInspector.inspect(path: target).subformat == .streamOptimized)
    }

    @Test("Two conversions to one file: the second is refused while the first goes on")
    func twice() throws {
        let folder = try TemporaryDirectory()
        let disk = try folder.write([UInt8](repeating: 1, count: 4096), to: "disk.raw")
        let target = folder.path("target.vmdk")
        var inner = ""
        try StreamOptimizedImageWriter.write(DiskImage.open(path: disk), to: target) { _ in
            inner = reason { try RawImageWriter.write(DiskImage.open(path: disk), to: target, size: 4096) }
        }
        #expect(inner == "destinationBusy")
        #expect(try DiskImageInspector.inspect(path: target).subformat == .streamOptimized)
    }

    @Test("What a crash left beside the destination is taken over")
    func leftover() throws {
        let folder = try TemporaryDirectory()
        let disk = try folder.write([UInt8](repeating: 1, count: 4096), to: "disk.raw")
        try folder.write([UInt8](repeating: 9, count: 1 << 20), to: "target.raw.ferry-partial")
        let target = folder.path("target.raw")
        try RawImageWriter.write(DiskImage.open(path: disk), to: target, size: 4096)
        #expect(try digest(ofFile: target) == digest(ofFile: disk))
        #expect(!FileManager.default.fileExists(atPath: target + ".ferry-partial"))
    }

    @Test("A source that is written meanwhile is no conversion", arguments: ["target.raw", "target.vmdk"])
    func changed(name: String) throws {
        let folder = try TemporaryDirectory()
        let disk = try folder.write([UInt8](repeating: 1, count: 4096), to: "disk.raw")
        let image = try DiskImage.open(path: disk)
        let handle = try FileHandle(forWritingTo: URL(filePath: disk))
        try handle.seekToEnd()
        try handle.write(contentsOf: [1, 2, 3])
        let found = reason {
            if name.hasSuffix("raw") {
                try RawImageWriter.write(image, to: folder.path(name), size: 4096)
            } else {
                try StreamOptimizedImageWriter.write(image, to: folder.path(name))
            }
        }
        #expect(found == "changedWhileRead")
        #expect(!FileManager.default.fileExists(atPath: folder.path(name)))
    }

    @Test("Only a regular file is written", arguments: ["folder", "pipe", "device"])
    func places(name: String) throws {
        let folder = try TemporaryDirectory()
        let disk = try folder.write([UInt8](repeating: 1, count: 4096), to: "disk.raw")
        try FileManager.default.createDirectory(atPath: folder.path("folder"), withIntermediateDirectories: false)
        try FileManager.default.createSymbolicLink(atPath: folder.path("device"), withDestinationPath: "/dev/null")
        mkfifo(folder.path("pipe"), 0o600)
        let image = try DiskImage.open(path: disk)
        #expect(reason { try RawImageWriter.write(image, to: folder.path(name), size: 4096) } == "notAFile")
    }

    @Test("A link stays, and the file that it leads to is replaced", arguments: [true, false])
    func link(exists: Bool) throws {
        let folder = try TemporaryDirectory()
        let disk = try folder.write([UInt8](repeating: 1, count: 4096), to: "disk.raw")
        if exists { try folder.write("old", to: "there/target.raw") } else { try folder.write("", to: "there/other") }
        let link = folder.path("link.raw")
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: "there/target.raw")
        try RawImageWriter.write(try DiskImage.open(path: disk), to: link, size: 4096)
        #expect(try FileManager.default.destinationOfSymbolicLink(atPath: link) == "there/target.raw")
        let written = try Data(contentsOf: URL(filePath: folder.path("there/target.raw")))
        #expect(written == Data(repeating: 1, count: 4096))
        #expect(!FileManager.default.fileExists(atPath: folder.path("there/target.raw.ferry-partial")))
    }

    @Test("A loop of links is an error")
    func loop() throws {
        let folder = try TemporaryDirectory()
        let disk = try folder.write([UInt8](repeating: 1, count: 4096), to: "disk.raw")
        let loop = folder.path("loop.raw")
        try FileManager.default.createSymbolicLink(atPath: loop, withDestinationPath: "loop.raw")
        let image = try DiskImage.open(path: disk)
        let error = #expect(throws: DiskImageError.self) { try RawImageWriter.write(image, to: loop, size: 4096) }
        #expect(error?.description.contains("a loop of symbolic links") == true)
    }
}
