package import DiskImages
import EC2Types
import Hashing
package import Logging
package import Migration
package import StateStore

/// Applies a plan: stages images, calls ImportVolume, waits for the conversions, settles.
///
/// Every step is in the journal before the next one is taken, so that a run that is killed anywhere goes on where it
/// stopped. It sees the world only through ``ConversionService``, ``StagingStore`` and a clock.
package struct Executor<ClockType: Clock>: Sendable where ClockType.Duration == Duration {
    let service: any ConversionService
    let staging: any StagingStore
    let session: StateSession
    let digests: @Sendable (SourceImage) async throws -> ImageDigest
    let conversions: (any ImageConversions)?
    let objects: (any SourceObjects)?
    let options: ExecutionOptions
    let clock: ClockType
    let stop: StopSignal
    let logger: Logger
    let report: @Sendable (MigrationEvent) -> Void

    /// Makes an executor.
    ///
    /// - Parameters:
    ///   - service: EC2.
    ///   - staging: S3.
    ///   - session: The state, held for writing.
    ///   - digests: Gives the digests of an image's parts, from a cache or by reading it.
    ///   - conversions: Where images are converted that EC2 would refuse as they are; an image that needs it fails if
    ///     `nil`.
    ///   - objects: The images that lie in S3 already; one of them fails if `nil`.
    ///   - options: Limits and intervals.
    ///   - clock: What tells the time.
    ///   - stop: What asks the run to end.
    ///   - logger: Where what a person need not act on is told.
    ///   - report: Takes the events; called from many tasks, and must not block.
    package init(
        service: any ConversionService,
        staging: any StagingStore,
        session: StateSession,
        digests: @escaping @Sendable (SourceImage) async throws -> ImageDigest,
        conversions: (any ImageConversions)? = nil,
        objects: (any SourceObjects)? = nil,
        options: ExecutionOptions,
        clock: ClockType,
        stop: StopSignal,
        logger: Logger,
        report: @escaping @Sendable (MigrationEvent) -> Void
    ) {
        self.service = service
        self.staging = staging
        self.session = session
        self.digests = digests
        self.conversions = conversions
        self.objects = objects
        self.options = options
        self.clock = clock
        self.stop = stop
        self.logger = logger
        self.report = report
    }

    /// Applies a plan and returns when each of its imports is done, has failed, or was left as it is by a stop.
    ///
    /// - Throws: An error of the state, after which nothing can go on; a failed import is in the summary instead.
    package func apply(_ plan: Plan) async throws -> ExecutionSummary {
        var summary = ExecutionSummary()
        // As it was before anything is forgotten.
        let state = await session.state
        for change in plan.changes where change.action == .forget {
            // What has left something behind is forgotten when that is cleared up.
            guard state.imports[change.address]?.hasLeftovers != true else { continue }
            try await forget(change.address)
            summary.forgotten.append(change.address.description)
        }
        let groups = ImageGroup.groups(of: plan, state: state)
        let converted = groups.filter { $0.image.conversion != nil }
        let unsettled = state.imports.values.filter { $0.phase.name != .settled }.map(\.subject.image)
            .filter { $0.conversion != nil }
        try await conversions?.removeAll(but: converted.map(\.image) + unsettled)
        guard !groups.isEmpty else { return summary }

        let listed = try await service.conversions(ids: nil)
        let ends = ConversionEnds(state: state, listed: listed)
        try await ends.record(in: session)
        let others = OtherConversions(than: groups, state: state, listed: listed)
        let ledgers = await StagingLedgers.open(
            for: groups,
            continued: ContinuedConversions(of: groups, state: state, listed: listed),
            others: others,
            staging: staging
        )
        for (location, failure) in ledgers.failures {
            logger.warning("what is staged in s3://\(location.bucket)/\(location.prefix) cannot be read: \(failure)")
        }
        if !ledgers.mayRemoveParts {
            let tasks = others.unlisted.isEmpty ? "" : ": \(others.unlisted.joined(separator: ", "))"
            logger.warning(
                "what is staged stays in this run, needed or not: there may be conversions EC2 does not list\(tasks)"
            )
        }
        let monitor = ConversionMonitor(
            service: service,
            clock: clock,
            pace: .init(
                shortest: options.shortestPoll,
                longest: options.longestPoll,
                patience: options.reconciliation
            ),
            stop: stop,
            logger: logger
        )
        let run = Run(
            executor: self,
            monitor: monitor,
            ledgers: ledgers,
            ends: ends,
            attempts: listed.lazy.compactMap(\.marker)
                .reduce(into: [:]) { $0[$1.address] = max($0[$1.address] ?? 0, $1.attempt) },
            adopted: Self.adopted(by: groups, among: listed),
            sharedConversions: Set(Dictionary(grouping: converted, by: \.image.digest).filter { $1.count > 1 }.keys),
            uploads: Slots(options.uploads),
            conversions: Slots(
                options.conversions,
                taken: others.tasks.count + groups.map(\.converting.count).reduce(0, +)
            ),
            requests: options.requestsPerSecond.map { RateLimiter(rate: $0, capacity: max(1, $0), clock: clock) },
            bandwidth: options.bandwidth.map {
                RateLimiter(rate: Double($0), capacity: Double($0), clock: clock)
            }
        )
        // What waits for a place when the run is to stop has no need of it any more.
        stop.whenRequested { [conversions = run.conversions, uploads = run.uploads] in
            conversions.close()
            uploads.close()
        }
        for task in others.tasks { await run.giveBackSlot(whenEnded: task) }

        // More images than can convert are in hand, so that a slot that falls free finds a staged image; no more, so
        // that the memory of a run does not grow with the plan. What lies in S3 already is in hand beside those: while it
        // waits for a slot, uploads go on.
        let lanes = [
            (groups: groups.filter { $0.image.object == nil }, window: options.conversions + options.uploads),
            (groups: groups.filter { $0.image.object != nil }, window: options.conversions),
        ]
        let outcomes = try await withThrowingTaskGroup(of: (lane: Int, outcomes: [ImportOutcome])?.self) { tasks in
            tasks.addTask {
                await monitor.run()
                return nil
            }
            var waiting = lanes.map { $0.groups.makeIterator() }
            var running = 0
            func begin(_ lane: Int) {
                guard let group = waiting[lane].next() else { return }
                tasks.addTask { (lane, try await run.process(group)) }
                running += 1
            }
            for (lane, content) in lanes.enumerated() {
                for _ in 0..<content.window { begin(lane) }
            }
            var outcomes: [ImportOutcome] = []
            while running > 0, let result = try await tasks.next() {
                guard let result else { continue }
                outcomes += result.outcomes
                try await ends.record(in: session)
                running -= 1
                begin(result.lane)
            }
            tasks.cancelAll()
            return outcomes
        }
        try await ends.record(in: session)
        for outcome in outcomes {
            let name = outcome.address.description
            switch outcome.end {
            case .completed(let volumeID): summary.completed[name] = volumeID
            case .failed(let message): summary.failed[name] = message
            case .forgotten: summary.forgotten.append(name)
            case .unfinished: summary.unfinished.append(name)
            }
        }
        // What is settled needs neither its scratch file nor the list of its parts any more.
        let completed = summary.completed
        let open = converted.filter { $0.changes.contains { completed[$0.address.description] == nil } }.map(\.image)
        let worked = Set(converted.map(\.image.digest))
        do {
            try await conversions?.removeAll(but: open + unsettled.filter { !worked.contains($0.digest) })
        } catch {
            logger.warning("\(error)")
        }
        summary.forgotten.sort()
        summary.unfinished.sort()
        return summary
    }

    /// The tasks that changes adopt, by id.
    private static func adopted(
        by groups: [ImageGroup],
        among listed: [ConversionTask]
    ) -> [String: ConversionTask] {
        let ids = Set(groups.lazy.flatMap(\.changes).compactMap(\.task))
        guard !ids.isEmpty else { return [:] }
        return Dictionary(listed.lazy.filter { ids.contains($0.id) }.map { ($0.id, $0) }) { first, _ in first }
    }

    /// Drops an address from the state.
    func forget(_ address: ImportAddress) async throws {
        try await session.record(.forgotten, of: address)
        report(.forgotten(address))
    }

    /// Cancels the task that a change says is cancelled first.
    ///
    /// - Returns: Why it cannot be; `nil` if it is, or if there is none.
    func cancel(_ change: Change) async -> String? {
        guard let task = change.cancels else { return nil }
        do throws(ServiceError) {
            try await service.cancelConversion(
                taskID: task,
                reason: "ferry: \(change.action.rawValue) \(change.address)"
            )
            return nil
        } catch {
            return "task \(task) cannot be cancelled: \(error); plan again"
        }
    }
}

/// How one import of a run ended.
struct ImportOutcome: Sendable {
    enum End: Sendable {
        case completed(volumeID: String)
        case failed(message: String)
        /// It is no longer in the state.
        case forgotten
        case unfinished
    }

    var address: ImportAddress
    var end: End
}
