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
        let outcomes = try await withThrowingTaskGroup(of: (lane: Int, outcomes: [ImportOutcome])?.self) { tasks in
            tasks.addTask {
                await context.monitor.run()
                return nil
            }
            var waiting = lanes.map { $0.groups.makeIterator() }
            var running = 0
            func begin(_ lane: Int) {
                guard let group = waiting[lane].next() else { return }
                tasks.addTask { (lane, try await processor.process(group)) }
                running += 1
            }
            for (lane, content) in lanes.enumerated() {
                for _ in 0..<content.window { begin(lane) }
            }
            var outcomes: [ImportOutcome] = []
            while running > 0, let result = try await tasks.next() {
                guard let result else { continue }
                outcomes += result.outcomes
                try await context.tasks.outcomes.record(in: context.session)
                running -= 1
                begin(result.lane)
            }
            tasks.cancelAll()
            return outcomes
        }
        try await context.tasks.outcomes.record(in: context.session)
        return outcomes
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
