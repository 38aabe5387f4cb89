import EC2Types
import Logging
import Migration

/// Waits until the claims of an import may be written, or its task or volume is found.
///
/// A claim without a task may be taken over when a call that was made under it can no longer take effect and would be
/// listed, EC2 lists neither a task nor a volume of the import, and the claim is still the same.
struct ClaimWait<ClockType: Clock>: Sendable where ClockType.Duration == Duration {
    /// How a wait ended.
    enum End: Sendable {
        /// The claims may be written.
        case free
        /// A task or a volume of the import exists.
        case imported(ClaimedImport)
        /// Whether the import was called cannot be determined.
        case undecidable(String)
        /// The run is stopping.
        case stopped
    }

    /// The looks in a row that may fail.
    private static var mostFailures: Int { 20 }

    let context: RunContext<ClockType>
    let subject: VolumeImport
    let sought: SoughtImport
    /// The marker of this process's own call, whose outcome is unknown; `nil` if it made none.
    let marker: TaskMarker?
    let isCancelled: @Sendable (_ taskID: String) -> Bool

    private var times: ConsistencyTimes { context.environment.options.times }
    private var clock: ClockType { context.clock }

    /// Waits.
    ///
    /// - Parameter began: Called with the seconds after which a claim can be taken over, once they are known.
    func run(_ holder: inout ClaimHolder<ClockType>, began: (Int64) -> Void) async throws -> End {
        holder.drop()
        var pause = context.environment.options.shortestPoll
        var hasReported = false
        // A claim that is absent although a call was made under it: a state of ferry 0.1.0, or another staging prefix.
        var absentSince: Int64?
        var failures = 0
        var readable = clock.now
        while true {
            if context.stop.isRequested || Task.isCancelled { return .stopped }
            do throws(ServiceError) {
                if let end = try await look(
                    &holder,
                    &absentSince,
                    report: { seconds in
                        if !hasReported { began(seconds) }
                        hasReported = true
                    }
                ) {
                    return end
                }
                (failures, readable) = (0, clock.now)
            } catch {
                // Nothing is lost by another look: not knowing is no reason to call. But no wait goes on forever.
                failures += 1
                if failures >= Self.mostFailures, readable.duration(to: clock.now) > .seconds(times.takeover) {
                    return .undecidable("whether it was imported cannot be determined: \(error)")
                }
                context.logger.warning("\(subject.address): the claim cannot be read: \(error)")
            }
            try await clock.sleep(until: clock.now.advanced(by: pause), tolerance: nil)
            pause = min(pause * 3 / 2, context.environment.options.longestPoll)
        }
    }

    /// One look at the claims and the lists; `nil` to go on waiting.
    private func look(
        _ holder: inout ClaimHolder<ClockType>,
        _ absentSince: inout Int64?,
        report: (Int64) -> Void
    ) async throws(ServiceError) -> End? {
        var ripe: [ClaimKey: StoredClaim?] = [:]
        var remaining: Int64 = 0
        let fresh = clock.now.advanced(by: .zero - context.environment.options.shortestPoll)
        for key in holder.keys {
            let known = holder.read[key]
            let listing = try await context.watch.listing(of: key.folder, since: fresh).claims
            guard listing.entityTags[key.name] == known?.entityTag else {
                // It changed since it was read.
                switch try await holder.readAll(generation: sought.generation, isCancelled: isCancelled) {
                case .held, .free: return .free
                case .imported(let found): return .imported(found)
                case .busy:
                    holder.drop()
                    return nil
                }
            }
            let since = known?.lastModified ?? absentSince ?? listing.date
            if known == nil { absentSince = since }
            let left = times.takeover - (listing.date - since)
            if left <= 0 { ripe[key] = .some(known) } else { remaining = max(remaining, left) }
        }
        // Before the wait is over, a listing can only show that the call took effect.
        let isRipe = remaining == 0
        let earliest = isRipe ? clock.now : fresh
        let snapshot = try await context.listing.snapshot(since: earliest, includesVolumes: isRipe)
        if let found = snapshot.found(sought, marker: marker) { return .imported(ClaimedImport(found)) }
        guard isRipe else {
            report(remaining)
            return nil
        }
        return try await takeOver(&holder, ripe)
    }

    /// Reads the claims once more, after the listing.
    private func takeOver(
        _ holder: inout ClaimHolder<ClockType>,
        _ ripe: [ClaimKey: StoredClaim?]
    ) async throws(ServiceError) -> End? {
        for (key, known) in ripe.sorted(by: { $0.key < $1.key }) {
            let stored = try await context.environment.claims.claim(key)
            guard stored?.entityTag == known?.entityTag else { return nil }
            guard let stored else {
                holder.takeOver(absent: key)
                continue
            }
            // Under a claim that was released no call is pending, however old it is.
            let isUnused = stored.claim.map { $0.phase == .released || $0.taskID.map(isCancelled) ?? false } ?? false
            guard isUnused || stored.age < times.taskRetention else { return .undecidable(await explanation(stored)) }
            holder.takeOver(stored, at: key)
        }
        return .free
    }

    /// Why it cannot be determined whether an import was called: EC2 may have dropped its task from the list.
    private func explanation(_ stored: StoredClaim) async -> String {
        await UndecidableImport(subject: subject, generation: sought.generation, context: context).message(
            "it was claimed \(stored.age / 3600) h ago, and EC2 may no longer list its task",
            since: stored.lastModified
        )
    }
}
