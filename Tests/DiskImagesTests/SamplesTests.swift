import DiskImages
import Foundation
import Hashing
import ImportReadiness
import TestSupport
import Testing

/// Real images by many producers; `Samples/README.md` says where they come from.
@Suite struct SamplesTests {
    /// One row of the index: a file and what its disk hashes to, or why it is refused.
    private struct Sample {
        let file: String
        let rawDigest: SHA256Digest?
    }

    /// The reason each unreadable sample is refused for.
    private static let refusals = [
        "vmdk-rs/vmfs_thick-000001.vmdk": "needsParent",
        "vmdk-rs/twoGbMaxExtentSparse-s001.vmdk": "descriptorMissing",
        "vmdk-rs/vmfs_thick-flat.vmdk": "notAsNamed",
        "vmdk-rs/monolithicFlat-flat.vmdk": "notAsNamed",
        "vmdk-rs/twoGbMaxExtentFlat-f001.vmdk": "notAsNamed",
        "forklift/2nd_disk.ova": "foreign",
        "forklift/2nd_disk.d/2nd_disk.vmdk": "textModeTransfer",
        "plaso/image.qcow2": "foreign",
        "go-vhd/win8-child.vhd": "needsParent",
        "vmdk-forensic/tw_sparse_data.vmdk": "system",
        "vmdk-forensic/ms3-win.vmdk": "system",
        "vmdk-forensic/flat-f001.vmdk": "notAsNamed",
        "vmdk-forensic/mono_flat-flat.vmdk": "notAsNamed",
        "vmdk-forensic/tw_sparse-s001.vmdk": "descriptorMissing",
        "go-vmdk-parser/vmdk-invalid.img": "descriptorMissing",
    ]

    @Test(
        "Every sample converts to its known content, or is refused for its reason",
        arguments: ["vmdk-rs", "forklift", "plaso", "node-vhd", "go-vhd", "vmdk-forensic", "go-vmdk-parser"]
    )
    func samples(folder: String) async throws {
        let unpacked = try await Self.unpack(folder)
        let samples = try Self.index(in: unpacked).filter { $0.file.hasPrefix("\(folder)/") }
        #expect(!samples.isEmpty)
        for sample in samples {
            let path = unpacked.path("disk-images/\(sample.file)")
            if let refusal = Self.refusals[sample.file] {
                let found = reason { try convert(path, in: unpacked) }
                #expect(found == refusal, "\(sample.file)")
            } else {
                let output = try convert(path, in: unpacked)
                #expect(try digest(ofFile: output) == sample.rawDigest, "\(sample.file)")
                try FileManager.default.removeItem(atPath: output)
            }
        }
    }

    @Test("Samples the index leaves out read as QEMU reads them", arguments: ["dfvfs_ext2", "plaso_image"])
    func unlisted(name: String) async throws {
        let unpacked = try await Self.unpack("vmdk-forensic")
        let path = unpacked.path("disk-images/vmdk-forensic/\(name).vmdk")
        let expected = unpacked.path("expected.raw")
        try await QemuImagesTests.qemu(["convert", "-f", "vmdk", "-O", "raw", path, expected])
        #expect(try digest(ofFile: convert(path, in: unpacked)) == digest(ofFile: expected))
    }

    @Test("Each producer's images are recognised for what they are")
    func facts() async throws {
        let vmdk = try await Self.unpack("vmdk-rs")
        let stream = try DiskImageInspector.inspect(path: vmdk.path("disk-images/vmdk-rs/streamOptimized.vmdk"))
        #expect(stream.subformat == .streamOptimized)
        #expect(stream.isImportable)
        #expect(stream.allocatedBytes == 3_407_872)
        #expect(stream.producer == "VMware")
        let split = try DiskImageInspector.inspect(path: vmdk.path("disk-images/vmdk-rs/twoGbMaxExtentSparse.vmdk"))
        #expect(split.subformat == .twoGbMaxExtentSparse)
        #expect(split.files == ["twoGbMaxExtentSparse.vmdk", "twoGbMaxExtentSparse-s001.vmdk"])
        #expect(split.bytes == 545 + 3_342_336)
        #expect(
            ImportRequirements.rejections(of: split) == [
                .vmdkNotStreamOptimized(.twoGbMaxExtentSparse), .severalFiles(count: 2),
            ]
        )
        let thick = try DiskImageInspector.inspect(path: vmdk.path("disk-images/vmdk-rs/vmfs_thick.vmdk"))
        #expect(thick.subformat == .vmfs)
        #expect(thick.allocatedBytes == nil)

        let vhd = try await Self.unpack("go-vhd")
        let box = try DiskImageInspector.inspect(path: vhd.path("disk-images/go-vhd/vbox.vhd"))
        #expect(box.virtualSize == 41_943_040)
        #expect(box.producer == "vbox 4.3")
        #expect(box.warnings.map(\.code) == [.vhdGeometryDiffers])
        #expect(box.isImportable)
        #expect(box.volumeSizeGiB == 1)
    }

    private static func unpack(_ folder: String) async throws -> TemporaryDirectory {
        let directory = try TemporaryDirectory()
        let archive = try #require(
            Bundle.module.path(forResource: "disk-images", ofType: "tar.xz", inDirectory: "Samples")
        )
        let tar = try await Command.run(
            ["tar", "-xJf", archive, "-C", directory.path, "disk-images/INDEX.tsv", "disk-images/\(folder)"]
        )
        try #require(tar.exitCode == 0, "\(tar.errorOutput)")
        return directory
    }

    private static func index(in directory: TemporaryDirectory) throws -> [Sample] {
        let text = try String(contentsOfFile: directory.path("disk-images/INDEX.tsv"), encoding: .utf8)
        return text.split(separator: "\n").dropFirst().map { line in
            let columns = line.split(separator: "\t", omittingEmptySubsequences: false)
            return Sample(file: String(columns[0]), rawDigest: SHA256Digest(hex: columns[6]))
        }
    }
}
