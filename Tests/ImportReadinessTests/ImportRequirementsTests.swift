import DiskImages
import ImportReadiness
import Testing

/// What EC2 requires, checked on facts: no file system here holds a disk of 16 TiB.
@Suite struct ImportRequirementsTests {
    private static func facts(
        _ subformat: DiskImageSubformat,
        virtualSize: Int64 = 1 << 30,
        files: [String] = ["disk"]
    ) -> DiskImageFacts {
        let format: DiskImageFormat =
            switch subformat {
            case .fixed, .dynamic: .vhd
            case .raw: .raw
            default: .vmdk
            }
        return DiskImageFacts(format: format, subformat: subformat, bytes: 1, virtualSize: virtualSize, files: files)
    }

    @Test("EC2 imports stream-optimized VMDK, both kinds of VHD, and RAW", arguments: DiskImageSubformat.allCases)
    func subformats(subformat: DiskImageSubformat) {
        let facts = Self.facts(subformat)
        let isImportable = [.streamOptimized, .fixed, .dynamic, .raw].contains(subformat)
        #expect(facts.isImportable == isImportable)
        #expect(facts.isRepackageable == !isImportable)
        #expect(ImportRequirements.rejections(of: facts) == (isImportable ? [] : [.vmdkNotStreamOptimized(subformat)]))
    }

    @Test("A disk of 16 TiB is imported, and one of a byte more is not", arguments: [Int64(0), 1])
    func largestDisk(excess: Int64) {
        let size = 16 << 40 + excess
        let facts = Self.facts(.raw, virtualSize: size)
        #expect(ImportRequirements.rejections(of: facts) == (excess == 0 ? [] : [.diskTooLarge(bytes: size)]))
        #expect(!facts.isRepackageable)
    }

    @Test("A VHD of 2,040 GiB is imported; a larger one is, once it is repackaged", arguments: [Int64(0), 1])
    func largestVHD(excess: Int64) {
        let facts = Self.facts(.dynamic, virtualSize: 2040 << 30 + excess)
        #expect(ImportRequirements.rejections(of: facts) == (excess == 0 ? [] : [.vhdTooLarge]))
        #expect(facts.isRepackageable == (excess == 1))
    }

    @Test("Repackaging does not help an image that has another fault as well")
    func severalFaults() {
        let facts = Self.facts(.twoGbMaxExtentFlat, virtualSize: 17 << 40, files: ["disk.vmdk", "disk-f001.vmdk"])
        let expected: [ImportRejection] = [
            .vmdkNotStreamOptimized(.twoGbMaxExtentFlat), .severalFiles(count: 2), .diskTooLarge(bytes: 17 << 40),
        ]
        #expect(ImportRequirements.rejections(of: facts) == expected)
        #expect(!facts.isRepackageable)
    }
}
