import Hashing
import Migration

/// The part ledgers of a run, one for each staging location.
struct StagingLedgers: Sendable {
    private let ledgers: [StagingLocation: PartLedger]
    private let shared: Set<StagingLocation>

    /// Reads what each location holds.
    ///
    /// A location is shared if EC2 may still be reading parts there for an import outside this run, or for an earlier
    /// image of an import in it: which parts is not known, so none is removed.
    static func open(
        for groups: [ImageGroup],
        state: MigrationState,
        staging: any StagingStore
    ) async throws(ServiceError) -> StagingLedgers {
        var ledgers: [StagingLocation: PartLedger] = [:]
        for group in groups where ledgers[group.location] == nil {
            ledgers[group.location] = PartLedger(present: try await staging.stagedParts(in: group.location))
        }
        let inRun = Dictionary(
            groups.flatMap(\.changes).map { ($0.address, $0.desired?.fingerprint) },
            uniquingKeysWith: { first, _ in first }
        )
        var shared: Set<StagingLocation> = []
        for (address, record) in state.imports where inRun[address] != record.fingerprint {
            switch record.phase {
            case .requested, .converting: shared.insert(record.subject.staging)
            case .staging, .completed, .settled, .failed: break
            }
        }
        return StagingLedgers(ledgers: ledgers, shared: shared)
    }

    /// The ledger of a location of the run.
    func ledger(of location: StagingLocation) -> PartLedger {
        ledgers[location] ?? PartLedger(present: [])
    }

    /// Whether parts of the location may be removed once no import of the run needs them.
    func mayRemoveParts(of location: StagingLocation) -> Bool {
        !shared.contains(location)
    }
}
