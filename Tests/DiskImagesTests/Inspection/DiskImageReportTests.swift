import DiskImages
import Foundation
import Hashing
import TestSupport
import Testing

/// What inspection reports, shallow and deep.
@Suite struct DiskImageReportTests {
    @Test("A sound image is verified grain by grain", arguments: SparseVMDK.Layout.allCases)
    func sound(layout: SparseVMDK.Layout) throws {
        let folder = try TemporaryDirectory()
        let path = try folder.write(SparseVMDK.usual(layout).build().bytes, to: "disk.vmdk")
        let report = try DiskImageInspector.report(on: path, isDeep: true)
        let verification = try #require(report.verification)
        #expect(verification.isSound)
        #expect(verification.checkedBytes == Int64(2 * SparseVMDK.grainBytes))
        #expect(verification.grains == (layout.isCompressed ? 2 : 0))
        #expect(report.verdict == (layout.isCompressed ? .importable : .refused))
    }

    @Test("Every damaged grain is told, not only the first")
    func damagedGrains() throws {
        let folder = try TemporaryDirectory()
        var file = SparseVMDK.usual(.footer).build()
        let offsets = [0, 3].map { (file.grains[$0] ?? 0) * 512 }
        for offset in offsets { file.bytes[offset + 40] ^= 0x10 }
        let path = try folder.write(file.bytes, to: "disk.vmdk")
        let shallow = try DiskImageInspector.report(on: path)
        #expect(shallow.verdict == .importable)
        let report = try DiskImageInspector.report(on: path, isDeep: true)
        #expect(report.verdict == .unreadable)
        #expect(report.verification?.damages.map(\.offset) == offsets.map { Int64($0 + 12) })
        #expect(report.verification?.damages.map(\.code) == ["inflate", "inflate"])
        #expect(report.verification?.isIncomplete == false)
    }

    @Test("No more damages are kept than are reported, and all are counted")
    func manyDamages() throws {
        let folder = try TemporaryDirectory()
        let vmdk = SparseVMDK(.footer, capacity: 512 * 128, grains: (0..<300).map { ($0, SparseVMDK.pattern(3)) })
        var file = vmdk.build()
        for sector in file.grains.values { file.bytes[sector * 512 + 40] ^= 0x10 }
        let path = try folder.write(file.bytes, to: "disk.vmdk")
        let verification = try #require(DiskImageInspector.report(on: path, isDeep: true).verification)
        #expect(verification.damageCount == 300)
        #expect(verification.damages.count == DiskImageVerifier.reportedDamages)
    }

    @Test(
        "Damaged tables and bitmaps are found",
        arguments: ["overlap", "grainAddress", "outsideFile"]
    )
    func damagedTables(expected: String) throws {
        let folder = try TemporaryDirectory()
        var file = SparseVMDK.usual(expected == "overlap" ? .plain : .footer).build()
        switch expected {
        case "overlap": file.putEntry(UInt32(file.grains[0] ?? 0), ofGrain: 1)
        case "grainAddress": file.put(UInt64(5), at: (file.grains[0] ?? 0) * 512)
        default: file.put(UInt32(100_000), at: (file.grains[3] ?? 0) * 512 + 8)
        }
        let path = try folder.write(file.bytes, to: "disk.vmdk")
        let verification = try #require(DiskImageInspector.report(on: path, isDeep: true).verification)
        #expect(verification.damages.map(\.reason.name) == [expected])
        #expect(verification.isIncomplete)
    }

    @Test("A dynamic VHD is verified by its blocks' bitmaps")
    func vhd() throws {
        let folder = try TemporaryDirectory()
        let block = SparseVMDK.pattern(1, count: HandmadeVHD.blockBytes)
        let path = try folder.write(HandmadeVHD.dynamic([block, nil, block], bitmap: 0xF0), to: "disk.vhd")
        let verification = try #require(DiskImageInspector.report(on: path, isDeep: true).verification)
        #expect(verification.isSound)
        #expect(verification.checkedBytes == Int64(HandmadeVHD.blockBytes))
    }

    @Test("An image that can't be read is a report with the reason")
    func unreadable() throws {
        let folder = try TemporaryDirectory()
        let path = try folder.write("vhdxfile" + String(repeating: " ", count: 1024), to: "disk.vhdx")
        let report = try DiskImageInspector.report(on: path, isDeep: true)
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
        let report = try DiskImageInspector.report(on: path, isDeep: true, digests: cache)
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
            try DiskImageInspector.report(on: path, isDeep: true) { throw Cancelled() }
        }
    }
}
