import DiskImages

extension ImageReport: Encodable {
    private enum Key: String, CodingKey {
        case path, verdict, facts, volumeSizeGiB, digest, verification, error
    }

    /// The facts with the problems that follow from them.
    private struct Facts: Encodable {
        private enum Key: String, CodingKey {
            case problems
        }

        let facts: DiskImageFacts
        let problems: [ImageProblem]

        func encode(to encoder: any Encoder) throws {
            try facts.encode(to: encoder)
            var container = encoder.container(keyedBy: Key.self)
            try container.encode(problems, forKey: .problems)
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
            try container.encode(Facts(facts: facts, problems: problems), forKey: .facts)
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
