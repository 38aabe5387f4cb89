import ArgumentParser
import DiskImages
import FileSystem
import Operations
import Reports
import TerminalText

/// `ferry convert`: writes an image as one EC2 imports, or as plain bytes.
struct ConvertCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "convert",
        abstract: "Write a disk image as a stream-optimised VMDK or as a sparse RAW file.",
        discussion: """
            The destination's suffix decides: .vmdk, or .raw or .img. It appears when it is whole; until then it is \
            written beside its place, as NAME.ferry-partial. The same disk at the same level gives the same bytes.
            """
    )

    @Argument(help: "The disk image: the descriptor where a VMDK has several files.", completion: .file())
    var source: String

    @Argument(help: "The file to write: NAME.vmdk, NAME.raw or NAME.img.", completion: .file())
    var destination: String

    @Option(help: "How hard a VMDK is compressed: fast, balanced (as small as QEMU's), small or smallest.")
    var level = CompressionLevel.fast

    @Option(help: "The number of threads. Default: one a processor, 16 at most.")
    var threads = ImageWritingOptions.processors

    @Flag(help: "Replace the destination if it is there.")
    var overwrite = false

    @Flag(name: .customLong("no-sync"), help: "Don't wait until the file is on the disk; a power cut may lose it.")
    var noSync = false

    @OptionGroup var options: ImageOptions

    func validate() throws {
        guard RepackageOperation.Target(destination: destination) != nil else {
            throw ValidationError("\(destination): name the destination NAME.vmdk, NAME.raw or NAME.img.")
        }
        guard !ObjectReports.isObject(source) else {
            throw ValidationError("\(source): ferry converts files: copy the image to this machine first.")
        }
        guard 1...256 ~= threads else { throw ValidationError("--threads is a number from 1 to 256.") }
    }

    func run() async throws {
        let console = options.console()
        try await Outcome.reporting(to: console) {
            guard let target = RepackageOperation.Target(destination: destination) else { throw Outcome.error }
            var writing = ImageWritingOptions()
            writing.threads = threads
            writing.isDurable = !noSync
            writing.replacesExisting = overwrite
            let operation = RepackageOperation(
                source: source,
                format: options.format,
                destination: destination,
                target: target,
                level: level,
                options: writing
            )
            let cancellation = Cancellation()
            defer { cancellation.end() }
            let written: RepackageOperation.Written
            do {
                written = try await operation.run(cancellation: cancellation)
            } catch is Cancellation.Requested {
                console.printError("Stopped; nothing was written.\n")
                throw Outcome.interrupted
            }
            if options.json {
                console.print(document: try JSONText.string(for: written))
            } else {
                console.print(
                    RepackagingText.string(
                        path: destination,
                        bytes: written.bytes,
                        virtualSize: written.virtualSize,
                        dataBytes: written.dataBytes
                    )
                )
            }
        }
    }
}
