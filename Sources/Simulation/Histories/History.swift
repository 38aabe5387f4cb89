import DiskImages
import EC2Types
import Execution
import Foundation
import Hashing
import Logging
import Migration
import StateStore

/// One life of a migration, chosen by a seed: runs of `ferry apply` that are killed, throttled and stopped, edits between
/// them, and at last a calm world in which everything must come to its end.
package struct History {
    /// How long ferry searches for a task before it calls again. Longer than a replica lags and a lost request travels.
    private static let reconciliation = Duration.seconds(60)
    /// The runs in which a calm world must bring everything to its end: conversions that fail for reasons of before, URLs
    /// that have expired and parts that are gone each cost one.
    private static let mostCalmRuns = 8

    /// The first promise that was broken, if one was.
    package let violation: Violation?
    /// What happened, a line an event; empty unless it was asked for.
    package let events: [String]
    /// The number of the scheduler's steps.
    package let steps: Int

    /// Lives through the history of a seed.
    ///
    /// - Parameters:
    ///   - seed: What chooses everything.
    ///   - mutant: A breakage.
    ///   - keepsEvents: Whether the events are kept.
    package init(seed: UInt64, mutant: Mutant? = nil, keepsEvents: Bool = false) {
        let world = SimulatedWorld(seed: seed, mutant: mutant, keepsHistory: keepsEvents)
        do throws(SeededScheduler.Failure) {
            try world.scheduler.run { await Self.live(in: world) }
        } catch {
            world.violate(.noHang, error == .deadlock ? "nothing goes on any more" : "it does not end")
        }
        world.scheduler.beforeStep = {}
        violation = world.violation
        events = world.history
        steps = world.scheduler.steps
    }

    private static func live(in world: SimulatedWorld) async {
        var fleet = Fleet(
            &world.random,
            distinctParts: world.distinctParts,
            hasRepackaging: world.hasRepackaging
        )
        for _ in 0..<world.scenario.runs {
            let isKilled = world.random.chance(700)
            let steps = isKilled && world.random.chance(700) ? world.random.within(1...1_500) : nil
            let operations = isKilled && steps == nil ? world.random.within(1...40) : nil
            let process = world.startProcess(killedAfterSteps: steps, killedInDiskOperation: operations)
            let present = fleet
            _ = await process.run { await apply(present, in: world, process, isCalm: false) }
            world.kill()
            guard world.violation == nil else { return }
            await pause(in: world)
            world.maybeLoseState()
            if world.random.chance(500) { fleet.edit(&world.random) }
            // Somebody sets the clock.
            if world.random.chance(100) { world.setClock(by: world.random.within(-100_000...100_000)) }
        }
        world.hasTrouble = false
        for run in 1...mostCalmRuns {
            let process = world.startProcess(killedAfterSteps: nil, killedInDiskOperation: nil)
            let present = fleet
            let plan = await process.run { await apply(present, in: world, process, isCalm: true) }
            world.kill()
            guard world.violation == nil else { return }
            if let plan, plan.isEmpty, plan.changes.allSatisfy({ !$0.isDrift }) {
                checkEnd(of: fleet, in: world, plan)
                return
            }
            world.trace("calm run \(run) was not the last")
            // A person who sees that there is more to do waits: replicas of EC2 may lag behind.
            await pause(in: world, shortChance: 300)
        }
        world.violate(.neverLost, "after \(mostCalmRuns) calm runs there is still something to do")
    }

    /// Time passes between two runs: none at all, or so much that everything is over.
    ///
    /// - Parameter shortChance: The chance of a pause of at most a second, in thousandths.
    private static func pause(in world: SimulatedWorld, shortChance: Int = 700) async {
        let longest = world.random.chance(shortChance) ? 1_000 : 300_000
        let time = world.scheduler.now.advanced(by: .milliseconds(world.random.below(longest)))
        await withCheckedContinuation { continuation in
            world.scheduler.schedule(at: time) { continuation.resume() }
        }
    }

    /// One `ferry apply`: plan and execution, with a state session around them.
    ///
    /// - Returns: The plan it made; `nil` if it did not come so far.
    private static func apply(
        _ fleet: Fleet,
        in world: SimulatedWorld,
        _ process: SimulatedProcess,
        isCalm: Bool
    ) async -> Plan? {
        let file = StateFile(path: SimulatedWorld.statePath, storage: SimulatedStorage(process: process))
        do {
            if world.isStateLost { try await rebuild(fleet, file, in: world, process) }
            let session = try await StateSession.open(file, command: "apply") { world.wallTime }
            do {
                let plan = try await run(fleet, session, in: world, process, isCalm: isCalm)
                try await close(session, file, in: world, process)
                return plan
            } catch {
                world.trace("apply: \(error)")
                try await session.close()
            }
        } catch let error as ServiceError {
            world.trace("rebuild: \(error)")
        } catch {
            world.trace("apply: \(error)")
            // Only a disk that is full or a process that is dead excuses a state that cannot be read or written.
            if process.isAlive { checkExcuse(error, in: world, isCalm: isCalm) }
        }
        return nil
    }

    /// `ferry state rebuild --force`.
    private static func rebuild(
        _ fleet: Fleet,
        _ file: StateFile,
        in world: SimulatedWorld,
        _ process: SimulatedProcess
    ) async throws {
        let restoration = try await StateRestoration.begin(file, command: "rebuild")
        defer { restoration.end() }
        let rebuilder = StateRebuilder(
            service: SimulatedServices(process: process),
            clock: VirtualClock(process: process),
            listConsistencyTimeout: listConsistencyTimeout(in: world)
        )
        let rebuilt = try await rebuilder.rebuild(fleet.desired, recorded: restoration.state, time: world.wallTime)
        for (address, record) in rebuilt.imports.sorted(by: { $0.key < $1.key }) {
            world.trace("rebuilt: \(address): \(record.phase)")
        }
        for item in rebuilt.unmatched { world.trace("not tied: \(item)") }
        _ = try await restoration.write(rebuilt.records)
        world.isStateLost = false
    }

    private static func run(
        _ fleet: Fleet,
        _ session: StateSession,
        in world: SimulatedWorld,
        _ process: SimulatedProcess,
        isCalm: Bool
    ) async throws -> Plan {
        let services = SimulatedServices(process: process)
        let digests = { @Sendable (image: SourceImage) async throws -> ImageDigest in
            guard let digest = fleet.digest(ofPath: image.path) else {
                throw ServiceError(outcome: .rejected, description: "\(image.path): no such file")
            }
            return digest
        }
        let desired = fleet.desired
        let recorded = await session.state
        world.recordedAddresses = Set((recorded.imports.keys + desired.map(\.address)).map(TaskMarker.hash))
        let observed = try await StateRefresher(service: services, staging: services).observe(
            desired: desired,
            recorded: recorded,
            digests: digests
        )
        let plan = Planner.plan(desired: desired, manifests: [], recorded: recorded, observed: observed)
        for change in plan.changes { world.trace("plan: \(change.action) \(change.address): \(change.reasons)") }
        guard !plan.isEmpty else { return plan }

        let lost = world.lostImages(among: Set(desired.map(\.image.path)))
        for path in lost.sorted() { world.trace("\(path) is gone") }
        let stop = StopSignal()
        if !isCalm, world.random.chance(150) {
            let time = world.scheduler.now.advanced(by: .milliseconds(world.random.below(60_000)))
            world.scheduler.schedule(at: time) { stop.request() }
        }
        let executor = Executor(
            service: services,
            staging: services,
            session: session,
            digests: { image in
                guard !lost.contains(image.path) else {
                    throw ServiceError(outcome: .rejected, description: "\(image.path): no such file")
                }
                return try await digests(image)
            },
            repackager: SimulatedRepackager(process: process) { image in
                !lost.contains(image.path) && fleet.digest(ofPath: image.path)?.digest == image.digest
            },
            options: options(in: world),
            clock: VirtualClock(process: process),
            stop: stop,
            logger: Logger(label: "simulation") { _ in SwiftLogNoOpLogHandler() },
            report: { event in world.trace("ferry: \(event)") }
        )
        let summary = try await executor.apply(plan)
        for (address, volume) in summary.completed.sorted(by: <) { world.trace("done: \(address) is \(volume)") }
        for (address, message) in summary.failed.sorted(by: <) { world.trace("failed: \(address): \(message)") }
        for address in summary.unfinished { world.trace("unfinished: \(address)") }
        return plan
    }

    private static func listConsistencyTimeout(in world: SimulatedWorld) -> Duration {
        world.mutant == .impatientReconciliation ? .zero : reconciliation
    }

    private static func options(in world: SimulatedWorld) -> ExecutionOptions {
        var options = ExecutionOptions()
        options.conversions = world.scenario.conversions + (world.mutant == .ignoredConversionLimit ? 2 : 0)
        options.uploads = world.scenario.uploads + (world.mutant == .ignoredUploadLimit ? 2 : 0)
        options.requestsPerSecond = world.mutant == .ignoredRequestLimit ? nil : world.scenario.requestsPerSecond
        options.shortestPoll = .seconds(5)
        options.listConsistencyTimeout = listConsistencyTimeout(in: world)
        return options
    }

    /// Closes the session, and compares what is on the disk with what was in memory.
    private static func close(
        _ session: StateSession,
        _ file: StateFile,
        in world: SimulatedWorld,
        _ process: SimulatedProcess
    ) async throws {
        let memory = await session.state
        let journaled = process.isAlive && world.random.chance(300) ? try file.read() : nil
        if let journaled, journaled != memory {
            world.violate(.durableState, "the journal, replayed, is not what is in memory")
        }
        try await session.close()
    }

    private static func checkExcuse(_ error: any Error, in world: SimulatedWorld, isCalm: Bool) {
        switch error as? StateError {
        case .system, .unusable:
            if isCalm { world.violate(.durableState, "in a calm world: \(error)") }
        case .empty, .missing, .damaged, .newerVersion, .foreignJournal, .locked, .lost, nil:
            world.violate(.durableState, "after a crash: \(error)")
        }
    }

    /// In the end every import is there, once, and its volume is tagged.
    private static func checkEnd(of fleet: Fleet, in world: SimulatedWorld, _ plan: Plan) {
        for item in fleet.desired {
            let marker = TaskMarker(address: item.address, fingerprint: item.fingerprint, attempt: 1)
            let done = world.cloud.tasks.filter { task in
                task.status.state == .completed && task.marker?.address == marker.address
                    && task.marker?.fingerprint == marker.fingerprint
            }
            guard done.count == 1, let volume = done.first?.status.volumeID else {
                world.violate(.neverLost, "\(item.address) has \(done.count) volumes")
                continue
            }
            if world.cloud.tags[volume]?["ferry:address"] != item.address.description {
                world.violate(.neverLost, "\(volume) of \(item.address) is not tagged")
            }
        }
        world.checkSecrets()
    }
}
