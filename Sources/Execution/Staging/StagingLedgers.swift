import Hashing
import Migration

/// The part ledgers of a run, one for each staging location.
struct StagingLedgers: Sendable {
    private let ledgers: [StagingLocation: PartLedger]
    /// Why those locations cannot be read of which there is no ledger.
    let failures: [StagingLocation: ServiceError]
    /// Whether parts may be removed once no import of the run needs them: not while there may be a conversion of which
    /// nobody can tell what it needs.
    let mayRemoveParts: Bool

    /// Reads what each location holds, and what conversions that are under way still need there.
    ///
    /// A location that cannot be read, perhaps because its bucket is gone, is in the way of nothing but what is staged there.
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
    ) async -> StagingLedgers {
        var ledgers: [StagingLocation: PartLedger] = [:]
        var failures: [StagingLocation: ServiceError] = [:]
        for location in Set(groups.map(\.location)) {
            do throws(ServiceError) {
                ledgers[location] = try await ledger(of: location, continued, others, staging)
            } catch {
                failures[location] = error
            }
        }
        return StagingLedgers(
            ledgers: ledgers,
            failures: failures,
            mayRemoveParts: !others.hasUnlisted && !continued.hasUnknown
        )
    }

    private static func ledger(
        of location: StagingLocation,
        _ continued: ContinuedConversions,
        _ others: OtherConversions,
        _ staging: any StagingStore
    ) async throws(ServiceError) -> PartLedger {
        let ledger = PartLedger(present: try await staging.stagedParts(in: location))
        for marker in others.markers {
            await ledger.need(try await staging.parts(of: marker, in: location), by: 1)
        }
        for (address, marker) in continued.markers.sorted(by: { $0.key < $1.key }) {
            await ledger.need(try await staging.parts(of: marker, in: location), forConversionOf: address)
        }
        return ledger
    }

    /// Says that the conversion of an import with which the run has gone on is over: it needs no parts any more.
    func conversionEnded(of address: ImportAddress) async {
        for ledger in ledgers.values { await ledger.conversionEnded(of: address) }
    }

    /// The ledger of a location of the run that can be read.
    func ledger(of location: StagingLocation) -> PartLedger {
        ledgers[location] ?? PartLedger(present: [])
    }
}
