import FileSystem
package import Hashing
package import Migration

/// A plan file that `ferry apply` is to apply exactly.
package enum SavedPlan {
    /// Reads the plan file among the arguments of `ferry apply`.
    ///
    /// - Parameters:
    ///   - arguments: Migration manifests, folders, or one plan file.
    ///   - options: The choices of the command line. They must be the defaults for a plan file.
    ///   - expected: The digest the plan must have; any if `nil`.
    /// - Returns: The plan; `nil` if no argument is a plan file.
    /// - Throws: ``SavedPlanMisuse``, ``PlanFileError``, or ``PlanStaleness`` if a manifest changed or the digest differs.
    package static func read(
        among arguments: [String],
        options: PlanOptions,
        expected: SHA256Digest?
    ) throws -> Plan? {
        guard let path = arguments.first(where: PlanFile.isPlan) else { return nil }
        guard arguments.count == 1 else { throw SavedPlanMisuse.otherArguments(path: path) }
        guard options == PlanOptions() else { throw SavedPlanMisuse.planOptions(path: path) }
        let plan = try PlanFile.read(path: path)
        try require(expected, of: plan)
        // Whether an edited manifest is valid does not matter here: the plan is stale.
        let edited = plan.manifests.filter { manifest in
            (try? FileContents(path: manifest.path).bytes).map { SHA256.digest(of: $0) } != manifest.digest
        }
        guard edited.isEmpty else {
            throw PlanStaleness(differences: edited.map { .manifest(path: $0.path) })
        }
        return plan
    }

    /// Checks the digest of a plan.
    ///
    /// - Throws: ``PlanStaleness`` if it is not the expected one.
    package static func require(_ expected: SHA256Digest?, of plan: Plan) throws {
        guard let expected else { return }
        let found = plan.digest
        guard found == expected else {
            throw PlanStaleness(differences: [.digest(expected: expected, found: found)])
        }
    }
}

/// Arguments that contradict a saved plan.
package enum SavedPlanMisuse: Error, CustomStringConvertible {
    /// Other arguments next to a plan file.
    case otherArguments(path: String)
    /// Options that change a plan next to a plan file.
    case planOptions(path: String)

    package var description: String {
        switch self {
        case .otherArguments(let path): "\(path) is a saved plan: it is applied by itself."
        case .planOptions(let path): "\(path) is a saved plan: the choices it was made with stand in it."
        }
    }
}
