import ArgumentParser
import Execution
import Foundation
import Hashing
import Migration
import Operations
import Reports
import TerminalText

/// `ferry apply`: applies migration manifests or a saved plan.
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
    var scratch = WorkFolder.path + "/converted"

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
            let expected = expect.flatMap { SHA256Digest(hex: $0) }
            let choices = options.choices.planOptions
            let saved = try SavedPlan.read(among: options.manifests, options: choices, expected: expected)
            let logger = console.logger(isVerbose: options.common.verbose)
            let (summary, drift) = try await options.common.withAWS(logger: logger) { aws in
                let operation = ApplyOperation(
                    manifests: options.manifests,
                    saved: saved,
                    options: choices,
                    expected: expected,
                    scratch: scratch,
                    stateFile: options.common.stateFile,
                    aws: aws,
                    logger: logger
                )
                let prepared = try await operation.prepare(report: options.diagnostics.handler(console))
                let credentials = await aws.credentialsInUse
                return try await prepared.closing { try await apply(prepared, credentials, console) }
            }
            if let summary { report(summary, console) }
            for line in drift { console.printError(line: "\(line)") }
            if let summary, !summary.unfinished.isEmpty { throw Outcome.interrupted }
            if summary?.failed.isEmpty == false || !drift.isEmpty { throw Outcome.someFailed }
        }
    }

    /// Shows the plan, asks for approval, and executes the plan.
    ///
    /// - Returns: The summary, which is `nil` if the plan is empty, and a line for each import that has drifted.
    private func apply(
        _ prepared: PreparedApply,
        _ credentials: [String],
        _ console: Console
    ) async throws -> (summary: ExecutionSummary?, drift: [String]) {
        let report = PlanReport(prepared.plan, credentials: credentials)
        console.print(PlanText(report, style: console.style, width: console.columns).text)
        try prepared.requireImages()
        let drift = report.driftLines
        guard !prepared.plan.isEmpty else {
            try await prepared.bindAccounts()
            return (nil, drift)
        }
        if !prepared.isSaved { try confirm(console) }
        let print = { @Sendable (event: MigrationEvent) in
            if let line = EventText.line(for: event) { console.report(line) }
        }
        let stop = StopSignal()
        let interruption = Interruption(stop: stop) { print(.stopping) }
        defer { interruption.end() }
        return (try await prepared.execute(stop: stop, report: print), drift)
    }

    private func confirm(_ console: Console) throws {
        guard !autoApprove else { return }
        guard console.isInteractive else {
            console.printError(line: "error: nobody is here to approve the plan; add --auto-approve")
            throw Outcome.error
        }
        console.print("Do this? Only “yes” is taken for an approval: ")
        guard readLine() == "yes" else {
            console.print("Nothing was done.\n")
            throw Outcome.error
        }
    }

    private func report(_ summary: ExecutionSummary, _ console: Console) {
        let text = ApplySummaryText(
            completed: summary.completed.count,
            failures: summary.failed,
            unfinished: summary.unfinished.count,
            updated: summary.updated.count,
            forgotten: summary.forgotten.count
        )
        console.printResult(text.summary)
        for line in text.failureLines { console.printError(line) }
        if !summary.unfinished.isEmpty { console.printResult(text.continuation) }
    }
}
