import DiskImages

extension ImageReport: Encodable {
    private enum Key: String, CodingKey {
        case path, verdict, facts, volumeSizeGiB, digest, verification, error
    }

    private struct Facts: Encodable {
        var format: DiskImageFormat
        var subformat: DiskImageSubformat
        var bytes: Int64
        var virtualSize: Int64
        var allocatedBytes: Int64?
        var producer: String?
        var files: [String]
        var problems: [ImageProblem]

        init(_ facts: DiskImageFacts, problems: [ImageProblem]) {
            format = facts.format
            subformat = facts.subformat
            bytes = facts.bytes
            virtualSize = facts.virtualSize
            allocatedBytes = facts.allocatedBytes
            producer = facts.producer
            files = facts.files
            self.problems = problems
        }
    }

    private enum VerificationKey: String, CodingKey {
        case checkedBytes, grains, damageCount, damages, isIncomplete
    }

    private enum ErrorKey: String, CodingKey {
        case code, path, offset, message, remedy
    }

    /// Writes the report for programs: keys that don't apply are left out.
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(path, forKey: .path)
        try container.encode(verdict.rawValue, forKey: .verdict)
        switch facts {
        case .success(let facts):
            try container.encode(Facts(facts, problems: problems), forKey: .facts)
            try container.encode(facts.volumeSizeGiB, forKey: .volumeSizeGiB)
        case .failure(let error):
            var nested = container.nestedContainer(keyedBy: ErrorKey.self, forKey: .error)
            try Self.encode(error, to: &nested)
        }
        try container.encodeIfPresent(digest, forKey: .digest)
        if let verification {
            var nested = container.nestedContainer(keyedBy: VerificationKey.self, forKey: .verification)
            try nested.encode(verification.checkedBytes, forKey: .checkedBytes)
            try nested.encode(verification.grains, forKey: .grains)
            try nested.encode(verification.damageCount, forKey: .damageCount)
            try nested.encode(verification.isIncomplete, forKey: .isIncomplete)
            var damages = nested.nestedUnkeyedContainer(forKey: .damages)
            for damage in verification.damages {
                var container = damages.nestedContainer(keyedBy: ErrorKey.self)
                try Self.encode(damage, to: &container)
            }
        }
    }

    private static func encode(
        _ error: DiskImageError,
        to container: inout KeyedEncodingContainer<ErrorKey>
    ) throws {
        try container.encode(error.code, forKey: .code)
        try container.encode(error.path, forKey: .path)
        try container.encodeIfPresent(error.offset, forKey: .offset)
        let diagnosis = ImageDiagnosis(error)
        try container.encode(diagnosis.problem, forKey: .message)
        try container.encodeIfPresent(diagnosis.remedy, forKey: .remedy)
    }
}
