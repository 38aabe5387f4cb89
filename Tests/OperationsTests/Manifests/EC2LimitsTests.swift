import AWS
import Diagnostics
import EC2Types
import Hashing
import Logging
import Sandbox
import TestSupport
import Testing
import YAML

@testable import HTTPClient
@testable import Migration
@testable import SigV4
@testable import WireEncoding

/// What is written on a volume or a task, at the edge of a limit.
struct LimitCase: Sendable {
    enum Subject: Sendable {
        /// Tags of a volume: the user's, with ferry's own.
        case tags([String: String])
        /// A description in front of ferry's marker.
        case description(String)
        /// A volume's size in GiB.
        case size(Int)
    }

    let name: String
    let subject: Subject
    let isAccepted: Bool

    /// Characters of one to four bytes; the last two make one letter on a screen.
    private static let letters = ["k", "é", "語", "😀", "e\u{301}"]

    private static func text(_ letter: String, count: Int) -> String {
        // Of a letter of two characters one is cut off at most.
        let text = String(repeating: letter, count: count)
        return String(String.UnicodeScalarView(text.unicodeScalars.prefix(count)))
    }

    static let all: [LimitCase] = {
        var cases: [LimitCase] = []
        for (excess, isAccepted) in [(0, true), (1, false)] {
            for letter in letters {
                let key = text(letter, count: EC2Limits.tagKey + excess)
                cases.append(.init(name: "tag key of \(letter)", subject: .tags([key: "v"]), isAccepted: isAccepted))
                let value = text(letter, count: EC2Limits.tagValue + excess)
                cases.append(
                    .init(name: "tag value of \(letter)", subject: .tags(["k": value]), isAccepted: isAccepted)
                )
                let description = text(letter, count: EC2Limits.userDescription + excess)
                cases.append(
                    .init(name: "description of \(letter)", subject: .description(description), isAccepted: isAccepted)
                )
            }
            let tags = (0..<EC2Limits.userTags + excess).map { ("tag\($0)", "v") }
            let all = Dictionary(uniqueKeysWithValues: tags)
            cases.append(.init(name: "number of tags", subject: .tags(all), isAccepted: isAccepted))
            let sizes = EC2Limits.volumeSize
            cases.append(
                .init(name: "largest volume", subject: .size(Int(sizes.upperBound) + excess), isAccepted: isAccepted)
            )
            cases.append(
                .init(name: "smallest volume", subject: .size(Int(sizes.lowerBound) - excess), isAccepted: isAccepted)
            )
        }
        for prefix in ["aws:", "AWS:", "aWs:"] {
            cases.append(.init(name: "prefix \(prefix)", subject: .tags(["\(prefix)k": "v"]), isAccepted: false))
        }
        cases.append(.init(name: "a key without a character", subject: .tags(["": "v"]), isAccepted: false))
        return cases
    }()
}

@Suite("One table of EC2's limits")
struct EC2LimitsTests {
    /// Where nobody listens: a task of it stays active.
    private static let nowhere = "http://127.0.0.1:9/image.manifest.xml"
    private static let silent = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    /// ferry's own tags of a volume, all that there may be.
    private static func ferryTags() -> [String: String] {
        let names = [
            VolumeTags.address, VolumeTags.fingerprint, VolumeTags.generation, VolumeTags.task, VolumeTags.volume,
            VolumeTags.rejected, VolumeTags.name,
        ]
        return Dictionary(uniqueKeysWithValues: names.map { ($0, "v") })
    }

    private static func yaml(_ text: String) -> String { "\"\(text)\"" }

    /// Whether the validator passes what an import says.
    private static func isValid(_ subject: LimitCase.Subject) -> Bool {
        let line =
            switch subject {
            case .tags(let tags): "tags: {\(tags.map { "\(yaml($0)): \(yaml($1))" }.joined(separator: ", "))}"
            case .description(let text): "description: \(yaml(text))"
            case .size(let size): "size: \(size) GiB"
            }
        let text = """
            version: 1
            name: erp
            staging: {bucket: erp-staging}
            imports: [{name: db, image: db.raw, zones: [us-east-1a], \(line)}]

            """
        let output = ManifestDecoder.decode(SourceFile(path: "plan.yaml", bytes: Array(text.utf8)))
        return output.diagnostics.allSatisfy { $0.severity != .error }
    }

