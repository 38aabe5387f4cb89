import ArgumentParser
import Diagnostics
import Execution
import Migration
import YAML

/// What the commands that make a plan take, and how they make it.
struct PlanningOptions: ParsableArguments {
    @Argument(help: "Migration manifests, or folders of them.", completion: .file(extensions: ["yaml", "yml"]))
    var manifests: [String]

    @OptionGroup var choices: PlanChoices

    @OptionGroup var diagnostics: DiagnosticsOptions

    @OptionGroup var common: CommonOptions

    /// Checks the migration manifests and looks at their images.
    ///
    /// - Parameters:
    ///   - files: What was read.
    ///   - console: Where problems are printed.
    ///   - access: By which EC2 is asked for its zones, and S3 for images that lie there.
    ///   - asks: Whether they are asked.
    func load(
        _ files: MigrationFiles,
        console: Console,
        access: Access,
        asks: Bool = true
    ) async throws -> Migrations {
        try await Migrations.load(
            files,
            // The sandbox need not be asked.
            zones: { asks || common.sandbox ? try await access.zones(of: $0, for: files.targets) : nil },
            access: asks ? access : nil,
            printer: printer(console)
        )
    }

    /// Prints what is wrong with migration manifests and images.
    func printer(_ console: Console) -> DiagnosticPrinter {
        DiagnosticPrinter(console: console, form: diagnostics.form)
    }

    /// Makes the plan.
    ///
    /// - Parameters:
    ///   - migrations: The migration manifests.
    ///   - sources: The files and folders they were found in; those of the command line by default.
    ///   - desired: What they want.
    ///   - recorded: The state.
    ///   - connection: EC2 and S3; `nil` if nobody is to be asked.
    ///   - seen: What EC2 has listed already.
    ///   - choices: What changes the plan.
    func plan(
        _ migrations: Migrations,
        sources: [String]? = nil,
        desired: Migrations.Desired,
        recorded: MigrationState?,
        connection: Connections?,
        seen: ObservedState? = nil,
        choices: PlanOptions
    ) async throws -> Plan {
        let slips = choices.slips(
            desired: desired.imports.lazy.map(\.address),
            recorded: recorded?.imports.keys ?? [:].keys
        )
        if let slip = slips.first { throw slip }
        let observer = connection.map { StateRefresher(service: $0.service, staging: $0.staging) }
        let observed = try await observer?.observe(
            // Whether parts of an image are missing is known only where the image is.
            desired: desired.imports.lazy.filter { !desired.imagesFromLock.contains($0.image.path) },
            recorded: recorded,
            seen: seen,
            digests: migrations.digests
        )
        var plan = Planner.plan(
            desired: desired.imports,
            manifests: migrations.manifests.map { Plan.ManifestDigest(path: $0.file.path, digest: $0.digest) },
            recorded: recorded,
            observed: observed ?? ObservedState(assuming: recorded),
            options: choices,
            limits: PlanLimits(migrations.limits)
        )
        plan.sources = sources ?? manifests
        plan.imagesFromLock = desired.imagesFromLock.isEmpty ? nil : desired.imagesFromLock.count
        plan.imagesChangedSinceLock = desired.imagesChangedSinceLock.isEmpty ? nil : desired.imagesChangedSinceLock
        // By a lock a plan is the same on every machine, with the images or without: what only they tell is left out.
        guard let observer, !migrations.isLocked else { return plan }
        let digests = migrations.digests
        return try await observer.measuringUploads(of: plan) { image in try await digests(image) }
    }
}
