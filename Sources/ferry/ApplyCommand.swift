import ArgumentParser
import Execution
import Foundation
import Hashing
import Logging
import Migration
import Operations
import Reports
import StateStore

/// `ferry apply`: does what the plan says.
struct ApplyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "apply",
        abstract: "Stage the images, import them, and wait for the volumes.",
        discussion: """
            Takes migration manifests, or a plan that “ferry plan --out” saved: exactly that plan is done, or nothing if \
            anything it was computed from has changed (exit code 4).

            A run that is killed goes on where it stopped when it is started again. Press Ctrl-C once to begin nothing new \
            and leave the conversions running, twice to stop at once.
            """
    )

    @OptionGroup var options: PlanningOptions

    @Option(
        help: ArgumentHelp(
            "Do nothing unless the plan has this digest, which “ferry plan” prints.",
            valueName: "digest"
        )
    )
    var expect: String?

    @Option(help: "The folder for images that are converted before they are uploaded; each takes room until it is.")
    var scratch = Migrations.folder + "/converted"

    @Flag(help: "Do not ask before anything is done. A saved plan was read already: it is never asked about.")
    var autoApprove = false

    func validate() throws {
        if let expect, SHA256Digest(hex: expect) == nil {
            throw ValidationError("--expect takes the plan's digest: 64 hexadecimal digits.")
        }
        guard options.choices.refresh else {
            throw ValidationError("ferry apply always asks EC2: --refresh=false is for ferry plan.")
        }
    }

    func run() async throws {
        let console = options.common.console()
        try await Outcome.reporting(to: console) {
            let saved = try savedPlan()
            let logger = console.logger(isVerbose: options.common.verbose)
            let sources = saved.map { $0.sources.isEmpty ? $0.manifests.map(\.path) : $0.sources }
            try await Access.with(options.common, logger: logger) { access in
                let files = await MigrationFiles.read(sources ?? options.manifests)
                await access.limit(bandwidth: files.limits.bandwidth)
                let migrations = try await options.load(files, console: console, access: access)
                let desired = try await migrations.desiredImports(printer: options.printer(console))
                let connections = try await access.connections(for: migrations.targets)
                try await apply(saved, migrations, desired, connections, console: console, logger: logger)
            }
        }
    }

    /// The plan file that was given; `nil` if migration manifests were.
    private func savedPlan() throws -> Plan? {
        guard let path = options.manifests.first(where: PlanFile.isPlan) else { return nil }
        guard options.manifests.count == 1 else {
            throw ValidationError("\(path) is a saved plan: it is applied by itself.")
        }
        guard options.choices.planOptions == PlanOptions() else {
            throw ValidationError("\(path) is a saved plan: the choices it was made with stand in it.")
        }
        let plan = try PlanFile.read(path: path)
        try requireExpected(plan)
        // An edited manifest may have mistakes; that it was edited is all that matters here.
        let edited = plan.manifests.filter { manifest in
            FileManager.default.contents(atPath: manifest.path).map { SHA256.digest(of: $0) } != manifest.digest
        }
        guard edited.isEmpty else {
            throw PlanStaleness(differences: edited.map { .manifest(path: $0.path) })
        }
        return plan
    }

    private func requireExpected(_ plan: Plan) throws {
        guard let expected = expect.flatMap({ SHA256Digest(hex: $0) }) else { return }
        let found = plan.digest
        guard found == expected else {
            throw PlanStaleness(differences: [.digest(expected: expected, found: found)])
        }
    }

    private func apply(
        _ saved: Plan?,
        _ migrations: Migrations,
        _ desired: Migrations.Desired,
        _ connection: Connections,
        console: Console,
        logger: Logger
    ) async throws {
        // As ferry plan read it: a session that is opened may count on by itself.
        let recorded = try options.common.stateFile.read()
        let session = try await StateSession.open(options.common.stateFile, command: "ferry apply")
        let summary: ExecutionSummary?
        do {
            let held = await session.state
            let present = try await options.plan(
                migrations,
                sources: saved?.sources,
                desired: desired,
                recorded: saved == nil ? held : recorded,
                connection: connection,
                choices: saved.map(Self.choices) ?? options.choices.planOptions
            )
            if let saved { try requireFresh(saved, present, recorded: recorded, held: held) }
            let plan = saved ?? present
            if saved == nil { try requireExpected(plan) }
            let report = PlanReport(plan)
            console.print(PlanText(report, style: console.style, width: console.columns).text)
            try requireImages(of: plan, desired, console: console)
            if plan.isEmpty {
                summary = nil
            } else {
                if saved == nil { try confirm(console) }
                summary = try await execute(plan, migrations, connection, session, console: console, logger: logger)
            }
        } catch {
            try await session.close()
            throw error
        }
        try await session.close()
        if let summary { try self.report(summary, console: console) }
    }

    /// The choices with which a saved plan is made again: EC2 is always asked.
    private static func choices(of saved: Plan) -> PlanOptions {
        var choices = saved.options
        if choices.refresh == .none { choices.refresh = .full }
        return choices
    }

    /// A saved plan is applied only if it is what would be planned now, and the state was not written meanwhile.
    private func requireFresh(
        _ saved: Plan,
        _ present: Plan,
        recorded: MigrationState?,
        held: MigrationState
    ) throws {
        var present = present
        if saved.lineage == nil, held.imports.isEmpty {
            // A state in which nothing was ever done: an earlier apply made it and stopped.
            (present.lineage, present.serial) = (nil, saved.serial)
        }
        if let staleness = PlanStaleness.between(saved: saved, present: present) { throw staleness }
        guard held.imports == recorded?.imports ?? [:] else {
            throw PlanStaleness(differences: [.serial(saved: saved.serial, found: held.serial)])
        }
    }

    /// A plan can be made by a lock; what it says can be done only where the images are.
    private func requireImages(of plan: Plan, _ desired: Migrations.Desired, console: Console) throws {
        let images = plan.effective.compactMap(\.desired?.image).filter { desired.imagesFromLock.contains($0.path) }
        guard !images.isEmpty else { return }
        let problems = images.map { image in
            let what = image.object == nil ? "there is no such file" : "it could not be looked at in S3"
            return "error: \(image.path): \(what), and applying this plan needs it\n"
        }
        for problem in Set(problems).sorted() { console.printError(problem) }
        throw Outcome.error
    }

    private func confirm(_ console: Console) throws {
        guard !autoApprove else { return }
        guard console.isInteractive else {
            console.printError("error: nobody is here to approve the plan; add --auto-approve\n")
            throw Outcome.error
        }
        console.print("Do this? Only “yes” is taken for an approval: ")
        guard readLine() == "yes" else {
            console.print("Nothing was done.\n")
            throw Outcome.error
        }
    }

    private func execute(
        _ plan: Plan,
        _ migrations: Migrations,
        _ connection: Connections,
        _ session: StateSession,
        console: Console,
        logger: Logger
    ) async throws -> ExecutionSummary {
        let report = { @Sendable (event: MigrationEvent) in
            if let line = EventText.line(for: event) { console.print(line + "\n") }
        }
        let stop = StopSignal()
        let interruption = Interruption(stop: stop) { report(.stopping) }
        defer { interruption.end() }
        // A folder a state: who holds the state's lock is alone in it.
        let conversions = ConvertedImages(
            folder: "\(scratch)/\(await session.state.lineage)",
            sources: migrations.cache
        )
        let executor = Executor(
            service: connection.service,
            staging: connection.staging,
            session: session,
            digests: migrations.digests,
            conversions: conversions,
            objects: connection.objects,
            options: executionOptions(migrations.limits, connection),
            clock: ContinuousClock(),
            stop: stop,
            logger: logger,
            report: report
        )
        return try await executor.apply(plan)
    }

    private func executionOptions(
        _ limits: MigrationManifest.Limits,
        _ connection: Connections
    ) -> ExecutionOptions {
        var options = ExecutionOptions()
        options.uploads = limits.uploads
        options.conversions = limits.conversions
        options.bandwidth = limits.bandwidth
        options.requestsPerSecond = limits.requestsPerSecond
        options.reconciliation = connection.patience
        if !connection.isAWS {
            // An endpoint of one's own has no request allowance to share.
            options.shortestPoll = .milliseconds(100)
            options.longestPoll = .seconds(1)
        }
        return options
    }

    private func report(_ summary: ExecutionSummary, console: Console) throws {
        let (done, failed) = (summary.completed.count, summary.failed.count)
        var text = "\nApplied: \(done) \(done == 1 ? "volume" : "volumes") imported"
        if failed > 0 { text += ", \(failed) failed" }
        if !summary.unfinished.isEmpty { text += ", \(summary.unfinished.count) left unfinished" }
        if !summary.forgotten.isEmpty { text += ", \(summary.forgotten.count) forgotten" }
        console.print(text + ".\n")
        for (address, message) in summary.failed.sorted(by: { $0.key < $1.key }) {
            console.printError("failed: \(address): \(message)\n")
        }
        if !summary.unfinished.isEmpty {
            console.print("Run ferry apply again to go on.\n")
            throw Outcome.interrupted
        }
        if failed > 0 { throw Outcome.someFailed }
    }
}
