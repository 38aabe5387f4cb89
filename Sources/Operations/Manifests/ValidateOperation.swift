import Diagnostics
package import Migration

/// Checks migration manifests, their locks, and the headers of their images, and optionally the account.
package struct ValidateOperation {
    /// The files and folders of the migration manifests.
    package var manifests: [String]
    /// Whether to query AWS for accounts, zones, staging buckets, and permissions.
    package var isOnline: Bool
    /// The AWS clients.
    package var aws: AWSSession
    /// Whether the zones of each region are known without querying EC2.
    package var knowsZones: Bool

    /// Prepares a validation.
    package init(manifests: [String], isOnline: Bool, aws: AWSSession, knowsZones: Bool) {
        self.manifests = manifests
        self.isOnline = isOnline
        self.aws = aws
        self.knowsZones = knowsZones
    }

    /// Checks the manifests.
    ///
    /// - Parameter report: Takes the diagnostics.
    /// - Returns: The valid manifests.
    /// - Throws: ``ReportedProblems`` if a diagnostic is an error.
    package func run(report: @escaping DiagnosticHandler) async throws -> [MigrationManifest] {
        let files = await ManifestSet.read(manifests, mode: .validate)
        var options = PlanningSession.Options(mode: .validate) {
            isOnline || knowsZones ? try await aws.zones(of: $0, for: files.targets) : nil
        }
        if isOnline {
            options.moreProblems = { session in
                let clients = try await aws.clients(for: session.targets)
                var problems = AccountCheck(session.manifests, clients: clients).problems
                for (identity, zones) in session.zones.sorted(by: { $0.key < $1.key }) {
                    guard let clients = clients.byIdentity[identity] else { continue }
                    let check = OnlineCheck(clients, identity: identity, zones: zones)
                    problems += await check.problems(of: session.manifests)
                }
                return problems
            }
        }
        return try await PlanningSession.load(files, aws: isOnline ? aws : nil, options: options, report: report)
            .manifests
    }
}
