import EC2Types
import Hashing
import Migration

/// The lists of tasks and tagged volumes that the imports of a run share. One request runs at a time and serves all.
actor SharedListing<ClockType: Clock> where ClockType.Duration == Duration {
    /// What EC2 listed at one time.
    struct Snapshot: Sendable {
        /// When the request was sent.
        let began: ClockType.Instant
        /// The active tasks of all of ferry's imports, those of other states among them.
        let active: ActiveTasks
        private let tasks: [UInt64: [ConversionTask]]
        /// `nil` if volumes were not listed.
        private let volumes: [ImportAddress: [VolumeEvidence]]?

        fileprivate init(
            began: ClockType.Instant,
            tasks: [ConversionTask],
            volumes: [TaggedVolume]?,
            of addresses: Set<UInt64>
        ) {
            self.began = began
            active = ActiveTasks(tasks)
            self.tasks = Dictionary(
                grouping: tasks.filter { $0.marker.map { addresses.contains($0.address) } ?? false }
            ) {
                $0.marker?.address ?? 0
            }
            self.volumes = volumes.map { volumes in
                Dictionary(grouping: volumes.compactMap(VolumeEvidence.init), by: \.address)
            }
        }

        /// The canceled tasks of the run's imports.
        var cancelledTasks: Set<String> {
            Set(tasks.values.joined().lazy.filter { $0.state == .cancelled }.map(\.id))
        }

        /// Whether tagged volumes were listed, too.
        var hasVolumes: Bool { volumes != nil }

        /// The task of a call of the run's imports; `nil` if it was not listed.
        func task(of marker: TaskMarker) -> ConversionTask? {
            tasks[marker.address]?.first { $0.marker == marker }
        }

        /// What was listed of an import: the highest generation, and a volume before its task.
        ///
        /// - Parameters:
        ///   - import: The import.
        ///   - marker: The marker of a call whose outcome is unknown. Its task counts even if it was canceled.
        func found(_ sought: SoughtImport, marker: TaskMarker? = nil) -> FoundImport? {
            var best: FoundImport?
            func offer(_ found: FoundImport) {
                guard let current = best else { return best = found }
                if (found.generation, found.rank) > (current.generation, current.rank) { best = found }
            }
            for address in sought.addresses {
                for task in tasks[TaskMarker.hash(address)] ?? [] {
                    guard let found = task.marker, found.fingerprint == sought.fingerprint.leadingBits,
                        found.generation >= sought.generation
                    else { continue }
                    if task.state == .active || task.state == .completed || task.state == .cancelling || found == marker
                    {
                        offer(.task(task, found))
                    }
                }
                for volume in volumes?[address] ?? []
                where volume.fingerprint == sought.fingerprint && volume.generation >= sought.generation {
                    offer(.volume(volume))
                }
            }
            return best
        }
    }

    private let service: any ConversionService
    private let clock: ClockType
    private let addresses: Set<UInt64>
    private var tasksSnapshot: Snapshot?
    private var fullSnapshot: Snapshot?
    private var cancelled: Set<String> = []
    private var isRunning = false
    private var waiting: [CheckedContinuation<Void, Never>] = []

    /// Creates a listing for the imports of given addresses.
    init(service: any ConversionService, clock: ClockType, addresses: Set<UInt64>) {
        self.service = service
        self.clock = clock
        self.addresses = addresses
    }

    /// The canceled tasks of the run's imports, as far as EC2 listed them.
    var cancelledTasks: Set<String> { cancelled }

    /// Keeps what was listed when the run started.
    func start(began: ClockType.Instant, tasks: [ConversionTask], volumes: [TaggedVolume]) {
        let snapshot = Snapshot(began: began, tasks: tasks, volumes: volumes, of: addresses)
        tasksSnapshot = snapshot
        fullSnapshot = snapshot
        cancelled = snapshot.cancelledTasks
    }

    /// The lists of a request that was sent at a time or later.
    ///
    /// - Parameters:
    ///   - earliest: The earliest time.
    ///   - includesVolumes: Whether the tagged volumes are needed, too.
    func snapshot(since earliest: ClockType.Instant, includesVolumes: Bool) async throws(ServiceError) -> Snapshot {
        while true {
            if let known = includesVolumes ? fullSnapshot : tasksSnapshot, known.began >= earliest { return known }
            guard isRunning else { break }
            // The request under way may have started too early, or fail: then another one follows.
            await withCheckedContinuation { waiting.append($0) }
        }
        isRunning = true
        defer {
            isRunning = false
            for waiter in waiting { waiter.resume() }
            waiting = []
        }
        let snapshot = try await list(includesVolumes)
        tasksSnapshot = snapshot
        cancelled.formUnion(snapshot.cancelledTasks)
        if snapshot.hasVolumes { fullSnapshot = snapshot }
        return snapshot
    }

    private func list(_ includesVolumes: Bool) async throws(ServiceError) -> Snapshot {
        let began = clock.now
        let tasks = try await service.conversions(ids: nil)
        let volumes = includesVolumes ? try await service.volumes(withTag: VolumeTags.address) : nil
        return Snapshot(began: began, tasks: tasks, volumes: volumes, of: addresses)
    }
}
