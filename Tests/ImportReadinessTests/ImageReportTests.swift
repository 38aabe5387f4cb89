import DiskImages
import Foundation
import Hashing
import ImageSamples
import ImportReadiness
import TestSupport
import Testing

/// What a report says about an image, shallow and deep.
@Suite struct ImageReportTests {
    @Test("A sound image is importable if its layout is", arguments: SparseVMDK.Layout.allCases)
    func sound(layout: SparseVMDK.Layout) throws {
        let folder = try TemporaryDirectory()
        let path = try folder.write(SparseVMDK.usual(layout).build().bytes, to: "disk.vmdk")
        let report = try ImageReport.inspecting(path, isDeep: true)
        #expect(report.verification?.isSound == true)
        #expect(report.verdict == (layout.isCompressed ? .importable : .refused))
    }

    @Test("Damage makes an image unreadable when it is looked for")
    func damagedGrains() throws {
        let folder = try TemporaryDirectory()
        var file = SparseVMDK.usual(.footer).build()
        let offsets = [0, 3].map { (file.grains[$0] ?? 0) * 512 }
        for offset in offsets { file.bytes[offset + 40] ^= 0x10 }
        let path = try folder.write(file.bytes, to: "disk.vmdk")
        let shallow = try ImageReport.inspecting(path)
        #expect(shallow.verdict == .importable)
        let report = try ImageReport.inspecting(path, isDeep: true)
        #expect(report.verdict == .unreadable)
        #expect(report.verification?.damageCount == 2)
    }

    @Test("An image that can't be read is a report with the reason")
    func unreadable() throws {
        let folder = try TemporaryDirectory()
        let path = try folder.write("vhdxfile" + String(repeating: " ", count: 1024), to: "disk.vhdx")
        let report = try ImageReport.inspecting(path, isDeep: true)
        #expect(report.verdict == .unreadable)
        let json = try String(decoding: JSONEncoder().encode(report), as: UTF8.self)
        #expect(json.contains(#""code":"foreign-format""#))
        #expect(json.contains("qemu-img convert -f vhdx"))
    }

    @Test("JSON holds facts, verdict, digest and verification")
    func json() throws {
        let folder = try TemporaryDirectory()
        let path = try folder.write(SparseVMDK.usual(.footer).build().bytes, to: "disk.vmdk")
        let cache = DigestCache(folder: folder.path("digests"))
        let report = try ImageReport.inspecting(path, isDeep: true, digests: cache)
        let object = try #require(
            try JSONSerialization.jsonObject(with: JSONEncoder().encode(report)) as? [String: Any]
        )
        #expect(object["verdict"] as? String == "importable")
        #expect(object["volumeSizeGiB"] as? Int == 1)
        #expect(try object["digest"] as? String == ImageDigester.digest(path: path).digest.hex)
        #expect((object["facts"] as? [String: Any])?["subformat"] as? String == "streamOptimized")
        #expect((object["verification"] as? [String: Any])?["grains"] as? Int == 2)
        #expect(object["error"] == nil)
    }

    @Test("Inspection ends when it is told to")
    func cancellation() throws {
        struct Cancelled: Error {}
        let folder = try TemporaryDirectory()
        let path = try folder.write(SparseVMDK.usual(.footer).build().bytes, to: "disk.vmdk")
        #expect(throws: Cancelled.self) {
            try ImageReport.inspecting(path, isDeep: true) { throw Cancelled() }
        }
    }
}
