import ArgumentParser
import DiskImages
import FileSystem
import Foundation
import Reports

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
            let reports = try await Access.with(sandbox: sandbox, logger: logger) { access in
                let objects = try await self.objects(access)
                return try await self.reports(objects)
            }
            if options.json {
                console.print(try JSONText.string(for: Reports(images: reports)))
            } else {
                console.print(InspectionText(reports, style: console.style).text)
            }
            if reports.contains(where: { $0.verdict != .importable }) { throw Outcome.error }
        }
    }

    /// The form of `--json`.
    private struct Reports: Encodable {
        let version = 1
        let images: [DiskImageReport]
    }

    /// What reports on images in S3; `nil` if there are none.
    private func objects(_ access: Access) async throws -> ObjectReports? {
        guard images.contains(where: ObjectReports.isObject) else { return nil }
        let usual = sandbox ? "us-east-1" : try Connection.environmentRegion()
        guard let region = region ?? usual else {
            throw ValidationError("In which region do the images in S3 lie? Give --region, or set AWS_REGION.")
        }
        return ObjectReports(objects: try await access.connection(region: region).objects)
    }

    /// The reports, in the order of the arguments.
    private func reports(_ objects: ObjectReports?) async throws -> [DiskImageReport] {
        if digest {
            try WorkFolder.make(Migrations.folder)
        }
        let cancellation = Cancellation()
        defer { cancellation.end() }
        do {
            return try await withThrowingTaskGroup(of: (Int, DiskImageReport).self) { group in
                var reports = [DiskImageReport?](repeating: nil, count: images.count)
                var waiting = images.count
                // A request to S3 that hangs is ended by it, as all of the group is.
                group.addTask { try await cancellation.wait() }
                // A walk through an image takes all processors; headers wait for the disk more than for anything.
                let atOnce = deep ? 1 : 4
                for (index, path) in images.enumerated() {
                    if index >= atOnce, let (done, report) = try await group.next() {
                        reports[done] = report
                        waiting -= 1
                    }
                    group.addTask {
                        if let objects, ObjectReports.isObject(path) {
                            return (index, await objects.report(on: path, declared: options.format))
                        }
                        return (index, try await report(on: path, cancellation: cancellation))
                    }
                }
                while waiting > 0, let (done, report) = try await group.next() {
                    reports[done] = report
                    waiting -= 1
                }
                group.cancelAll()
                return reports.compactMap(\.self)
            }
        } catch is Cancellation.Requested {
            throw Outcome.interrupted
        }
    }

    private func report(on path: String, cancellation: Cancellation) async throws -> DiskImageReport {
        let format = options.format
        let isDeep = deep
        let digests = digest ? DigestCache(folder: Migrations.folder + "/digests") : nil
        return try await BlockingExecutor.shared.run { () throws in
            try DiskImageInspector.report(on: path, declared: format, isDeep: isDeep, digests: digests) {
                try cancellation.check()
            }
        }
    }
}
