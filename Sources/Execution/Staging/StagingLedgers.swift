import Hashing
import Migration

/// The part ledgers of a run, one for each staging location.
struct StagingLedgers: Sendable {
    private let ledgers: [StagingLocation: PartLedger]
    /// Whether parts may be removed once no import of the run needs them: not while there may be a conversion of which
    /// nobody can tell what it needs.
    let mayRemoveParts: Bool

    /// Reads what each location holds, and what conversions outside the run still need there.
    static func open(
        for groups: [ImageGroup],
        others: OtherConversions,
        staging: any StagingStore
    ) async throws(ServiceError) -> StagingLedgers {
        var ledgers: [StagingLocation: PartLedger] = [:]
        for location in Set(groups.map(\.location)) {
            let ledger = PartLedger(present: try await staging.stagedParts(in: location))
            for marker in others.markers {
                // An import manifest that is not here is in another location, or EC2 has removed it when it had the parts.
                guard let xml = try await staging.object(key: location.importManifestKey(marker), in: location) else {
                    continue
                }
                let parts = ImportManifest.partKeys(in: xml).compactMap { location.part(ofKey: $0) }
                await ledger.need(Set(parts), by: 1)
            }
            ledgers[location] = ledger
        }
        return StagingLedgers(ledgers: ledgers, mayRemoveParts: !others.hasUnlisted)
    }

    /// The ledger of a location of the run.
    func ledger(of location: StagingLocation) -> PartLedger {
        ledgers[location] ?? PartLedger(present: [])
    }
}
