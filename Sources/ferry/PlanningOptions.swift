import ArgumentParser
import Execution
import Logging
import Migration
import Sandbox
import YAML

/// What the commands that make a plan take, and how they make it.
struct PlanningOptions: ParsableArguments {
    @Argument(help: "Migration manifests, or folders of them.", completion: .file(extensions: ["yaml", "yml"]))
    var manifests: [String]

    @Flag(help: "Import again what EC2 no longer has.")
    var recreateMissing = false

    @OptionGroup var common: CommonOptions

    /// Reads and checks the migration manifests.
    func load(console: Console, logger: Logger) async throws -> Migrations {
        try await Migrations.load(
            manifests,
            zones: { region in
                if common.sandbox { return SandboxZones.names(of: region) }
                let connection = try Connection(region: region, logger: logger)
                defer { connection.close() }
                return Set(try await connection.service.availabilityZones())
            },
            console: console
        )
    }

    /// Connects to AWS, or to the sandbox, and runs `body`.
    func connected<Result>(
        _ migrations: Migrations,
        logger: Logger,
        _ body: (Connection) async throws -> Result
    ) async throws -> Result {
        if common.sandbox { return try await EmbeddedSandbox.with(migrations, logger: logger, body) }
        let connection = try Connection(region: migrations.region, logger: logger)
        defer { connection.close() }
        return try await body(connection)
    }

    /// Makes the plan.
    func plan(
        _ migrations: Migrations,
        desired: [VolumeImport],
        recorded: MigrationState?,
        connection: Connection
    ) async throws -> Plan {
        let observer = WorldObserver(service: connection.service, staging: connection.staging)
        let observed = try await observer.observe(
            desired: desired,
            recorded: recorded,
            digests: migrations.digests
        )
        return Planner.plan(
            desired: desired,
            manifests: migrations.manifests.map { Plan.ManifestDigest(path: $0.file.path, digest: $0.digest) },
            recorded: recorded,
            observed: observed,
            options: Planner.Options(recreatesMissing: recreateMissing)
        )
    }
}
