import DiskImages
import EC2Types
import Execution
import Foundation
import Hashing
import Logging
import Migration
import StateStore

/// Runs of `ferry apply` in a simulated process.
enum SimulatedApply {
    /// One `ferry apply`: plan and execution, with a state session around them.
    ///
    /// - Returns: The plan it made; `nil` if it did not come so far.
    static func apply(
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

    /// One run: the plan, unless a saved one is stale, and its execution.
    private static func run(
        _ fleet: Fleet,
        _ session: StateSession,
        in world: SimulatedWorld,
        _ process: SimulatedProcess,
        isCalm: Bool
    ) async throws -> Plan {
        let recorded = await session.state
        let saved = isCalm ? nil : process.machine.savedPlan
        process.machine.savedPlan = nil
        // The user gives one migration manifest, or both.
        let isSplit = !isCalm && world.scenario.splitsManifests
        let loaded = saved?.loaded ?? (isSplit ? [Fleet.manifests[world.random.below(2)]] : Set(Fleet.manifests))
        let desired = fleet.desired.filter { loaded.contains($0.address.manifest) }
        try await bind(session, to: loaded, process, isCalm: isCalm)
        process.machine.knownAddresses = Set((recorded.imports.keys + desired.map(\.address)).map(TaskMarker.hash))
        let plan = Planner.plan(
            desired: desired,
            manifests: [],
            loaded: world.mutant == .forgottenManifests ? nil : loaded,
            recorded: recorded,
            observed: try await observe(desired, recorded, of: fleet, process),
            options: saved?.plan.options(continuingFrom: recorded)
                ?? options(of: recorded, desired, in: world, isCalm: isCalm)
        )
        if let saved, isStale(saved, plan, in: world) { return plan }
        if !isCalm, world.scenario.savesPlans, saved == nil {
            process.machine.savedPlan = .init(plan: plan, loaded: loaded, changes: process.machine.changesAtStart)
        }
        for change in plan.changes { world.trace("plan: \(change.action) \(change.address): \(change.reasons)") }
        guard !plan.isEmpty else { return plan }
        try await execute(plan, fleet, session, process, isCalm: isCalm)
        check(await session.state.imports, after: recorded.imports, loaded, in: world)
        return plan
    }

    /// Binds the state to the account of the process.
    ///
    /// - Throws: ``OtherAccount`` if the state is bound to another one.
    private static func bind(
        _ session: StateSession,
        to manifests: Set<String>,
        _ process: SimulatedProcess,
        isCalm: Bool
    ) async throws {
        let world = process.machine.world
        let targets = manifests.map { TargetBindings.Target(manifest: $0, region: "us-east-1") }
        let bound = await session.state.targets
        // A user who begins in the wrong account stays there.
        let mayErr = !isCalm && targets.allSatisfy { bound[$0] != nil }
        process.isInOtherAccount = mayErr && world.random.chance(world.scenario.otherAccountChance)
        var accounts = TargetBindings()
        for target in targets { accounts.bind(target, to: process.account) }
        guard bound.mismatch(with: accounts) == nil || world.mutant == .uncheckedAccount else { throw OtherAccount() }
        if !process.isInOtherAccount { try await session.bind(accounts) }
    }

    /// The credentials are of another account than the state is bound to.
    private struct OtherAccount: Error {}

    private static func observe(
        _ desired: [VolumeImport],
        _ recorded: MigrationState,
        of fleet: Fleet,
        _ process: SimulatedProcess
    ) async throws -> ObservedState {
        let services = SimulatedServices(process: process)
        return try await StateRefresher(service: services, staging: services).observe(
            desired: desired,
            recorded: recorded
        ) { image in
            guard let digest = fleet.digest(ofPath: image.path) else {
                throw ServiceError(outcome: .rejected, description: "\(image.path): no such file")
            }
            return digest
        }
    }

    private static func execute(
        _ plan: Plan,
        _ fleet: Fleet,
        _ session: StateSession,
        _ process: SimulatedProcess,
        isCalm: Bool
    ) async throws {
        let world = process.machine.world
        let lost = world.lostImages(among: Set(plan.changes.compactMap(\.desired?.image.path)))
        for path in lost.sorted() { world.trace("\(path) is gone") }
        let stop = StopSignal()
        if !isCalm, world.random.chance(150) {
            let time = world.scheduler.now.advanced(by: .milliseconds(world.random.below(60_000)))
            world.scheduler.schedule(at: time) { stop.request() }
        }
        let summary = try await executor(fleet, session, process, lost: lost, stop: stop).apply(plan)
        trace(summary, in: world)
    }

    /// Checks what a run left in the state.
    private static func check(
        _ records: [ImportAddress: ImportRecord],
        after earlier: [ImportAddress: ImportRecord],
        _ loaded: Set<String>,
        in world: SimulatedWorld
    ) {
        for address in earlier.keys where !loaded.contains(address.manifest) && records[address] == nil {
            world.violate(.neverForgotten, "\(address) is of a migration manifest that was not given")
        }
        for record in records.values { world.cloud.checkContent(of: record) }
    }

    /// Whether a saved plan must not be applied, because it is not what would be done now.
    private static func isStale(
        _ saved: SimulatedMachine.SavedPlan,
        _ present: Plan,
        in world: SimulatedWorld
    ) -> Bool {
        var staleness = PlanStaleness.between(saved: saved.plan, present: present)
        if world.mutant == .planVoidedByProgress, saved.plan.serial != present.serial {
            staleness = PlanStaleness(differences: [.serial(saved: saved.plan.serial, found: present.serial)])
        }
        guard let staleness else { return false }
        world.trace("\(staleness)")
        // Lists that lag, and a clock that is wrong, tell of changes that never were. A task that EC2 drops is one.
        let isCertain =
            world.scenario.staleness == 0 && world.scenario.taskRetention == nil && !world.hasSetClock
            && world.machines.count == 1
        if isCertain, saved.changes == world.outsideChanges {
            world.violate(.plansSurvive, "nothing changed but the plan's own imports: \(staleness)")
        }
        return true
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
}
