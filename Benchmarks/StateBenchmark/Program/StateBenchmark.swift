import Foundation
import Glibc
import Migration
import StateStore

/// Records the steps of imports in a state, and prints what that took.
///
/// As the executor does it: so many imports at a time, each asking for its record and then recording the step that follows.
@main
struct StateBenchmark {
    static func main() async throws {
        let arguments = Array(CommandLine.arguments.dropFirst())
        guard arguments.count >= 4, let imports = Int(arguments[2]), imports > 0, let workers = Int(arguments[3]),
            workers > 0
        else { usage() }
        let benchmark = StateBenchmark(folder: arguments[1], fleet: Fleet(count: imports), workers: workers)
        switch (arguments[0], arguments.count) {
        case ("lives", 4): try await benchmark.lives(journal: nil)
        case ("lives", 5): try await benchmark.lives(journal: arguments[4])
        case ("steps", 5):
            guard let events = Int(arguments[4]), events > 0, events.isMultiple(of: imports * Fleet.stepCount) else {
                usage()
            }
            try await benchmark.steps(events: events)
        default: usage()
        }
    }

    private static func usage() -> Never {
        print(
            """
            usage: state-benchmark lives FOLDER IMPORTS WORKERS [JOURNAL]
                   state-benchmark steps FOLDER IMPORTS WORKERS EVENTS
            lives: fills a state with whole lives; JOURNAL is where the events are kept
            steps: takes so many steps, a multiple of \(Fleet.stepCount) times IMPORTS, in states that hold all imports already
            """
        )
        exit(64)
    }

    let folder: String
    let fleet: Fleet
    let workers: Int

    /// Fills a state that is empty at first: each import goes through its whole life.
    private func lives(journal: String?) async throws {
        let storage = CountingStorage()
        let file = StateFile(path: folder + "/ferry.state.json", storage: storage)
        let session = try await StateSession.open(file, command: "benchmark")
        let fleet = fleet
        var figures = Figures()
        try await figures.measure(syncsOf: storage) {
            try await forEachShare { indices in
                for index in indices {
                    for step in [fleet.beginning(index)] + fleet.steps(index) {
                        try await Self.take(step, of: fleet.imports[index], in: session)
                    }
                }
            }
        }
        if let journal { try FileManager.default.copyItem(atPath: file.journalPath, toPath: journal) }
        try await figures.close(session)
        figures.print(events: fleet.imports.count * (Fleet.stepCount + 1))
    }

    /// Takes steps in states that hold all imports from the start, so that what they cost is what they cost at that size: each
    /// import takes its next step when all have taken the one before. A small state takes as many in all as a large one, one
    /// life after another.
    private func steps(events: Int) async throws {
        // What a process does once is not what a step costs.
        var ignored = Figures()
        try await StateBenchmark(folder: folder, fleet: Fleet(count: 1_000), workers: workers).life(&ignored)
        var figures = Figures()
        for _ in 0..<events / (fleet.imports.count * Fleet.stepCount) { try await life(&figures) }
        figures.print(events: events)
    }

    private func life(_ figures: inout Figures) async throws {
        let storage = CountingStorage()
        let file = StateFile(path: folder + "/\(UUID().uuidString).json", storage: storage)
        let session = try await StateSession.open(file, command: "benchmark")
        let fleet = fleet
        let steps = fleet.imports.indices.map(fleet.steps)
        try await forEachShare { indices in
            for index in indices {
                try await Self.take(fleet.beginning(index), of: fleet.imports[index], in: session)
            }
        }
        try await figures.measure(syncsOf: storage) {
            try await forEachShare { indices in
                for number in 0..<Fleet.stepCount {
                    for index in indices {
                        try await Self.take(steps[index][number], of: fleet.imports[index], in: session)
                    }
                }
            }
        }
        try await figures.close(session)
    }

    /// Deals the imports out to the workers, who are at work at the same time.
    private func forEachShare(_ body: @escaping @Sendable (_ indices: StrideTo<Int>) async throws -> Void) async throws
    {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for worker in 0..<workers {
                group.addTask { try await body(stride(from: worker, to: fleet.imports.count, by: workers)) }
            }
            try await group.waitForAll()
        }
    }

    private static func take(_ step: StateEvent.Step, of item: VolumeImport, in session: StateSession) async throws {
        let record = await session[item.address]
        guard record?.phase.name != .settled else { throw Failure(description: "\(item.address) is done already") }
        try await session.record(step, of: item.address)
    }

    struct Failure: Error, CustomStringConvertible {
        let description: String
    }
}