    /// Runs a body with EC2 of a sandbox.
    private func withEC2(_ body: (EC2Client) async throws -> Void) async throws {
        let folder = try TemporaryDirectory()
        let sandbox = try await Sandbox.start(
            SandboxConfiguration(dataDirectory: folder.path("data"), buckets: []),
            logger: Self.silent
        )
        let transport = try HTTPTransport()
        let client = ServiceClient(
            service: .ec2,
            endpoint: AWSEndpoint(custom: sandbox.endpoint),
            region: "us-east-1",
            transport: transport,
            credentials: StaticCredentials(
                AWSCredentials(
                    accessKeyID: SandboxConfiguration.defaultAccessKeyID,
                    secretAccessKey: Secret(SandboxConfiguration.defaultSecretAccessKey)
                )
            ),
            logger: Self.silent
        )
        do {
            try await body(EC2Client(client))
        } catch {
            Issue.record(error)
        }
        transport.shutdown()
        await sandbox.stop()
    }

    private static func request(size: Int = 1, description: String? = nil) -> EC2Client.ImportVolumeRequest {
        EC2Client.ImportVolumeRequest(
            availabilityZone: "us-east-1a",
            format: "RAW",
            bytes: 512,
            importManifestURL: nowhere,
            volumeSize: size,
            description: description
        )
    }

    /// A task with all tags that are not the user's: ferry's own, and others up to what is kept for them.
    private static func taggedTask(_ ec2: EC2Client) async throws -> String {
        let task = try await ec2.importVolume(request())
        let others = (0..<EC2Limits.ferryTags - ferryTags().count).map { ("other\($0)", "v") }
        let tags = ferryTags().merging(others) { $1 }
        try await ec2.createTags(resources: [task.id], tags: tags)
        return task.id
    }

    /// Whether the sandbox accepts what ferry writes for an import.
    private static func isAccepted(_ subject: LimitCase.Subject, by ec2: EC2Client, task: String) async throws -> Bool {
        do throws(AWSError) {
            switch subject {
            case .tags(let tags):
                try await ec2.createTags(resources: [task], tags: tags)
                try await ec2.deleteTags(resource: task, keys: tags.keys.sorted())
            case .description(let text):
                // Markers of later attempts are longer, and the text in front of them is cut.
                let marker = TaskMarker(address: .max, fingerprint: .max, generation: 1, attempt: 1)
                let room = EC2Limits.description - marker.description.count - 1
                let padding = String(repeating: " ", count: room - EC2Limits.userDescription)
                let request = request(description: "\(text)\(padding) \(marker.description)")
                _ = try await ec2.dryRun(.importVolume(request))
            case .size(let size): _ = try await ec2.dryRun(.importVolume(request(size: size)))
            }
            return true
        } catch {
            guard error.code == "InvalidParameterValue" || error.code == "TagLimitExceeded" else { throw error }
            return false
        }
    }

    @Test("The validator and the sandbox agree at the edge of each limit")
    func edges() async throws {
        try await withEC2 { ec2 in
            let task = try await Self.taggedTask(ec2)
            for example in LimitCase.all {
                #expect(Self.isValid(example.subject) == example.isAccepted, "validator, \(example.name)")
                let isAccepted = try await Self.isAccepted(example.subject, by: ec2, task: task)
                #expect(isAccepted == example.isAccepted, "sandbox, \(example.name)")
            }
        }
    }

    @Test("ferry's own tags fit beside the most of a user's")
    func room() {
        #expect(Self.ferryTags().count <= EC2Limits.ferryTags)
        #expect(EC2Limits.userTags + EC2Limits.ferryTags <= EC2Limits.tags)
    }

    @Test(
        "The description of any attempt fits, whatever the text before the marker",
        arguments: ["k", "é", "😀", "e\u{301}"],
        [1, TaskMarker.highestAttempt]
    )
    func marker(letter: String, attempt: Int) {
        let text = String(repeating: letter, count: EC2Limits.userDescription)
        let generation = attempt == 1 ? 1 : TaskMarker.highestGeneration
        let marker = TaskMarker(address: .max, fingerprint: .max, generation: generation, attempt: attempt)
        let description = marker.description(after: text)
        #expect(description.unicodeScalars.count <= EC2Limits.description)
        #expect(description.hasSuffix(marker.description))
    }
}
