import ArgumentParser
import DiskImages
import FileSystem
import Foundation
import ImportReadiness
import Logging
import Operations
import Reports
import TerminalText

/// `ferry inspect`: says what images are and what EC2 would make of them.
struct InspectCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "inspect",
        abstract: "Say what disk images are, what they need, and whether EC2 would refuse them.",
        discussion: """
            It reads headers and tables, and all that is stored with --deep. Exit codes: 0 EC2 imports all of them, 1 it \
            would refuse one, or one is unreadable or damaged. Of an image in S3, s3://bucket/key, it fetches the headers \
            and tables alone.
            """
    )

    @Argument(
        help: "Disk images: the descriptor where a VMDK has several files; or s3://bucket/key.",
        completion: .file()
    )
    var images: [String]

    @Option(help: "The region of images in S3. Default: that of the environment or the profile.")
    var region: String?

    @Flag(help: "Look for images in S3 in the embedded one, with its data under .ferry/sandbox.")
    var sandbox = false

    @Flag(help: "Compute each image's content digest, or take it from .ferry/digests.")
    var digest = false

    @Flag(help: "Read everything that is stored and verify it.")
    var deep = false

    @OptionGroup var options: ImageOptions

    func validate() throws {
        guard let image = images.first(where: ObjectReports.isObject), digest || deep else { return }
        throw ValidationError("\(image): --digest and --deep read a whole image: copy it to this machine first.")
    }

    func run() async throws {
        let console = options.console()
        try await Outcome.reporting(to: console) {
            let logger = console.logger(isVerbose: false)
            let operation = InspectOperation(
                images: images,
                format: options.format,
                computesDigests: digest,
                isDeep: deep
            )
            let provider = CommonOptions.provider(sandbox: sandbox, logger: logger)
            let reports = try await AWSSession.with(provider) { aws in
                let objects =
                    operation.needsObjects ? ObjectReports(try await aws.clients(region: objectRegion(logger))) : nil
                let cancellation = Cancellation()
                defer { cancellation.end() }
                do {
                    return try await operation.run(objects: objects, cancellation: cancellation)
                } catch is Cancellation.Requested {
                    throw Outcome.interrupted
                }
            }
            if options.json {
                console.print(document: try JSONText.string(for: Reports(images: reports)))
            } else {
                console.print(InspectionText(reports, style: console.style).text)
            }
            if reports.contains(where: { $0.verdict != .importable }) { throw Outcome.error }
        }
    }

    /// The form of `--json`.
    private struct Reports: Encodable {
        let version = 1
        let images: [ImageReport]
    }

    /// The region of images in S3.
    private func objectRegion(_ logger: Logger) throws -> String {
        if let region { return region }
        if sandbox { return "us-east-1" }
        let provider = AWSProvider(variables: ProcessInfo.processInfo.environment, logger: logger)
        guard let region = try provider.region() else {
            throw ValidationError("In which region do the images in S3 lie? Give --region, or set AWS_REGION.")
        }
        return region
    }
}
