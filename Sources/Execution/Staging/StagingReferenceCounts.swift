import Hashing
import Migration

/// The reference counts of the parts in each staging location of a run.
struct StagingReferenceCounts: Sendable {
    private let locations: [StagingLocation: PartReferenceCounts]
    /// Why locations could not be read. They have no reference counts.
    let failures: [StagingLocation: ServiceError]
    /// Whether parts without references may be removed: not while there may be a conversion whose parts are unknown.
    let mayRemoveParts: Bool

    /// Reads what each location holds, and what conversions that are under way still need there.
    ///
    /// A location that cannot be read, perhaps because its bucket is gone, is in the way of nothing but what is staged there.
    ///
    /// - Parameters:
    ///   - groups: The work of the run.
    ///   - tasks: The conversion tasks.
    ///   - staging: S3.
    static func open(
        for groups: [ImageGroup],
        tasks: ConversionTaskLedger,
        staging: any StagingStore
    ) async -> StagingReferenceCounts {
        var locations: [StagingLocation: PartReferenceCounts] = [:]
        var failures: [StagingLocation: ServiceError] = [:]
        // In the order of the groups: the order of a set differs between runs.
        for location in groups.map(\.location) where locations[location] == nil && failures[location] == nil {
            do throws(ServiceError) {
                locations[location] = try await counts(of: location, tasks, staging)
            } catch {
                failures[location] = error
            }
        }
        return StagingReferenceCounts(
            locations: locations,
            failures: failures,
            mayRemoveParts: tasks.knowsNeededParts
        )
    }

    private static func counts(
        of location: StagingLocation,
        _ tasks: ConversionTaskLedger,
        _ staging: any StagingStore
    ) async throws(ServiceError) -> PartReferenceCounts {
        let references = PartReferenceCounts(present: try await staging.stagedParts(in: location))
        for marker in tasks.untracked.markers {
            await references.retain(try await staging.parts(of: marker, in: location), by: 1)
        }
        for (address, marker) in tasks.resumed.markers.sorted(by: { $0.key < $1.key }) {
            await references.retain(try await staging.parts(of: marker, in: location), forConversionOf: address)
        }
        return references
    }

    /// Removes the references of an import's conversion, if there are any left.
    func releaseConversion(of address: ImportAddress) async {
        for references in locations.values { await references.releaseConversion(of: address) }
    }

    /// The reference counts of a location of the run; empty if it could not be read.
    func parts(of location: StagingLocation) -> PartReferenceCounts {
        locations[location] ?? PartReferenceCounts(present: [])
    }
}
