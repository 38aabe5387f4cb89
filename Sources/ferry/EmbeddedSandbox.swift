import AWS
import Foundation
import Logging
import Migration
import Sandbox
import YAML

/// The sandbox in ferry's own process.
enum EmbeddedSandbox {
    /// The folder of its data.
    static let folder = Migrations.folder + "/sandbox"

    /// The zones that the sandbox has in a region.
    static func zones(of region: String) -> [KnownZone] {
        SandboxZones.zones(of: region).map { KnownZone(name: $0.name, id: $0.id) }
    }

    /// Runs `body` with a sandbox that has the staging buckets of the migration manifests.
    static func with<Result>(
        _ migrations: Migrations,
        recorded: () throws -> MigrationState?,
        logger: Logger,
        _ body: (Connections) async throws -> Result
    ) async throws -> Result {
        try WorkFolder.make(folder)
        let configuration = SandboxConfiguration(
            dataDirectory: folder,
            region: migrations.targets.first?.region ?? "us-east-1",
            buckets: Set(migrations.targets.map(\.target.staging.value.bucket)).sorted()
        )
        let sandbox = try await Sandbox.start(configuration, logger: logger)
        do {
            let credentials = StaticCredentials(
                AWSCredentials(
                    accessKeyID: configuration.accessKeyID,
                    secretAccessKey: Secret(configuration.secretAccessKey)
                )
            )
            // A profile and a role name credentials of AWS; the sandbox has its own.
            let connections = try Connections(migrations.targets, recorded: recorded) { identity in
                try Connection(
                    environment: AWSEnvironment(["AWS_ENDPOINT_URL": sandbox.endpoint]),
                    identity: identity,
                    logger: logger
                ) { _ in credentials }
            }
            defer { connections.close() }
            let result = try await body(connections)
            await sandbox.stop()
            return result
        } catch {
            await sandbox.stop()
            throw error
        }
    }
}
