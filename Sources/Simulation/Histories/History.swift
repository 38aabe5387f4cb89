import EC2Types
import Hashing
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
            _ = await process.run { await SimulatedApply.apply(present, in: world, process, isCalm: false) }
            machine.kill()
            guard world.violation == nil else { return }
            await pause(in: world)
            changeOutside(machine, fleet)
        }
    }

    /// What users do between two runs of a machine.
    private static func changeOutside(_ machine: SimulatedMachine, _ fleet: SharedFleet) {
        let world = machine.world
        world.maybeChangeState(of: machine)
        if world.random.chance(500) {
            world.outsideChanges += 1
            fleet.value.edit(&world.random)
        }
        if world.random.chance(world.scenario.overwriteChance) {
            // Content that comes back before ferry has checked what EC2 read cannot be told from content that never
            // changed.
            overwriteObject(of: fleet, in: world, mayRevert: world.cloud.areVolumesTagged)
        }
        if world.random.chance(100) {
            world.hasSetClock = true
            machine.setClock(by: world.random.within(-100_000...100_000))
        }
        if world.scenario.copiesVolumes, let volume = world.cloud.volumes.sorted().first {
            world.outsideChanges += 1
            world.cloud.copyVolume(volume)
        }
    }

    /// Somebody uploads other content in place of an image in S3.
    private static func overwriteObject(of fleet: SharedFleet, in world: SimulatedWorld, mayRevert: Bool) {
        guard world.hasTrouble else { return }
        world.outsideChanges += 1
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
            let plan = await process.run { await SimulatedApply.apply(fleet, in: world, process, isCalm: true) }
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
            // The state is lost, or a restored one is older than the replacement; EC2 no longer lists its task; and the run
            // was killed before it tagged the volume. Only the claim names it, which the next --replace reads.
            let isForgotten =
                (world.scenario.restoresStates || world.machines.contains { $0.losses > 0 })
                && latest[0].status.state == .completed
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
