import ArgumentParser
import Foundation
import Operations
import Sandbox
import TerminalText

/// `ferry sandbox`: the embedded EC2 and S3 by itself.
struct SandboxCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sandbox",
        abstract: "Serve an EC2 and S3 of this machine.",
        subcommands: [Serve.self]
    )

    /// `ferry sandbox serve`.
    struct Serve: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Serve the sandbox on a port of 127.0.0.1 until it is stopped."
        )

        @Option(help: "The folder of its data.")
        var data = EmbeddedSandbox.folder

        @Option(help: "The port; 0 takes one that is free.")
        var port = 0

        @Option(help: "The region.")
        var region = "us-east-1"

        @Option(name: .customLong("bucket"), help: "A bucket to make; may be given several times.")
        var buckets: [String] = []

        @Option(help: "The most conversions at once.")
        var conversions = 2

        @Option(help: "The least time a conversion takes, in seconds.")
        var conversionSeconds = 0.0

        @Option(help: "How long EC2 accepts a signature, in seconds.")
        var signatureValidity: Int64 = 900

        @Option(help: "How long EC2 lists a task after it has ended, in seconds. Default: forever.")
        var taskRetention: Int64?

        @Option(
            name: .customLong("account"),
            help: ArgumentHelp(
                "Another account with its own access key. It sees its own tasks and volumes. Can be repeated.",
                valueName: "id=keyid:secret"
            )
        )
        var accounts: [SandboxAccount] = []

        @OptionGroup var faults: FaultOptions

        @Option(help: "Stop by itself after so many seconds.")
        var stopAfter: Int?

        @Flag(name: [.short, .long], help: "Log every request to standard error.")
        var verbose = false

        func run() async throws {
            let console = Console(allowsColour: true, environment: ProcessInfo.processInfo.environment)
            try await Outcome.reporting(to: console) {
                let configuration = SandboxConfiguration(
                    dataDirectory: data,
                    port: port,
                    region: region,
                    otherAccounts: accounts,
                    signatureValidity: signatureValidity,
                    taskRetention: taskRetention,
                    buckets: buckets,
                    conversions: conversions,
                    conversionDelay: .seconds(conversionSeconds),
                    faults: faults.faults
                )
                try WorkFolder.make(data)
                let sandbox = try await Sandbox.start(configuration, logger: console.logger(isVerbose: verbose))
                console.print(
                    """
                    export AWS_ENDPOINT_URL=\(sandbox.endpoint)
                    export AWS_ACCESS_KEY_ID=\(configuration.accessKeyID)
                    export AWS_SECRET_ACCESS_KEY=\(configuration.secretAccessKey)
                    export AWS_REGION=\(region)

                    """
                )
                // Without the keys and the address, nobody can use it.
                guard console.outputFailure == nil else { return await sandbox.stop() }
                await Self.untilSignalled(atMost: stopAfter.map { .seconds($0) })
                await sandbox.stop()
            }
        }

        private static func untilSignalled(atMost limit: Duration?) async {
            let (signals, continuation) = AsyncStream.makeStream(of: Void.self)
            let sources = SignalSources { continuation.finish() }
            defer { sources.cancel() }
            await withTaskGroup(of: Void.self) { tasks in
                tasks.addTask { for await _ in signals {} }
                if let limit {
                    tasks.addTask { try? await Task.sleep(for: limit) }
                }
                await tasks.next()
                tasks.cancelAll()
            }
        }
    }
}

extension SandboxAccount: ExpressibleByArgument {
    /// Reads an account from the command line; `nil` for anything else.
    public init?(argument: String) { self.init(argument) }
}
