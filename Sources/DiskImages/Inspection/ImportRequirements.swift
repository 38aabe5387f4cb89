/// What EC2 asks of an image ("VM Import/Export requirements": image formats and volume types).
enum ImportRequirements {
    /// The largest disk of an import: 16 TiB, in bytes.
    private static let largestDisk: Int64 = 16 << 40
    /// The largest VHD: 2,040 GiB, in bytes (Virtual Hard Disk Image Format Specification).
    private static let largestVHD: Int64 = 2040 << 30

    /// What EC2 would refuse about an image.
    static func problems(
        path: String,
        subformat: DiskImageSubformat,
        virtualSize: Int64,
        fileCount: Int
    ) -> [DiskImageProblem] {
        var problems: [DiskImageProblem] = []
        func refuse(_ code: DiskImageProblem.Code, _ message: String, _ remedy: String?) {
            problems.append(DiskImageProblem(severity: .refused, code: code, message: message, remedy: remedy))
        }
        let conversion = ConversionCommand.ferry(from: path)
        switch subformat {
        case .monolithicSparse, .twoGbMaxExtentSparse, .monolithicFlat, .twoGbMaxExtentFlat, .vmfs:
            let message = "a VMDK of type \(subformat.rawValue); EC2 imports stream-optimised VMDK only"
            refuse(.vmdkNotStreamOptimised, message, conversion)
        case .fixed, .dynamic:
            if virtualSize > largestVHD {
                refuse(
                    .vhdTooLarge,
                    "a VHD of more than 2040 GiB",
                    ConversionCommand.ferry(from: path)
                )
            }
        case .streamOptimized, .raw: break
        }
        if fileCount > 1 {
            refuse(.vmdkSeveralFiles, "the image is \(fileCount) files; EC2 imports one", conversion)
        }
        if virtualSize > largestDisk {
            refuse(.diskTooLarge, "a disk of \(virtualSize) bytes; EC2 imports 16 TiB at most", nil)
        }
        return problems
    }
}
