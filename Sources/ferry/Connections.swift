import Execution
import Logging
import Migration
import YAML

/// The connections to all regions that imports go to, seen as one EC2 and one S3.
struct Connections {
    let service: any ConversionService
    let staging: any StagingStore
    /// The connections by region.
    let byRegion: [String: Connection]

    /// Whether EC2 is AWS's own, and not an endpoint that somebody named.
    var isAWS: Bool { byRegion.values.contains(where: \.isAWS) }

    /// Connects to the regions of migration manifests.
    ///
    /// - Parameters:
    ///   - targets: The targets of the imports with their regions.
    ///   - recorded: The state, whose staging buckets may be others than those of the manifests.
    ///   - connect: Connects to a region with a profile.
    init(
        _ targets: [(region: String, target: MigrationTarget)],
        recorded: () throws -> MigrationState?,
        connect: (_ region: String, _ profile: String?) throws -> Connection
    ) throws {
        var connections: [String: Connection] = [:]
        do {
            for (region, target) in targets where connections[region] == nil {
                connections[region] = try connect(region, target.profile?.value)
            }
            byRegion = connections
            if connections.count == 1, let only = connections.values.first {
                (service, staging) = (only.service, only.staging)
                return
            }
            var stores: [String: any StagingStore] = [:]
            for record in try recorded()?.imports.values.map(\.subject) ?? [] {
                stores[record.staging.bucket] = connections[record.region]?.staging
            }
            for (region, target) in targets { stores[target.staging.value.bucket] = connections[region]?.staging }
            service = RegionalConversionService(connections.mapValues(\.service))
            staging = RegionalStagingStore(stores)
        } catch {
            for connection in connections.values { connection.close() }
            throw error
        }
    }

    /// Ends every request under way.
    func close() {
        for connection in byRegion.values { connection.close() }
    }
}
