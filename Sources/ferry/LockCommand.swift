import ArgumentParser
import Migration
import Operations
import TerminalText
import YAML

/// `ferry lock`: writes the facts of the images beside the migration manifests.
struct LockCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lock",
        abstract: "Write what the images are beside the migration manifests, so that plans can be made without them.",
        discussion: """
            Each migration manifest NAME.yaml gets a NAME.lock.json: format, sizes and content digest of every image. Keep \
            it under version control. Where an image is not there, “ferry plan” goes by the lock; where it is, and is \
            another one, “ferry plan” says so. Images that are not here keep what the lock says of them already. Images in \
            S3 are looked at there.
            """
    )

    @Argument(help: "Migration manifests, or folders of them.", completion: .file(extensions: ["yaml", "yml"]))
    var manifests: [String]

    @Flag(help: "Write nothing; exit with 1 if a lock is missing or out of date.")
    var check = false

    @OptionGroup var diagnostics: DiagnosticsOptions

    @OptionGroup var common: CommonOptions

    func run() async throws {
        let console = common.console()
        try await Outcome.reporting(to: console) {
            let logger = console.logger(isVerbose: common.verbose)
            var areCurrent = true
            try await common.withAWS(logger: logger) { aws in
                let operation = LockOperation(manifests: manifests, isCheck: check, aws: aws)
                try await operation.run(diagnostics: diagnostics.handler(console)) { lock in
                    areCurrent = areCurrent && lock.wasCurrent
                    let count = "\(lock.imageCount) \(lock.imageCount == 1 ? "image" : "images")"
                    let state =
                        switch (check, lock.wasCurrent) {
                        case (true, true): "up to date"
                        case (true, false): "out of date"
                        case (false, true): "unchanged"
                        case (false, false): "written"
                        }
                    console.print("\(lock.path): \(count), \(state)\n")
                }
            }
            if check, !areCurrent { throw Outcome.error }
        }
    }
}
