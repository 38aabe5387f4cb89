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
    /// The runs in which a calm world must bring everything to its end: conversions that fail for reasons of before, URLs
    /// that have expired, parts that are gone, and claims of which nothing can be told each cost one.
    private static let mostCalmRuns = 12

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
        let fleet = SharedFleet(
            Fleet(
                &world.random,
                distinctParts: world.distinctParts,
                hasRepackaging: world.hasRepackaging,
                hasObjects: world.scenario.hasObjects,
                hasVersions: world.scenario.hasVersions
            )
        )
        for object in fleet.value.objects { world.cloud.upload(object) }
        await withTaskGroup(of: Void.self) { tasks in
            for machine in world.machines {
                tasks.addTask(executorPreference: world.scheduler) {
                    await liveTroubled(on: machine, fleet)
                }
            }
        }
        guard world.violation == nil else { return }
        world.hasTrouble = false
        // What one state did last, the others adopt.
        for machine in world.machines + world.machines.dropLast() {
            await settle(fleet.value, on: machine)
            guard world.violation == nil else { return }
        }
        checkEnd(of: fleet.value, in: world)
    }

    /// The runs of one machine while calls fail and processes are killed.
    private static func liveTroubled(on machine: SimulatedMachine, _ fleet: SharedFleet) async {
        let world = machine.world
        if machine.number > 0 {
            await pause(in: world)
            if world.scenario.copiesState { machine.copyState(from: world.machines[0]) }
        }
        for _ in 0..<world.scenario.runs {
            let isKilled = world.random.chance(700)
            let steps = isKilled && world.random.chance(700) ? world.random.within(1...1_500) : nil
            let operations = isKilled && steps == nil ? world.random.within(1...40) : nil
            let process = machine.startProcess(killedAfterSteps: steps, killedInDiskOperation: operations)
            let present = fleet.value
            if world.random.chance(world.scenario.overwriteChance) {
                let time = world.scheduler.now.advanced(by: .milliseconds(world.random.below(60_000)))
                world.scheduler.schedule(at: time) { overwriteObject(of: fleet, in: world, mayRevert: false) }
            }
            _ = await process.run { await apply(present, in: world, process, isCalm: false) }
            machine.kill()
            guard world.violation == nil else { return }
            await pause(in: world)
            world.maybeChangeState(of: machine)
            if world.random.chance(500) { fleet.value.edit(&world.random) }
            if world.random.chance(world.scenario.overwriteChance) {
                // Content that comes back before ferry has checked what EC2 read cannot be told from content that never
                // changed.
                overwriteObject(of: fleet, in: world, mayRevert: world.cloud.areVolumesTagged)
            }
            // A user sets the clock.
            if world.random.chance(100) { machine.setClock(by: world.random.within(-100_000...100_000)) }
            if world.scenario.copiesVolumes, let volume = world.cloud.volumes.sorted().first {
                world.cloud.copyVolume(volume)
            }
        }
    }

    /// Somebody uploads other content in place of an image in S3.
    private static func overwriteObject(of fleet: SharedFleet, in world: SimulatedWorld, mayRevert: Bool) {
        guard world.hasTrouble else { return }
        fleet.value.overwriteObject(&world.random, mayRevert: mayRevert)
        for object in fleet.value.objects where world.cloud.image(object.location)?.digest != object.digest {
            world.trace("\(object.location) is overwritten")
            world.cloud.upload(object)
        }
    }

    /// The runs of one machine in a calm world, until nothing is left to do.
    private static func settle(_ fleet: Fleet, on machine: SimulatedMachine) async {
        let world = machine.world
        for run in 1...mostCalmRuns {
            let process = machine.startProcess(killedAfterSteps: nil, killedInDiskOperation: nil)
            let plan = await process.run { await apply(fleet, in: world, process, isCalm: true) }
            machine.kill()
            guard world.violation == nil else { return }
            if let plan, plan.changes.allSatisfy({ isDone($0, in: world) }) { return }
            world.trace("calm run \(run) was not the last")
            // A user who sees that there is more to do waits: replicas of EC2 may lag behind.
            await pause(in: world, shortChance: 300)
        }
        world.violate(.neverLost, "after \(mostCalmRuns) calm runs there is still something to do")
    }

    /// Whether a change leaves nothing to do. Imports whose task EC2 no longer lists are forgotten once the task has expired,
    /// which is later than the history ends.
    private static func isDone(_ change: Change, in world: SimulatedWorld) -> Bool {
        if change.action == .forget, let taskID = change.recorded?.task { return world.cloud.isAged(taskID) }
        return change.action == .none && !change.isDrift
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
        let machine = process.machine
        let file = StateFile(path: SimulatedMachine.statePath, storage: SimulatedStorage(process: process))
        do {
            if machine.isStateLost {
                // Without a rebuild, claims, markers, and tags alone prevent a second import.
                if world.random.chance(500) { try await rebuild(fleet, file, in: world, process) }
                machine.isStateLost = false
            }
            let session = try await StateSession.open(
                file,
                command: "apply",
                lineage: { world.makeLineage() },
                now: { machine.wallTime }
            )
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
            listConsistencyTimeout: times(in: world).listConsistencyTimeout
        )
        let time = process.machine.wallTime
        let rebuilt = try await rebuilder.rebuild(fleet.desired, recorded: restoration.state, time: time)
        for (address, record) in rebuilt.imports.sorted(by: { $0.key < $1.key }) {
            world.trace("rebuilt: \(address): \(record.phase)")
        }
        for item in rebuilt.unmatched { world.trace("not tied: \(item)") }
        _ = try await restoration.write(rebuilt.records, lineage: { world.makeLineage() })
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
        // The user gives one migration manifest, or both.
        let isSplit = !isCalm && world.scenario.splitsManifests
        let loaded = isSplit ? [Fleet.manifests[world.random.below(2)]] : Set(Fleet.manifests)
        let desired = fleet.desired.filter { loaded.contains($0.address.manifest) }
        let recorded = await session.state
        process.machine.knownAddresses = Set((recorded.imports.keys + desired.map(\.address)).map(TaskMarker.hash))
        let observed = try await StateRefresher(service: services, staging: services).observe(
            desired: desired,
            recorded: recorded,
            digests: digests
        )
        let plan = Planner.plan(
            desired: desired,
            manifests: [],
            loaded: world.mutant == .forgottenManifests ? nil : loaded,
            recorded: recorded,
            observed: observed,
            options: options(of: recorded, desired, in: world, isCalm: isCalm)
        )
        for change in plan.changes { world.trace("plan: \(change.action) \(change.address): \(change.reasons)") }
        guard !plan.isEmpty else { return plan }

        let lost = world.lostImages(among: Set(desired.map(\.image.path)))
        for path in lost.sorted() { world.trace("\(path) is gone") }
        let stop = StopSignal()
        if !isCalm, world.random.chance(150) {
            let time = world.scheduler.now.advanced(by: .milliseconds(world.random.below(60_000)))
            world.scheduler.schedule(at: time) { stop.request() }
        }
        let summary = try await executor(fleet, session, process, lost: lost, stop: stop).apply(plan)
        trace(summary, in: world)
        let kept = await session.state.imports
        for address in recorded.imports.keys where !loaded.contains(address.manifest) && kept[address] == nil {
            world.violate(.neverForgotten, "\(address) is of a migration manifest that was not given")
        }
        for record in kept.values { world.cloud.checkContent(of: record) }
        return plan
    }

    private static func executor(
        _ fleet: Fleet,
        _ session: StateSession,
        _ process: SimulatedProcess,
        lost: Set<String>,
        stop: StopSignal
    ) -> Executor<VirtualClock> {
        let services = SimulatedServices(process: process)
        let world = process.machine.world
        return Executor(
            service: services,
            staging: services,
            claims: services,
            session: session,
            digests: { image in
                guard !lost.contains(image.path), let digest = fleet.digest(ofPath: image.path) else {
                    throw ServiceError(outcome: .rejected, description: "\(image.path): no such file")
                }
                return digest
            },
            repackager: SimulatedRepackager(process: process) { image in
                !lost.contains(image.path) && fleet.digest(ofPath: image.path)?.digest == image.digest
            },
            objects: services,
            options: options(in: world),
            clock: VirtualClock(process: process),
            stop: stop,
            logger: Logger(label: "simulation") { _ in SwiftLogNoOpLogHandler() },
            report: { event in world.trace("ferry: \(event)") }
        )
    }

    private static func trace(_ summary: ExecutionSummary, in world: SimulatedWorld) {
        for (address, volume) in summary.completed.sorted(by: <) { world.trace("done: \(address) is \(volume)") }
        for (address, message) in summary.failed.sorted(by: <) {
            world.trace("failed: \(address): \(message)")
            if message.contains("cannot tell") { world.undecidable.insert(address) }
        }
        for address in summary.unfinished { world.trace("unfinished: \(address)") }
    }

    /// What a user adds to the command line: imports of which nothing can be told are imported again, as ferry says.
    private static func options(
        of recorded: MigrationState,
        _ desired: [VolumeImport],
        in world: SimulatedWorld,
        isCalm: Bool
    ) -> PlanOptions {
        var options = PlanOptions()
        if isCalm {
            options.replacements = desired.map(\.address).filter { world.undecidable.contains($0.description) }
            // The user imports again what was rejected.
            options.replacements += desired.filter { item in
                guard !options.replacements.contains(item.address) else { return false }
                if case .rejected = recorded.imports[item.address]?.phase { return true }
                return world.cloud.hasRejectedVolume(of: item)
            }.map(\.address)
            options.recreatesMissing = recorded.imports.values.contains { record in
                guard case .converting(let conversion) = record.phase else { return false }
                return world.cloud.isAged(conversion.taskID)
            }
        } else if world.random.chance(world.scenario.replaceChance), let item = desired.first {
            options.replacements = [item.address]
        }
        world.undecidable = []
        return options
    }

    private static func times(in world: SimulatedWorld) -> ConsistencyTimes {
        var times = ConsistencyTimes(
            signatureValidity: Int64(world.scenario.signatureValidity),
            listConsistency: Int64(world.scenario.listConsistency),
            taskRetention: Int64(world.scenario.taskRetention ?? 10_000_000) / 1000
        )
        // The clocks differ by 4 s at most, and two times are rounded to seconds.
        times.margin = 6
        switch world.mutant {
        case .impatientTakeover: times.listConsistency = 0
        case .takeoverBeforeExpiry: times.signatureValidity = 0
        case .noClockMargin: times.margin = 0
        case .noRetentionBound: times.taskRetention = 10_000_000
        default: break
        }
        return times
    }

    private static func options(in world: SimulatedWorld) -> ExecutionOptions {
        var options = ExecutionOptions()
        options.conversions = world.scenario.conversions + (world.mutant == .ignoredConversionLimit ? 2 : 0)
        options.uploads = world.scenario.uploads + (world.mutant == .ignoredUploadLimit ? 2 : 0)
        options.requestsPerSecond = world.mutant == .ignoredRequestLimit ? nil : world.scenario.requestsPerSecond
        options.shortestPoll = .seconds(world.scenario.poll.lowerBound)
        options.longestPoll = .seconds(world.scenario.poll.upperBound)
        options.times = times(in: world)
        options.makeNonce = { world.makeNonce() }
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
            let differing = memory.imports.filter { journaled.imports[$0.key] != $0.value }
            world.trace("in memory: \(differing.map { ($0.key, $0.value.phase) })")
            world.trace("replayed: \(differing.map { ($0.key, journaled.imports[$0.key]?.phase) })")
            world.violate(.durableState, "the journal, replayed, is not what is in memory")
        }
        try await session.close()
    }

    private static func checkExcuse(_ error: any Error, in world: SimulatedWorld, isCalm: Bool) {
        switch error as? StateError {
        case .system, .unusable:
            if isCalm { world.violate(.durableState, "in a calm world: \(error)") }
        case .empty, .missing, .damaged, .foreign, .newerVersion, .foreignJournal, .locked, .lost, nil:
            world.violate(.durableState, "after a crash: \(error)")
        }
    }

    /// In the end every import has its volume, once, and the volume is tagged.
    private static func checkEnd(of fleet: Fleet, in world: SimulatedWorld) {
        for item in fleet.desired {
            let done = world.cloud.tasks.filter { task in
                task.status.state == .completed
                    && task.marker?.names(item.address, fingerprint: item.fingerprint) == true
            }
            let highest = done.compactMap(\.marker?.generation).max()
            let latest = done.filter { $0.marker?.generation == highest }
            guard latest.count == 1, let volume = latest.first?.status.volumeID else {
                world.violate(.neverLost, "\(item.address) has \(latest.count) volumes")
                continue
            }
            // A restored state is older than the replacement, EC2 lists its task no longer, and it was killed before it tagged
            // the volume: only the claim knows of it, which the next --replace reads.
            let isForgotten =
                world.scenario.restoresStates && latest[0].status.state == .completed
                && world.cloud.isAged(latest[0].id) && world.cloud.tags[volume] == nil && (highest ?? 1) > 1
            if isForgotten { continue }
            if world.cloud.tags[volume]?["ferry:address"] != item.address.description {
                world.violate(.neverLost, "\(volume) of \(item.address) is not tagged")
            }
            for machine in world.machines {
                let storage = FrozenStorage(files: machine.disk.durableFiles)
                let state = try? StateFile(path: SimulatedMachine.statePath, storage: storage).read()
                let recorded = state?.imports[item.address]?.phase.volumeID
                if recorded != volume {
                    world.violate(.neverLost, "\(machine.number) records \(recorded ?? "nothing") for \(volume)")
                }
            }
        }
        world.checkSecrets()
    }
}

/// The fleet that all machines import, and that users edit.
///
/// `@unchecked Sendable`: used by the scheduler's thread alone, as ``SeededScheduler`` says.
private final class SharedFleet: @unchecked Sendable {
    var value: Fleet

    init(_ value: Fleet) {
        self.value = value
    }
}
