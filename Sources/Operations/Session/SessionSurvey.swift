import AWS
import Diagnostics
import Migration

/// The sessions of a run's credentials, for the plan.
enum SessionSurvey {
    /// The sessions of the identities whose credentials are temporary.
    static func sessions(of manifests: [MigrationManifest], clients: RegionalClients) async -> [PlanSession] {
        var sessions: [PlanSession] = []
        for (identity, clients) in clients.byIdentity.sorted(by: { $0.key < $1.key }) {
            guard let session = await clients.session() else { continue }
            let targets = manifests.flatMap { manifest in
                manifest.usedTargets.filter { $0.target.identity(in: $0.region) == identity }
                    .map { TargetBindings.Target(manifest: manifest.name.value, region: $0.region) }
            }
            sessions.append(
                PlanSession(
                    targets: Set(targets).sorted(),
                    source: session.source.description,
                    isRenewed: session.source.isRenewable,
                    expiration: session.expiration,
                    secondsLeft: session.secondsLeft
                )
            )
        }
        return sessions
    }
}
