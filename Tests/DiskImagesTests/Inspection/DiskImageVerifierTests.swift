import DiskImages
import Foundation
import ImageSamples
import TestSupport
import Testing

/// The verification of everything that an image stores.
@Suite struct DiskImageVerifierTests {
    private func verify(_ path: String) throws -> DiskImageVerification {
        try DiskImageVerifier.verify(DiskImage.open(path: path))
    }

    @Test("A sound image is verified grain by grain", arguments: SparseVMDK.Layout.allCases)
    func sound(layout: SparseVMDK.Layout) throws {
        let folder = try TemporaryDirectory()
        let path = try folder.write(SparseVMDK.usual(layout).build().bytes, to: "disk.vmdk")
        let verification = try verify(path)
        #expect(verification.isSound)
        #expect(verification.checkedBytes == Int64(2 * SparseVMDK.grainBytes))
        #expect(verification.grains == (layout.isCompressed ? 2 : 0))
    }

    @Test("Every damaged grain is told, not only the first")
    func damagedGrains() throws {
        let folder = try TemporaryDirectory()
        var file = SparseVMDK.usual(.footer).build()
        let offsets = [0, 3].map { (file.grains[$0] ?? 0) * 512 }
        for offset in offsets { file.bytes[offset + 40] ^= 0x10 }
        let path = try folder.write(file.bytes, to: "disk.vmdk")
        let verification = try verify(path)
        #expect(verification.damages.map(\.offset) == offsets.map { Int64($0 + 12) })
        #expect(verification.damages.map(\.code) == ["inflate", "inflate"])
        #expect(verification.isIncomplete == false)
    }

    @Test("No more damages are kept than are reported, and all are counted")
    func manyDamages() throws {
        let folder = try TemporaryDirectory()
        let vmdk = SparseVMDK(.footer, capacity: 512 * 128, grains: (0..<300).map { ($0, SparseVMDK.pattern(3)) })
        var file = vmdk.build()
        for sector in file.grains.values { file.bytes[sector * 512 + 40] ^= 0x10 }
        let path = try folder.write(file.bytes, to: "disk.vmdk")
        let verification = try verify(path)
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
        let verification = try verify(path)
        #expect(verification.damages.map(\.reason.name) == [expected])
        #expect(verification.isIncomplete)
    }

    @Test("A dynamic VHD is verified by its blocks' bitmaps")
    func vhd() throws {
        let folder = try TemporaryDirectory()
        let block = SparseVMDK.pattern(1, count: HandmadeVHD.blockBytes)
        let path = try folder.write(HandmadeVHD.dynamic([block, nil, block], bitmap: 0xF0), to: "disk.vhd")
        let verification = try verify(path)
        #expect(verification.isSound)
        #expect(verification.checkedBytes == Int64(HandmadeVHD.blockBytes))
    }
}
