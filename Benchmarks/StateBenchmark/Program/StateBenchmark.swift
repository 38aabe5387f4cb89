import DiskImages
import Foundation
import Glibc
import Hashing
import Migration

/// Takes imports through their lives in a state, and prints what that took.
///
/// As the executor does it: so many imports at a time, each asking for its record and then recording the step that follows.
@main
struct StateBenchmark {
    static func main() async throws {
        let arguments = CommandLine.arguments.dropFirst()
        guard arguments.count >= 3, let folder = arguments.first,
            let imports = Int(arguments[2]), imports > 0, let workers = Int(arguments[3]), workers > 0
        else {
            print("usage: state-benchmark FOLDER IMPORTS WORKERS [JOURNAL]: JOURNAL is where the events are kept")
            exit(64)
        }
        try await run(folder: folder, imports: imports, workers: workers, journal: arguments.dropFirst(3).first)
    }

    private static func run(folder: String, imports: Int, workers: Int, journal: String?) async throws {
        let storage = CountingStorage()
        let file = StateFile(path: folder + "/ferry.state.json", storage: storage)
        let session = try await StateSession.open(file, command: "benchmark")
        let fleet = (0..<imports).map(item)
        let (before, syncs) = (Usage.now, storage.count)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for worker in 0..<workers {
                group.addTask {
                    for index in stride(from: worker, to: fleet.count, by: workers) {
                        try await live(fleet[index], index, in: session)
                    }
                }
            }
            try await group.waitForAll()
        }
        let (recorded, made) = (Usage.now, storage.count - syncs)
        if let journal { try FileManager.default.copyItem(atPath: file.journalPath, toPath: journal) }
        let closing = Usage.now
        try await session.close()
        let closed = Usage.now
        let events = imports * steps
        print(
            """
            {"events": \(events), "syncs": \(made), "clock": \(recorded.clock - before.clock), \
            "processor": \(recorded.processor - before.processor), "close": \(closed.clock - closing.clock)}
            """
        )
    }

    /// The steps that each import takes.
    private static let steps = 5

    private static func live(_ item: VolumeImport, _ index: Int, in session: StateSession) async throws {
        let task = "import-vol-\(hexadecimal(index))"
        let volume = "vol-\(hexadecimal(index))"
        let steps: [StateEvent.Step] = [
            .began(item), .requested(attempt: 1),
            .submitted(attempt: 1, taskID: task, expiration: "2026-12-22T12:01:30Z"),
            .completed(taskID: task, volumeID: volume), .settled,
        ]
        for step in steps {
            let record = await session[item.address]
            guard record?.phase.name != .settled else { throw Failure(description: "\(item.address) is done already") }
            try await session.record(step, of: item.address)
        }
    }

    private static func item(_ index: Int) -> VolumeImport {
        let name = "server-\(hexadecimal(index))"
        return VolumeImport(
            address: ImportAddress(manifest: "datacenter-exit", image: name, zone: "us-east-1a"),
            region: "us-east-1",
            zone: "us-east-1a",
            image: SourceImage(
                path: "/srv/exports/\(name).vmdk",
                format: .vmdk,
                bytes: 12_884_901_888,
                virtualSize: 42_949_672_960,
                digest: SHA256.digest(of: name)
            ),
            volumeSize: 40,
            description: "The server \(name)",
            tags: ["project": "exit", "tier": "application", "owner": "platform", "name": name],
            staging: StagingLocation(bucket: "datacenter-exit-staging", prefix: "ferry/")
        )
    }

    private static func hexadecimal(_ index: Int) -> String {
        let digits = String(index, radix: 16)
        return String(repeating: "0", count: 17 - digits.count) + digits
    }

    struct Failure: Error, CustomStringConvertible {
        let description: String
    }
}
