import AWS
import Foundation
import Hashing
import Sandbox
import TestSupport
import Testing

@testable import EC2Types
@testable import HTTPClient

@Suite("Imports")
struct ImportTests {
    @Test(
        "A volume holds what qemu-img reads from the image, then zeros",
        arguments: [QemuImage.Kind.streamOptimized, .dynamicVHD, .fixedVHD, .raw]
    )
    func volume(kind: QemuImage.Kind) async throws {
        let image = try await QemuImage.make(kind, of: QemuImage.guest())
        let raw = try await QemuImage.raw(of: image, kind: kind)
        try await SandboxFixture.run { fixture in
            let staged = try await StagedImage(image, format: kind.format, with: fixture)
            let id = try await staged.importVolume(fixture, description: "kept as sent &<>")
            let task = try await fixture.settled(id)
            #expect(task.state == .completed, "\(task)")
            #expect(task.details?.description == "kept as sent &<>")
            #expect(task.bytesConverted == staged.bytes)
            let volume = try #require(await fixture.sandbox.volumes().first)
            #expect(volume.id == task.volumeID)
            #expect(volume.sizeGiB == 1)
            #expect(volume.availabilityZone == "us-east-1a")
            let (digest, length) = try VolumeFile.digest(path: volume.path)
            #expect(length == 1 << 30)
            let expected = VolumeFile.digest(of: raw, paddedTo: 1 << 30)
            #expect(digest == expected)
            let allocated = try VolumeFile.allocated(path: volume.path)
            #expect(allocated < 8 << 20, "the volume is not sparse")
            #expect(try await fixture.ec2().existingVolumes(among: [volume.id]) == [volume.id])
        }
    }

    @Test("A length in GiB, as linuxkit sends it, is taken: the import manifest says how long the image is")
    func imageBytes() async throws {
        try await SandboxFixture.run { fixture in
            for length in [1, 2, 1 << 40] as [Int64] {
                let staged = try await StagedImage(QemuImage.guest(), format: "RAW", with: fixture)
                let task = try await fixture.settled(try await staged.importVolume(fixture, imageBytes: length))
                #expect(task.state == .completed && task.bytesConverted == staged.bytes, "\(task)")
            }
        }
    }

    @Test("What was staged is removed after the import")
    func cleanUp() async throws {
        try await SandboxFixture.run { fixture in
            let staged = try await StagedImage(QemuImage.guest(), format: "RAW", with: fixture)
            let other = Array("of another import".utf8)
            try await fixture.s3().putObject(
                bucket: SandboxFixture.bucket,
                key: "other",
                body: .bytes(other),
                payloadHash: SHA256.digest(of: other)
            )
            #expect(try await fixture.settled(try await staged.importVolume(fixture)).state == .completed)
            var keys: [String] = []
            try await fixture.s3().listObjects(bucket: SandboxFixture.bucket, prefix: "") { keys += $0.map(\.key) }
            #expect(keys == ["other"])
        }
    }

    @Test("A VMDK that is not stream-optimised is refused, as EC2 refuses it")
    func wrongSubformat() async throws {
        let image = try await QemuImage.make(.monolithicSparse, of: QemuImage.guest())
        try await expectCancelled(image, format: "VMDK", message: "Disk validation failed")
    }

    @Test("An image of another format than declared is refused")
    func wrongFormat() async throws {
        try await expectCancelled(QemuImage.guest(), format: "VMDK", message: "Disk validation failed")
    }

    @Test("A damaged image is refused")
    func damaged() async throws {
        var image = try await QemuImage.make(.streamOptimized, of: QemuImage.guest())
        // The grains come after the tables and fill most of the file: the middle is inside one.
        for index in (image.count / 2)..<(image.count / 2 + 64) { image[index] ^= 0xFF }
        try await expectCancelled(image, format: "VMDK", message: "Disk validation failed")
    }

