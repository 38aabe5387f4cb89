import AWS
import Foundation
import Logging
import Migration
import Sandbox
import SigV4
import WireEncoding
import YAML

/// The sandbox in ferry's own process.
enum EmbeddedSandbox {
    /// The folder of its data.
    static let folder = Migrations.folder + "/sandbox"

    /// The zones that the sandbox has in a region.
    static func zones(of region: String) -> [KnownZone] {
        SandboxZones.zones(of: region).map { KnownZone(name: $0.name, id: $0.id) }
    }

    /// Starts a sandbox that has some buckets. Whoever starts it stops it.
    static func start(region: String, buckets: Set<String>, logger: Logger) async throws -> Sandbox {
        try WorkFolder.make(folder)
        let configuration = SandboxConfiguration(dataDirectory: folder, region: region, buckets: buckets.sorted())
        return try await Sandbox.start(configuration, logger: logger)
    }

    /// Connects to a sandbox. A profile and a role name credentials of AWS; the sandbox has its own.
    static func connection(
        to sandbox: Sandbox,
        identity: TargetIdentity,
        bandwidth: Int64?,
        logger: Logger
    ) throws -> Connection {
        let credentials = StaticCredentials(
            AWSCredentials(
                accessKeyID: SandboxConfiguration.defaultAccessKeyID,
                secretAccessKey: Secret(SandboxConfiguration.defaultSecretAccessKey)
            )
        )
        return try Connection(
            environment: AWSEnvironment(["AWS_ENDPOINT_URL": sandbox.endpoint]),
            identity: identity,
            bandwidth: bandwidth,
            logger: logger
        ) { _ in credentials }
    }
}
