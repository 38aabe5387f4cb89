import EC2Types
import Logging
import Migration

/// Watches all conversion tasks of a run, and searches for those whose ids are not known, with one request at a time.
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

    /// What came of a search.
    enum Search: Sendable {
        case found(ConversionTask)
        /// There is no such task, and there will be none.
        case absent
        /// The run is stopping; nothing is known.
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

    private struct Sought {
        var end: CheckedContinuation<Search, Never>
        /// A list that was asked for from then on holds the task if there is one.
        var deadline: ClockType.Instant
    }

    private let service: any ConversionService
    private let clock: ClockType
    private let pace: Pace
    private let stop: StopSignal
    private let logger: Logger
    private var watched: [String: Watched] = [:]
    private var sought: [TaskMarker: Sought] = [:]
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

    /// Looks among all conversion tasks for one that bears a marker. Nobody calls ImportVolume meanwhile.
    ///
    /// Only after this has said that there is none may the call be made again. DescribeConversionTasks is eventually
    /// consistent, and a call whose answer was lost may still be on its way: the search goes on until it has been patient
    /// for long enough, counted from now, since no clock tells how long ago another process called.
    func search(for marker: TaskMarker) async -> Search {
        await withCheckedContinuation { continuation in
            guard !hasEnded, sought[marker] == nil else { return continuation.resume(returning: .stopped) }
            interval = pace.shortest
            sought[marker] = Sought(end: continuation, deadline: clock.now.advanced(by: pace.listConsistencyTimeout))
        }
    }

    /// Polls until the task is cancelled. Whoever still waits then is told that the run stops.
    func run() async {
        while !Task.isCancelled {
            if stop.isRequested { releaseAll() }
            if !watched.isEmpty || !sought.isEmpty { await poll() }
            // Short naps, so that a stop or a new task is noticed at once though the interval is long.
            var slept = Duration.zero
            let target = interval
            while slept < target, interval >= target, !Task.isCancelled, !(stop.isRequested && hasWaiters) {
                let nap = min(pace.shortest, target - slept)
                guard (try? await clock.sleep(until: clock.now.advanced(by: nap), tolerance: nil)) != nil else { break }
                slept += nap
            }
        }
        hasEnded = true
        releaseAll()
    }

    private var hasWaiters: Bool { !watched.isEmpty || !sought.isEmpty }

    private func poll() async {
        let asked = clock.now
        let ids = watched.keys.sorted()
        let statuses: [ConversionTask]
        do {
            statuses = try await service.conversions(ids: sought.isEmpty ? ids : nil)
        } catch {
            // The service has retried already. Nothing is lost by asking again later: the tasks go on, and not knowing is
            // no ground to call again.
            logger.warning("cannot read the conversion tasks: \(error)")
            interval = min(interval * 2, pace.longest)
            return
        }
        let hasFound = find(among: statuses, asked: asked)
        let hasChanged = update(ids, by: statuses)
        interval = hasFound || hasChanged || !sought.isEmpty ? pace.shortest : min(interval * 3 / 2, pace.longest)
    }

    /// Ends the searches that the answer decides; whether it did so for one.
    private func find(among statuses: [ConversionTask], asked: ClockType.Instant) -> Bool {
        guard !sought.isEmpty else { return false }
        var hasFound = false
        for status in statuses {
            guard let marker = status.marker else { continue }
            guard let search = sought.removeValue(forKey: marker) else { continue }
            search.end.resume(returning: .found(status))
            hasFound = true
        }
        for (marker, search) in soughtInOrder where asked >= search.deadline {
            sought[marker] = nil
            search.end.resume(returning: .absent)
        }
        return hasFound
    }

    /// Takes in what is said of the watched tasks; whether anything is new.
    private func update(_ ids: [String], by statuses: [ConversionTask]) -> Bool {
        let now = clock.now
        var hasChanged = false
        let listed = Dictionary(statuses.map { ($0.id, $0) }) { first, _ in first }
        for id in ids {
            guard var task = watched[id] else { continue }
            guard let status = listed[id] else {
                if task.lastSeen.duration(to: now) > pace.listConsistencyTimeout { finish(id, .vanished) }
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
        for (_, search) in soughtInOrder { search.end.resume(returning: .stopped) }
        sought = [:]
    }

    /// In one order always: who is told first may act first, and one seed of the simulation is one history.
    private var soughtInOrder: [(key: TaskMarker, value: Sought)] {
        sought.sorted { ($0.key.address, $0.key.attempt) < ($1.key.address, $1.key.attempt) }
    }
}
