import EC2Types
import Hashing
import Logging
import Migration
import StateStore

/// What all imports of one run share.
struct RunContext<ClockType: Clock>: Sendable where ClockType.Duration == Duration {
    let environment: ExecutionEnvironment
    let clock: ClockType
    let monitor: ConversionMonitor<ClockType>
    let listing: SharedListing<ClockType>
    let watch: ClaimWatch<ClockType>
    let remover: PartRemover<ClockType>
    /// When the run uploaded or checked parts.
    let verifiedParts = VerifiedParts<ClockType>()
    /// The claims that the run has written.
    let writtenClaims: WrittenClaims
    /// The buckets whose server ignores the conditions of writes.
    let unconditionalBuckets: Set<String>
    /// When the run started to list tasks and volumes.
    let runBegan: ClockType.Instant
    /// The lineage of the state.
    let lineage: String
    let references: StagingReferenceCounts
    let tasks: ConversionTaskLedger
    /// The digests of images that are repackaged for several groups. Their files must outlive every group.
    let sharedRepackagedImages: Set<SHA256Digest>
    let uploads: AsyncSemaphore
    let conversions: AsyncSemaphore
    let requests: RateLimiter<ClockType>?

    /// Combines what the imports of a run share.
    ///
    /// - Parameters:
    ///   - environment: The services, the state, and the options.
    ///   - clock: The source of time.
    ///   - monitor: Polls the conversion tasks.
    ///   - listing: Lists tasks and volumes.
    ///   - unconditionalBuckets: The buckets whose server ignores the conditions of writes.
    ///   - runBegan: When the run started to list tasks and volumes.
    ///   - groups: The work of the run.
    ///   - state: The state at its start.
    ///   - references: The references to parts.
    ///   - tasks: The conversion tasks that EC2 lists.
    init(
        environment: ExecutionEnvironment,
        clock: ClockType,
        monitor: ConversionMonitor<ClockType>,
        listing: SharedListing<ClockType>,
        unconditionalBuckets: Set<String>,
        runBegan: ClockType.Instant,
        groups: [ImageGroup],
        state: MigrationState,
        references: StagingReferenceCounts,
        tasks: ConversionTaskLedger
    ) {
        self.environment = environment
        self.clock = clock
        self.monitor = monitor
        self.listing = listing
        self.unconditionalBuckets = unconditionalBuckets
        self.runBegan = runBegan
        self.references = references
        self.tasks = tasks
        lineage = state.lineage
        watch = ClaimWatch(store: environment.claims, clock: clock)
        writtenClaims = WrittenClaims()
        remover = PartRemover(
            watch: watch,
            listing: listing,
            environment: environment,
            clock: clock,
            groups: groups,
            state: state,
            written: writtenClaims
        )
        let repackaged = groups.filter { $0.image.repackaging != nil }
        sharedRepackagedImages = Set(
            Dictionary(grouping: repackaged, by: \.image.digest).filter { $1.count > 1 }.keys
        )
        let options = environment.options
        uploads = AsyncSemaphore(options.uploads)
        conversions = AsyncSemaphore(options.conversions, taken: tasks.slotsInUse)
        requests = options.requestsPerSecond.map { RateLimiter(rate: $0, capacity: max(1, $0), clock: clock) }
    }

    var session: StateSession { environment.session }
    var stop: StopSignal { environment.stop }
    var logger: Logger { environment.logger }
    var report: @Sendable (MigrationEvent) -> Void { environment.report }

    /// What the claims of the run share.
    var claimEnvironment: ClaimEnvironment<ClockType> {
        ClaimEnvironment(
            store: environment.claims,
            clock: clock,
            times: environment.options.times,
            lineage: lineage,
            makeNonce: environment.options.makeNonce,
            written: writtenClaims,
            unconditionalBuckets: unconditionalBuckets
        )
    }

    /// Cancels the conversion task of an import.
    ///
    /// - Parameters:
    ///   - taskID: The task.
    ///   - address: The import.
    ///   - action: The action that cancels it, for the reason that EC2 records.
    /// - Returns: The reason why the task cannot be canceled; `nil` if it is.
    func cancelTask(_ taskID: String, of address: ImportAddress, for action: Action) async -> String? {
        do throws(ServiceError) {
            try await environment.service.cancelConversion(
                taskID: taskID,
                reason: "ferry: \(action.rawValue) \(address)"
            )
            return nil
        } catch {
            return "task \(taskID) cannot be cancelled: \(error); plan again"
        }
    }

    /// Removes the import manifest of a call that had no effect: no later attempt uses it.
    func removeImportManifest(of record: ImportRecord, attempt: Int) async {
        let location = record.subject.staging
        do throws(ServiceError) {
            let key = location.importManifestKey(record.marker(ofAttempt: attempt))
            try await environment.staging.deleteObject(key: key, in: location)
        } catch {
            logger.warning("\(record.subject.address): an import manifest stays in the staging: \(error)")
        }
    }

    /// Releases a conversion slot when a task ends that no driver follows, and notes the outcome.
    func releaseSlot(whenEnded taskID: String) async {
        let (conversions, outcomes) = (conversions, tasks.outcomes)
        await monitor.watch(taskID) { end in
            conversions.signal()
            switch end {
            case .completed(let volumeID): outcomes.note(.completed(volumeID: volumeID), of: taskID)
            case .cancelled(let message): outcomes.note(.cancelled(message: message), of: taskID)
            case .vanished, .stopped: break
            }
        }
    }
}
