import ArgumentParser
import Migration
import Operations
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
            let printer = DiagnosticPrinter(console: console, form: diagnostics.form)
            let logger = console.logger(isVerbose: common.verbose)
            let locks = try await Access.with(common, logger: logger) { access in
                let migrations = try await Migrations.load(
                    MigrationFiles.read(manifests, mode: .lock),
                    zones: { _ in nil },
                    access: access,
                    printer: printer,
                    mode: .lock
                )
                return try await migrations.lock(printer: printer)
            }
            var areCurrent = true
            for (manifest, lock) in locks {
                let path = LockFile.path(besides: manifest)
                let count = "\(lock.images.count) \(lock.images.count == 1 ? "image" : "images")"
                if check {
                    let isCurrent = LockFile.read(besides: manifest).lock == lock
                    areCurrent = areCurrent && isCurrent
                    console.print("\(path): \(count), \(isCurrent ? "up to date" : "out of date")\n")
                } else {
                    let isChanged = try LockFile.write(lock, besides: manifest)
                    console.print("\(path): \(count), \(isChanged ? "written" : "unchanged")\n")
                }
            }
            if !areCurrent { throw Outcome.error }
        }
    }
}
