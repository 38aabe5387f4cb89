import Hashing
import Migration

/// The part ledgers of a run, one for each staging location.
struct StagingLedgers: Sendable {
    private let ledgers: [StagingLocation: PartLedger]
    /// Whether parts may be removed once no import of the run needs them: not while there may be a conversion of which
    /// nobody can tell what it needs.
    let mayRemoveParts: Bool

    /// Reads what each location holds, and what conversions that are under way still need there.
    ///
    /// - Parameters:
    ///   - groups: The work of the run.
    ///   - continued: The conversions that it goes on with.
    ///   - others: The conversions that it does not go on with.
    ///   - staging: S3.
    static func open(
        for groups: [ImageGroup],
        continued: ContinuedConversions,
        others: OtherConversions,
        staging: any StagingStore
    ) async throws(ServiceError) -> StagingLedgers {
        var ledgers: [StagingLocation: PartLedger] = [:]
        for location in Set(groups.map(\.location)) {
            let ledger = PartLedger(present: try await staging.stagedParts(in: location))
            for marker in others.markers {
                await ledger.need(try await parts(of: marker, in: location, staging), by: 1)
            }
            for (address, marker) in continued.markers.sorted(by: { $0.key < $1.key }) {
                await ledger.need(try await parts(of: marker, in: location, staging), forConversionOf: address)
            }
            ledgers[location] = ledger
        }
        return StagingLedgers(
            ledgers: ledgers,
            mayRemoveParts: !others.hasUnlisted && !continued.hasUnknown
        )
    }

    /// The parts that an import manifest names. One that is not here is in another location, or EC2 has removed it when it
    /// had the parts.
    private static func parts(
        of marker: TaskMarker,
        in location: StagingLocation,
        _ staging: any StagingStore
    ) async throws(ServiceError) -> Set<SHA256Digest> {
        guard let xml = try await staging.object(key: location.importManifestKey(marker), in: location) else {
            return []
        }
        return Set(ImportManifest.partKeys(in: xml).compactMap { location.part(ofKey: $0) })
    }

    /// Says that the conversion of an import with which the run has gone on is over: it needs no parts any more.
    func conversionEnded(of address: ImportAddress) async {
        for ledger in ledgers.values { await ledger.conversionEnded(of: address) }
    }

    /// The ledger of a location of the run.
    func ledger(of location: StagingLocation) -> PartLedger {
        ledgers[location] ?? PartLedger(present: [])
    }
}