    @Test("A disk larger than the volume is refused, with both sizes")
    func tooLarge() async throws {
        let folder = try TemporaryDirectory()
        let result = try await Command.run(
            ["qemu-img", "create", "-f", "vpc", "-o", "subformat=dynamic,force_size=on", folder.path("image"), "2G"]
        )
        try #require(result.exitCode == 0)
        let image = Array(try Data(contentsOf: URL(filePath: folder.path("image"))))
        try await expectCancelled(image, format: "VHD", message: "larger than the volume of 1 GiB; it needs 2 GiB")
    }

    @Test("A part that is gone is refused, with its index and key")
    func missingPart() async throws {
        try await SandboxFixture.run { fixture in
            let staged = try await StagedImage(QemuImage.guest(), format: "RAW", with: fixture)
            try await fixture.s3().deleteObject(bucket: SandboxFixture.bucket, key: staged.partKeys[2])
            let task = try await fixture.settled(try await staged.importVolume(fixture))
            #expect(task.state == .cancelled)
            let message = try #require(task.statusMessage)
            #expect(
                message.contains(
                    "ClientError: Unable to read part 2 (\(staged.partKeys[2])): HTTP status 404, NoSuchKey"
                )
            )
            #expect(task.volumeID == nil)
            #expect(await fixture.sandbox.volumes().isEmpty)
        }
    }

    @Test("A part that has become longer is refused")
    func longPart() async throws {
        try await SandboxFixture.run { fixture in
            let staged = try await StagedImage(QemuImage.guest(), format: "RAW", with: fixture)
            let longer = [UInt8](repeating: 1, count: (1 << 20) + 1)
            try await fixture.s3().putObject(
                bucket: SandboxFixture.bucket,
                key: staged.partKeys[0],
                body: .bytes(longer),
                payloadHash: nil
            )
            let task = try await fixture.settled(try await staged.importVolume(fixture))
            #expect(task.state == .cancelled)
            #expect(task.statusMessage?.contains("part 0") == true, "\(task)")
        }
    }

    @Test("An import manifest that can't be fetched is refused, without its signature in the message")
    func missingImportManifest() async throws {
        try await SandboxFixture.run { fixture in
            let staged = try await StagedImage(QemuImage.guest(), format: "RAW", with: fixture)
            try await fixture.s3().deleteObject(bucket: SandboxFixture.bucket, key: staged.key)
            let task = try await fixture.settled(try await staged.importVolume(fixture))
            #expect(task.state == .cancelled)
            let message = try #require(task.statusMessage)
            #expect(message.contains("import manifest: HTTP status 404, NoSuchKey"), "\(message)")
            #expect(!message.contains("X-Amz-Signature"))
        }
    }

    @Test("An import of no image bytes worth a volume: one sector")
    func oneSector() async throws {
        try await SandboxFixture.run { fixture in
            let sector = [UInt8](repeating: 0xA5, count: 512)
            let staged = try await StagedImage(sector, format: "RAW", partSize: 100, with: fixture)
            #expect(try await fixture.settled(try await staged.importVolume(fixture)).state == .completed)
            let volume = try #require(await fixture.sandbox.volumes().first)
            #expect(try VolumeFile.digest(path: volume.path).0 == VolumeFile.digest(of: sector, paddedTo: 1 << 30))
        }
    }

    private func expectCancelled(_ image: [UInt8], format: String, message: String) async throws {
        try await SandboxFixture.run { fixture in
            let staged = try await StagedImage(image, format: format, with: fixture)
            let task = try await fixture.settled(try await staged.importVolume(fixture))
            #expect(task.state == .cancelled)
            #expect(task.statusMessage?.hasPrefix("ClientError: ") == true, "\(task)")
            #expect(task.statusMessage?.contains(message) == true, "\(task)")
            #expect(await fixture.sandbox.volumes().isEmpty)
            let data = fixture.folder.path("data")
            #expect(try FileManager.default.contentsOfDirectory(atPath: "\(data)/volumes").isEmpty)
            #expect(try FileManager.default.contentsOfDirectory(atPath: "\(data)/scratch").isEmpty)
        }
    }
}
