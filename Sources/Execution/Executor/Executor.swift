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
    private let environment: ExecutionEnvironment
    private let clock: ClockType

    /// Makes an executor.
    ///
    /// - Parameters:
    ///   - service: EC2.
    ///   - staging: S3.
    ///   - claims: The claims in the staging buckets.
    ///   - session: The state, held for writing.
    ///   - digests: Gives the digests of an image's parts, from a cache or by reading it.
    ///   - repackager: Repackages images that EC2 would reject. Without it, such an image fails.
    ///   - objects: The images that lie in S3 already; one of them fails if `nil`.
    ///   - options: Limits and intervals.
    ///   - clock: What tells the time.
    ///   - stop: What asks the run to end.
    ///   - logger: Where what a person need not act on is told.
    ///   - report: Takes the events; called from many tasks, and must not block.
    package init(
        service: any ConversionService,
        staging: any StagingStore,
        claims: any ClaimStore,
        session: StateSession,
        digests: @escaping @Sendable (SourceImage) async throws -> ImageDigest,
        repackager: (any ImageRepackager)? = nil,
        objects: (any SourceObjects)? = nil,
        options: ExecutionOptions,
        clock: ClockType,
        stop: StopSignal,
        logger: Logger,
        report: @escaping @Sendable (MigrationEvent) -> Void
    ) {
        environment = ExecutionEnvironment(
            service: service,
            staging: staging,
            claims: claims,
            session: session,
            digests: digests,
            repackager: repackager,
            objects: objects,
            options: options,
            stop: stop,
            logger: logger,
            report: report
        )
        self.clock = clock
    }

    /// Applies a plan. Returns when each of its imports is settled or has failed, or the run stopped.
    ///
    /// - Throws: An error of the state, after which nothing can continue; ``MarkerLostError``. A failed import is in the
    ///   summary.
    package func apply(_ plan: Plan) async throws -> ExecutionSummary {
        let plan = staged(plan, lineage: await environment.session.state.lineage)
        for change in plan.changes {
            guard let old = change.movedFrom, let desired = change.desired else { continue }
            let subject = await environment.session[old]?.subject.renamed(to: desired.address) ?? desired
            try await environment.session.record(.moved(from: old, subject), of: desired.address)
        }
        // The state before anything is forgotten.
        let state = await environment.session.state
        var summary = try await forget(plan, state)
        for outcome in try await ImportUpdater(environment).update(plan.changes) { summary.add(update: outcome) }
        let groups = ImageGroup.groups(of: plan, state: state)
        let scratch = RepackagingScratch(groups: groups, state: state, files: environment.repackager)
        try await scratch.removeStale()
        guard !groups.isEmpty else { return summary }

        let context = try await prepare(groups, state)
        let outcomes = try await GroupScheduler(context).run(groups)
        for outcome in outcomes { summary.add(outcome) }
        await context.remover.removeDeferred(context.references, logger: environment.logger)
        do {
            try await scratch.removeSettled(completed: summary.completed)
        } catch {
            environment.logger.warning("\(error)")
        }
        summary.forgotten.sort()
        summary.unfinished.sort()
        return summary
    }

    /// The plan with the folder of the state's lineage in every staging location.
    private func staged(_ plan: Plan, lineage: String) -> Plan {
        var plan = plan
        for index in plan.changes.indices where plan.changes[index].action != .none {
            plan.changes[index].desired?.staging.lineage = lineage
        }
        return plan
    }

    /// Forgets the imports that left nothing behind. The others are forgotten once their leftovers are gone.
    private func forget(_ plan: Plan, _ state: MigrationState) async throws -> ExecutionSummary {
        var summary = ExecutionSummary()
        for change in plan.changes where change.action == .forget {
            guard state.imports[change.address]?.hasLeftovers != true else { continue }
            try await environment.forget(change.address)
            summary.forgotten.append(change.address.description)
        }
        return summary
    }

    /// Queries EC2 and S3 for what the run must know before it starts.
    private func prepare(_ groups: [ImageGroup], _ state: MigrationState) async throws -> RunContext<ClockType> {
        let began = clock.now
        let service = environment.service
        async let tagged = service.volumes(withTag: VolumeTags.address)
        let listed = try await service.conversions(ids: nil)
        let tasks = ConversionTaskLedger(groups: groups, state: state, listed: listed)
        try await tasks.outcomes.record(in: environment.session)
        let addresses = groups.flatMap(\.changes).flatMap { [$0.address] + $0.earlierAddresses }
        let listing = SharedListing(
            service: service,
            clock: clock,
            addresses: Set(addresses.map(TaskMarker.hash)).union(tasks.untracked.unlistedCalls.map(\.address))
        )
        await listing.start(began: began, tasks: listed, volumes: try await tagged)
        let references = await StagingReferenceCounts.open(for: groups, tasks: tasks, staging: environment.staging)
        warn(of: references, tasks)
        let context = RunContext(
            environment: environment,
            clock: clock,
            monitor: monitor,
            listing: listing,
            unconditionalBuckets: await unconditionalBuckets(of: groups),
            runBegan: began,
            groups: groups,
            state: state,
            references: references,
            tasks: tasks
        )
        // An import that waits for a slot when the run stops no longer needs one.
        environment.stop.whenRequested { [conversions = context.conversions, uploads = context.uploads] in
            conversions.close()
            uploads.close()
        }
        for task in tasks.untracked.tasks { await context.releaseSlot(whenEnded: task) }
        return context
    }

    /// The staging buckets whose server ignores the conditions of writes. There, claims cannot hold off another run.
    private func unconditionalBuckets(of groups: [ImageGroup]) async -> Set<String> {
        var folders: [String: ClaimKey.Folder] = [:]
        for change in groups.flatMap(\.changes) {
            guard let desired = change.desired else { continue }
            let location = desired.staging.declared
            folders[location.bucket] = ClaimKey.Folder(location: location, region: desired.region)
        }
        var buckets: Set<String> = []
        for (bucket, folder) in folders.sorted(by: { $0.key < $1.key }) {
            do throws(ServiceError) {
                if try await environment.claims.honorsConditions(in: folder) { continue }
                environment.logger.warning(
                    """
                    the server of s3://\(bucket) ignores conditional writes: import with one state only, and in one run at \
                    a time, or volumes may be imported twice
                    """
                )
            } catch {
                environment.logger.warning(
                    "whether s3://\(bucket) honors conditional writes cannot be tested: \(error)"
                )
            }
            buckets.insert(bucket)
        }
        return buckets
    }

    private func warn(of references: StagingReferenceCounts, _ tasks: ConversionTaskLedger) {
        for (location, failure) in references.failures {
            environment.logger.warning(
                "what is staged in s3://\(location.bucket)/\(location.prefix) cannot be read: \(failure)"
            )
        }
        guard !references.mayRemoveParts else { return }
        let unlisted = tasks.untracked.unlisted
        let names = unlisted.isEmpty ? "" : ": \(unlisted.joined(separator: ", "))"
        environment.logger.warning(
            "what is staged stays in this run, needed or not: there may be conversions EC2 does not list\(names)"
        )
    }

    private var monitor: ConversionMonitor<ClockType> {
        let options = environment.options
        return ConversionMonitor(
            service: environment.service,
            clock: clock,
            pace: .init(
                shortest: options.shortestPoll,
                longest: options.longestPoll,
                listConsistencyTimeout: options.times.listConsistencyTimeout
            ),
            stop: environment.stop,
            logger: environment.logger
        )
    }
}
