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
        logger: Logger,
        _ body: (Connection) async throws -> Result
    ) async throws -> Result {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let configuration = SandboxConfiguration(
            dataDirectory: folder,
            region: migrations.region,
            buckets: Set(migrations.manifests.flatMap(\.usedTargets).map(\.target.staging.value.bucket)).sorted()
        )
        let sandbox = try await Sandbox.start(configuration, logger: logger)
        do {
            let connection = try Connection(
                environment: AWSEnvironment(["AWS_ENDPOINT_URL": sandbox.endpoint]),
                credentials: StaticCredentials(
                    AWSCredentials(
                        accessKeyID: configuration.accessKeyID,
                        secretAccessKey: Secret(configuration.secretAccessKey)
                    )
                ),
                region: migrations.region,
                logger: logger
            )
            defer { connection.close() }
            let result = try await body(connection)
            await sandbox.stop()
            return result
        } catch {
            await sandbox.stop()
            throw error
        }
    }
}
