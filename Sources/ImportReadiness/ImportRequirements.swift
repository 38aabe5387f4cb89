package import DiskImages
import EC2Types

/// What EC2 requires of an image.
///
/// Source: "VM Import/Export Requirements", sections "Image formats" and "Volume types and file systems".
package enum ImportRequirements {
    /// The largest disk that EC2 imports, in bytes: that of the largest volume.
    private static let largestDisk = EC2Limits.volumeSize.upperBound << 30
    /// The largest VHD: 2,040 GiB, in bytes (Virtual Hard Disk Image Format Specification).
    private static let largestVHD: Int64 = 2040 << 30

    /// The reasons why EC2 would reject an image; empty for an image that it imports.
    package static func rejections(of facts: DiskImageFacts) -> [ImportRejection] {
        var rejections: [ImportRejection] = []
        switch facts.subformat {
        case .monolithicSparse, .twoGbMaxExtentSparse, .monolithicFlat, .twoGbMaxExtentFlat, .vmfs:
            rejections.append(.vmdkNotStreamOptimized(facts.subformat))
        case .fixed, .dynamic:
            if facts.virtualSize > largestVHD { rejections.append(.vhdTooLarge) }
        case .streamOptimized, .raw: break
        }
        if facts.files.count > 1 { rejections.append(.severalFiles(count: facts.files.count)) }
        if facts.virtualSize > largestDisk { rejections.append(.diskTooLarge(bytes: facts.virtualSize)) }
        return rejections
    }
}

extension DiskImageFacts {
    /// Whether EC2 imports the image.
    package var isImportable: Bool { ImportRequirements.rejections(of: self).isEmpty }

    /// Whether EC2 rejects the image and would import a stream-optimized VMDK of the same disk.
    package var isRepackageable: Bool {
        let rejections = ImportRequirements.rejections(of: self)
        return !rejections.isEmpty && rejections.allSatisfy(\.isResolvedByRepackaging)
    }
}
