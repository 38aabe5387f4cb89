import DiskImages
import Foundation
import TestSupport
import Testing

@testable import Operations

@Suite struct RepackageOperationTests {
    private let folder: TemporaryDirectory

    init() throws {
        folder = try TemporaryDirectory()
        try folder.write([UInt8](repeating: 7, count: 1 << 20), to: "disk.raw")
    }

    private func operation(_ source: String, _ destination: String) throws -> RepackageOperation {
        let target = try #require(RepackageOperation.Target(destination: destination))
        return RepackageOperation(
            source: folder.path(source),
            format: nil,
            destination: folder.path(destination),
            target: target,
            level: .fast,
            options: ImageWritingOptions()
        )
    }

    @Test("An image becomes a stream-optimized VMDK, and that the same disk again")
    func roundTrip() async throws {
        let vmdk = try await operation("disk.raw", "disk.vmdk").run(cancellation: Cancellation())
        #expect(vmdk.subformat == .streamOptimized && vmdk.virtualSize == 1 << 20 && vmdk.dataBytes == 1 << 20)
        let size = try FileManager.default.attributesOfItem(atPath: folder.path("disk.vmdk"))[.size] as? Int64
        #expect(size == vmdk.bytes)
        let raw = try await operation("disk.vmdk", "again.img").run(cancellation: Cancellation())
        #expect(raw.subformat == .raw && raw.bytes == 1 << 20)
        let files = try ["disk.raw", "again.img"].map { try Data(contentsOf: URL(filePath: folder.path($0))) }
        #expect(files[0] == files[1])
    }

    @Test(
        "The destination's suffix chooses the format",
        arguments: ["disk.VMDK", "disk.Raw", "disk.img", "disk.vhd", "disk"]
    )
    func target(destination: String) {
        let expected: String? =
            switch destination {
            case "disk.VMDK": "vmdk"
            case "disk.Raw", "disk.img": "raw"
            default: nil
            }
        #expect(RepackageOperation.Target(destination: destination).map { "\($0)" } == expected)
    }

    @Test("A canceled operation, and one that may not replace a file, leave nothing")
    func refusals() async throws {
        await #expect(throws: Cancellation.Requested.self) {
            try await operation("disk.raw", "new.vmdk").run(cancellation: Cancellation(isRequested: true))
        }
        try folder.write("mine", to: "there.vmdk")
        var replacing = try operation("disk.raw", "there.vmdk")
        replacing.options.replacesExisting = false
        let error = await #expect(throws: DiskImageError.self) { try await replacing.run(cancellation: Cancellation()) }
        #expect(error?.reason == .destinationExists)
        #expect(try String(contentsOfFile: folder.path("there.vmdk"), encoding: .utf8) == "mine")
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() == ["disk.raw", "there.vmdk"]
        )
    }
}
