import Migration

/// Chooses which groups of a run are in progress at a time.
struct GroupScheduler<ClockType: Clock>: Sendable where ClockType.Duration == Duration {
    private let context: RunContext<ClockType>
    private let processor: GroupProcessor<ClockType>

    /// Groups that are in progress side by side, up to a limit.
    private struct Lane {
        var groups: [ImageGroup]
        var window: Int
    }

    /// Schedules the groups of a run.
    init(_ context: RunContext<ClockType>) {
        self.context = context
        processor = GroupProcessor(context)
    }

    /// Processes groups in order, and polls their conversion tasks meanwhile.
    ///
    /// - Returns: The outcomes of all imports.
    /// - Throws: An error of the state.
    func run(_ groups: [ImageGroup]) async throws -> [ImportOutcome] {
        let lanes = lanes(groups)
        // A group whose import waits for another process's claim, perhaps for minutes, does not keep others from starting.
        let (waits, waiting) = AsyncStream.makeStream(of: (lane: Int, isWaiting: Bool).self)
        let outcomes = try await withThrowingTaskGroup(of: Event.self) { tasks in
            tasks.addTask {
                await context.monitor.run()
                return .watchEnded
            }
            tasks.addTask {
                await UnlistedCalls(context).run()
                return .watchEnded
            }
            func listen() {
                tasks.addTask {
                    var iterator = waits.makeAsyncIterator()
                    return .wait(await iterator.next().map { ($0.lane, $0.isWaiting) })
                }
            }
            listen()
            var remaining = lanes.map { $0.groups.makeIterator() }
            var free = lanes.map(\.window)
            var running = 0
            func begin(_ lane: Int) {
                while free[lane] > 0, let group = remaining[lane].next() {
                    tasks.addTask {
                        let outcomes = try await processor.process(group) { waiting.yield((lane, $0)) }
                        return .processed(lane, outcomes)
                    }
                    running += 1
                    free[lane] -= 1
                }
            }
            for lane in lanes.indices { begin(lane) }
            var outcomes: [ImportOutcome] = []
            while running > 0, let event = try await tasks.next() {
                switch event {
                case .watchEnded, .wait(nil): break
                case .wait((let lane, let isWaiting)?):
                    free[lane] += isWaiting ? 1 : -1
                    begin(lane)
                    listen()
                case .processed(let lane, let processed):
                    outcomes += processed
                    try await context.tasks.outcomes.record(in: context.session)
                    running -= 1
                    free[lane] += 1
                    begin(lane)
                }
            }
            waiting.finish()
            tasks.cancelAll()
            return outcomes
        }
        try await context.tasks.outcomes.record(in: context.session)
        return outcomes
    }

    private enum Event: Sendable {
        case watchEnded
        case processed(Int, [ImportOutcome])
        case wait((lane: Int, isWaiting: Bool)?)
    }

    /// More groups than can convert are in progress, so that a slot that becomes free finds a staged image. There are no
    /// more, so that memory does not grow with the plan. Objects in S3 have a lane of their own: while they wait for a
    /// slot, uploads continue.
    private func lanes(_ groups: [ImageGroup]) -> [Lane] {
        let options = context.environment.options
        return [
            Lane(groups: groups.filter { $0.image.object == nil }, window: options.conversions + options.uploads),
            Lane(groups: groups.filter { $0.image.object != nil }, window: options.conversions),
        ]
    }
}
