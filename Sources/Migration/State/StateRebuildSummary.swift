/// The result of rebuilding a state, in the shape of `ferry state rebuild --json`.
package struct StateRebuildSummary: Encodable, Sendable {
    /// An import in the rebuilt state.
    package struct Import: Encodable, Sendable {
        /// The address.
        package var address: String
        /// The name of the phase.
        package var phase: String
        /// The task's id.
        package var task: String?
        /// The volume's id.
        package var volume: String?
    }

    /// A task or volume that belongs to no import.
    package struct UnmatchedResource: Encodable, Sendable {
        /// The reason, such as `unknownAddress`.
        package var reason: String
        /// The task's id.
        package var task: String?
        /// The volume's id.
        package var volume: String?
        /// The address, if a tag or a migration manifest names it.
        package var address: String?

        /// Describes a task or volume.
        package init(reason: String, task: String?, volume: String?, address: String?) {
            self.reason = reason
            self.task = task
            self.volume = volume
            self.address = address
        }
    }

    /// The version of the JSON format.
    package let version = 1
    /// The lineage of the written state.
    package let lineage: String
    /// The serial of the written state.
    package let serial: Int
    /// The imports found in AWS, by address.
    package let imports: [Import]
    /// The imports carried over from the old state, by address.
    package let carried: [Import]
    /// The addresses of desired imports without a trace in AWS.
    package let missing: [String]
    /// The tasks and volumes that belong to no import.
    package let unmatched: [UnmatchedResource]
    /// The paths under which the old files are kept.
    package let kept: [String]

    private enum CodingKeys: String, CodingKey {
        case version, lineage, serial, imports, carried, missing
        case unmatched = "untied"
        case kept
    }

    /// Summarizes a rebuilt state.
    ///
    /// - Parameters:
    ///   - state: The state as it was written.
    ///   - imports: The imports found in AWS.
    ///   - carried: The imports carried over from the old state.
    ///   - missing: The desired imports without a trace in AWS.
    ///   - unmatched: The tasks and volumes that belong to no import.
    ///   - kept: The paths under which the old files are kept.
    package init(
        state: MigrationState,
        imports: [ImportAddress: ImportRecord],
        carried: [ImportAddress: ImportRecord],
        missing: [ImportAddress],
        unmatched: [UnmatchedResource],
        kept: [String]
    ) {
        lineage = state.lineage
        serial = state.serial
        self.imports = Self.imports(imports)
        self.carried = Self.imports(carried)
        self.missing = missing.map(\.description)
        self.unmatched = unmatched
        self.kept = kept
    }

    private static func imports(_ records: [ImportAddress: ImportRecord]) -> [Import] {
        records.sorted { $0.key < $1.key }.map { address, record in
            Import(
                address: address.description,
                phase: record.phase.name.rawValue,
                task: record.phase.taskID,
                volume: record.phase.volumeID
            )
        }
    }
}
