import ArgumentParser
import Execution
import Logging
import Migration
import Reports

/// `ferry apply`: does what the plan says.
struct ApplyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "apply",
        abstract: "Stage the images, import them, and wait for the volumes.",
        discussion: """
            A run that is killed goes on where it stopped when it is started again. Press Ctrl-C once to begin nothing new \
            and leave the conversions running, twice to stop at once.
            """
    )

    @OptionGroup var options: PlanningOptions

    @Flag(help: "Do not ask before anything is done.")
    var autoApprove = false

    func run() async throws {
        let console = options.common.console()
        try await Outcome.reporting(to: console) {
            let logger = console.logger(isVerbose: options.common.verbose)
            let migrations = try await options.load(console: console, logger: logger)
            let desired = try await migrations.desiredImports(printer: options.printer(console))
            try await options.connected(migrations, logger: logger) { connection in
                try await apply(migrations, desired, connection, console: console, logger: logger)
            }
        }
    }

    private func apply(
        _ migrations: Migrations,
        _ desired: Migrations.Desired,
        _ connection: Connections,
        console: Console,
        logger: Logger
    ) async throws {
        let session = try await StateSession.open(options.common.stateFile, command: "ferry apply")
        let summary: ExecutionSummary?
        do {
            let plan = try await options.plan(
                migrations,
                desired: desired,
                recorded: await session.state,
                connection: connection
            )
            console.print(PlanText(plan, style: console.style).text)
            try requireImages(of: plan, desired, console: console)
            if plan.isEmpty {
                summary = nil
            } else {
                try confirm(console)
                summary = try await execute(plan, migrations, connection, session, console: console, logger: logger)
            }
        } catch {
            try await session.close()
            throw error
        }
        try await session.close()
        if let summary { try report(summary, console: console) }
    }

    /// A plan can be made by a lock; what it says can be done only where the images are.
    private func requireImages(of plan: Plan, _ desired: Migrations.Desired, console: Console) throws {
        let needed = Set(plan.effective.compactMap(\.desired?.image.path)).intersection(desired.imagesFromLock)
        guard !needed.isEmpty else { return }
        for path in needed.sorted() {
            console.printError("error: \(path): there is no such file, and applying this plan needs it\n")
        }
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
        let executor = Executor(
            service: connection.service,
            staging: connection.staging,
            session: session,
            digests: migrations.digests,
            options: executionOptions(migrations.limits, isAWS: connection.isAWS),
            clock: ContinuousClock(),
            stop: stop,
            logger: logger,
            report: report
        )
        return try await executor.apply(plan)
    }

    private func executionOptions(_ limits: MigrationManifest.Limits, isAWS: Bool) -> ExecutionOptions {
        var options = ExecutionOptions()
        options.uploads = limits.uploads
        options.conversions = limits.conversions
        options.bandwidth = limits.bandwidth
        options.requestsPerSecond = limits.requestsPerSecond
        if !isAWS {
            // An endpoint of one's own has no request allowance to share and no replicas that lag behind.
            options.shortestPoll = .milliseconds(100)
            options.longestPoll = .seconds(1)
            options.reconciliation = .seconds(3)
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
