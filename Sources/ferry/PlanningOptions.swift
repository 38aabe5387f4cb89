import ArgumentParser
import Execution
import Logging
import Migration
import YAML

/// What the commands that make a plan take, and how they make it.
struct PlanningOptions: ParsableArguments {
    @Argument(help: "Migration manifests, or folders of them.", completion: .file(extensions: ["yaml", "yml"]))
    var manifests: [String]

    @Flag(help: "Import again what EC2 no longer has.")
    var recreateMissing = false

    @OptionGroup var diagnostics: DiagnosticsOptions

    @OptionGroup var common: CommonOptions

    /// Reads and checks the migration manifests.
    func load(console: Console, logger: Logger) async throws -> Migrations {
        try await Migrations.load(
            manifests,
            zones: { region, profile in
                if common.sandbox { return EmbeddedSandbox.zones(of: region) }
                let connection = try Connection(region: region, profile: profile, logger: logger)
                defer { connection.close() }
                return try await connection.zones()
            },
            printer: printer(console)
        )
    }

    /// Prints what is wrong with migration manifests and images.
    func printer(_ console: Console) -> DiagnosticPrinter {
        DiagnosticPrinter(console: console, form: diagnostics.form)
    }

    /// Connects to AWS, or to the sandbox, and runs `body`.
    func connected<Result>(
        _ migrations: Migrations,
        logger: Logger,
        _ body: (Connections) async throws -> Result
    ) async throws -> Result {
        try await common.connected(migrations, logger: logger, body)
    }

    /// Makes the plan.
    func plan(
        _ migrations: Migrations,
        desired: Migrations.Desired,
        recorded: MigrationState?,
        connection: Connections
    ) async throws -> Plan {
        let observer = WorldObserver(service: connection.service, staging: connection.staging)
        let observed = try await observer.observe(
            // Whether parts of an image are missing is known only where the image is.
            desired: desired.imports.filter { !desired.imagesFromLock.contains($0.image.path) },
            recorded: recorded,
            digests: migrations.digests
        )
        var plan = Planner.plan(
            desired: desired.imports,
            manifests: migrations.manifests.map { Plan.ManifestDigest(path: $0.file.path, digest: $0.digest) },
            recorded: recorded,
            observed: observed,
            options: Planner.Options(recreatesMissing: recreateMissing)
        )
        plan.imagesFromLock = desired.imagesFromLock.isEmpty ? nil : desired.imagesFromLock.count
        plan.imagesChangedSinceLock = desired.imagesChangedSinceLock.isEmpty ? nil : desired.imagesChangedSinceLock
        return plan
    }
}
