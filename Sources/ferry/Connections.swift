import Diagnostics
import Execution
import Logging
import Migration
import YAML

/// The connections to all regions that imports go to, for everybody who works there, seen as one EC2 and one S3.
struct Connections: Sendable {
    let service: any ConversionService
    let staging: any StagingStore
    /// The images that lie in S3 already.
    let objects: any SourceObjects
    /// The connections by who works through them.
    let byIdentity: [TargetIdentity: Connection]

    /// Whether EC2 is AWS's own, and not an endpoint that somebody named.
    var isAWS: Bool { byIdentity.values.contains(where: \.isAWS) }

    /// How long a conversion task may stay unlisted before it is taken for not there. An endpoint of one's own has no
    /// replicas that lag behind.
    var patience: Duration { isAWS ? ExecutionOptions().reconciliation : .seconds(3) }

    /// Connects to the regions of migration manifests.
    ///
    /// - Parameters:
    ///   - targets: The targets of the imports with their regions.
    ///   - recorded: The state, whose staging buckets may be others than those of the manifests.
    ///   - connect: Connects to a region as an identity.
    init(
        _ targets: [(region: String, target: MigrationTarget)],
        recorded: () throws -> MigrationState?,
        connect: (TargetIdentity) throws -> Connection
    ) throws {
        var connections: [TargetIdentity: Connection] = [:]
        do {
            var identities: [String: TargetIdentity] = [:]
            for (region, target) in targets {
                let identity = target.identity(in: region)
                identities[target.staging.value.bucket] = identity
                if connections[identity] == nil { connections[identity] = try connect(identity) }
            }
            byIdentity = connections
            if connections.count == 1, let only = connections.values.first {
                (service, staging, objects) = (only.service, only.staging, only.objects)
                return
            }
            var owners: [String: TargetIdentity] = [:]
            for record in try recorded()?.imports.values.map(\.self) ?? [] {
                let subject = record.subject
                if identities[subject.staging.bucket] == nil {
                    // A bucket that no migration manifest names any more; with two identities in its region nobody can
                    // tell whose it was.
                    let possible = connections.keys.filter { $0.region == subject.region }
                    if possible.count == 1 { identities[subject.staging.bucket] = possible[0] }
                }
                guard let owner = identities[subject.staging.bucket], owner.region == subject.region else { continue }
                for id in [record.phase.taskID, record.phase.volumeID].compactMap(\.self) { owners[id] = owner }
            }
            let stores = identities.compactMapValues { connections[$0]?.staging }
            service = RegionalConversionService(
                connections.mapValues(\.service),
                identityOfBucket: identities,
                owners: owners
            )
            staging = RegionalStagingStore(stores)
            objects = RegionalSourceObjects(identities.compactMapValues { connections[$0]?.objects })
        } catch {
            for connection in connections.values { connection.close() }
            throw error
        }
    }

    /// Ends every request under way.
    func close() {
        for connection in byIdentity.values { connection.close() }
    }
}
