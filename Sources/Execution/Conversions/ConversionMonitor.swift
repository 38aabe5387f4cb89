import EC2Types
import Logging
import Migration

/// Watches all conversion tasks of a run, with one request at a time.
///
/// The interval grows while nothing changes and falls back to the shortest when something does.
actor ConversionMonitor<ClockType: Clock> where ClockType.Duration == Duration {
    /// How a watched task ended.
    enum End: Sendable {
        case completed(volumeID: String)
        case cancelled(message: String)
        /// EC2 has not listed the task for a long time.
        case vanished
        /// The run is stopping; the task goes on.
        case stopped
    }

    /// How often EC2 is asked.
    struct Pace: Sendable {
        /// The interval after a change.
        var shortest: Duration
        /// The interval when nothing has changed for long.
        var longest: Duration
        /// How long a task that EC2 does not list is taken for not listed yet: DescribeConversionTasks is eventually
        /// consistent.
        var listConsistencyTimeout: Duration
    }

    private struct Watched {
        var ends: [@Sendable (End) -> Void]
        var progresses: [@Sendable (ConversionTask) -> Void]
        var status: ConversionTask?
        var lastSeen: ClockType.Instant
    }

    private let service: any ConversionService
    private let clock: ClockType
    private let pace: Pace
    private let stop: StopSignal
    private let logger: Logger
    private var watched: [String: Watched] = [:]
    private var interval: Duration
    private var hasEnded = false

    init(service: any ConversionService, clock: ClockType, pace: Pace, stop: StopSignal, logger: Logger) {
        self.service = service
        self.clock = clock
        self.pace = pace
        self.stop = stop
        self.logger = logger
        interval = pace.shortest
    }

    /// Waits for the end of a task. ``run()`` must be running, or be over.
    func end(of taskID: String, progress: @escaping @Sendable (ConversionTask) -> Void) async -> End {
        await withCheckedContinuation { continuation in
            watch(taskID, progress: progress) { continuation.resume(returning: $0) }
        }
    }

    /// Calls a function when a task ends, or when the run does.
    func watch(
        _ taskID: String,
        progress: @escaping @Sendable (ConversionTask) -> Void = { _ in },
        end: @escaping @Sendable (End) -> Void
    ) {
        guard !hasEnded else { return end(.stopped) }
        interval = pace.shortest
        var task = watched[taskID] ?? Watched(ends: [], progresses: [], lastSeen: clock.now)
        task.ends.append(end)
        task.progresses.append(progress)
        watched[taskID] = task
    }

    /// Polls until the task is cancelled. Whoever still waits then is told that the run stops.
    func run() async {
        while !Task.isCancelled {
            if stop.isRequested { releaseAll() }
            if !watched.isEmpty { await poll() }
            // Short naps, so that a stop or a new task is noticed at once though the interval is long.
            var slept = Duration.zero
            let target = interval
            while slept < target, interval >= target, !Task.isCancelled, !(stop.isRequested && !watched.isEmpty) {
                let nap = min(pace.shortest, target - slept)
                guard (try? await clock.sleep(until: clock.now.advanced(by: nap), tolerance: nil)) != nil else { break }
                slept += nap
            }
        }
        hasEnded = true
        releaseAll()
    }

    private func poll() async {
        let ids = watched.keys.sorted()
        let asked = clock.now
        let statuses: [ConversionTask]
        do {
            statuses = try await service.conversions(ids: ids)
        } catch {
            // The service has retried already. Nothing is lost by asking again later: the tasks go on, and not knowing is
            // no ground to call again.
            logger.warning("cannot read the conversion tasks: \(error)")
            interval = min(interval * 2, pace.longest)
            return
        }
        let hasChanged = update(ids, by: statuses, asked)
        interval = hasChanged ? pace.shortest : min(interval * 3 / 2, pace.longest)
    }

    /// Takes in what is said of the watched tasks; whether anything is new.
    ///
    /// - Parameter asked: When EC2 was asked: its list may be as old as that.
    private func update(_ ids: [String], by statuses: [ConversionTask], _ asked: ClockType.Instant) -> Bool {
        let now = clock.now
        var hasChanged = false
        let listed = Dictionary(statuses.map { ($0.id, $0) }) { first, _ in first }
        for id in ids {
            guard var task = watched[id] else { continue }
            guard let status = listed[id] else {
                if task.lastSeen.duration(to: asked) > pace.listConsistencyTimeout { finish(id, .vanished) }
                continue
            }
            task.lastSeen = now
            if task.status != status {
                hasChanged = true
                task.status = status
                for progress in task.progresses { progress(status) }
            }
            watched[id] = task
            switch status.state {
            case .active, .cancelling: break
            case .cancelled: finish(id, .cancelled(message: status.statusMessage ?? "the task was cancelled"))
            case .completed:
                if let volumeID = status.volumeID { finish(id, .completed(volumeID: volumeID)) }
            }
        }
        return hasChanged
    }

    private func finish(_ id: String, _ end: End) {
        for callback in watched.removeValue(forKey: id)?.ends ?? [] { callback(end) }
    }

    private func releaseAll() {
        for id in watched.keys.sorted() { finish(id, .stopped) }
    }
}
