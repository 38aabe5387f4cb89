import EC2Types
import Hashing
import Logging
import Migration

/// The claims of one import, as one process reads, writes, and holds them.
///
/// An import has one claim, and one more for each address that it had before it was renamed. All must be held to call
/// ImportVolume.
struct ClaimHolder<ClockType: Clock>: Sendable where ClockType.Duration == Duration {
    /// A claim that this process wrote.
    private struct Held {
        var claim: ImportClaim
        var entityTag: String
        /// A time by S3's clock before the claim was written. A call that is signed with it takes effect at most the
        /// validity of signatures after the claim was written.
        var before: ServerMoment<ClockType.Instant>
        /// A time by this process's clock after the claim was written.
        var written: ClockType.Instant
    }

    private let store: any ClaimStore
    private let clock: ClockType
    private let times: ConsistencyTimes
    private let lineage: String
    private let makeNonce: @Sendable () -> String
    private let written: WrittenClaims
    private let unconditionalBuckets: Set<String>
    /// The keys in the order in which they are acquired.
    let keys: [ClaimKey]
    /// The addresses under which the import may be called: its own first.
    let addresses: [ImportAddress]
    private var held: [ClaimKey: Held] = [:]
    /// The claims that may be replaced, with what was read; `nil` values are claims that may be created.
    private var replaceable: [ClaimKey: StoredClaim?] = [:]
    private var nonces: Set<String> = []
    private var calls: [String: ClaimStatus.Call] = [:]
    /// The attempts of this state's own claims that were taken over: their import manifests are read no more.
    private(set) var abandonedAttempts: Set<Int> = []
    /// The highest generation of a claim that was taken over; 0 if none was.
    private(set) var highestGeneration = 0
    /// The highest attempt in any claim that was read.
    private(set) var highestAttempt = 0
    /// The latest time by S3's clock that this process has received.
    private var latest: ServerMoment<ClockType.Instant>?
    /// The marker of the state's own call whose outcome is unknown; `nil` if there is none.
    var unanswered: TaskMarker?
    /// The claims as they were last read.
    private(set) var read: [ClaimKey: StoredClaim] = [:]

    /// Starts without claims.
    ///
    /// - Parameters:
    ///   - subject: The import.
    ///   - earlier: The addresses that it had before it was renamed.
    ///   - environment: The claims' store, the times, the lineage, and the source of nonces.
    init(_ subject: VolumeImport, earlier: [ImportAddress], _ environment: ClaimEnvironment<ClockType>) {
        store = environment.store
        clock = environment.clock
        times = environment.times
        lineage = environment.lineage
        makeNonce = environment.makeNonce
        written = environment.written
        unconditionalBuckets = environment.unconditionalBuckets
        let all = [subject.address] + earlier
        keys = Set(all.map { ClaimKey(subject, under: $0) }).sorted()
        addresses = all
    }

    /// Whether any of the claims does not exist.
    var hasAbsentClaim: Bool { replaceable.values.contains { $0 == nil } }

    /// Whether the process holds every claim.
    private var holdsAll: Bool { held.count == keys.count }

    /// Notes a time by S3's clock, to sign calls with.
    mutating func note(date: Int64) {
        latest = ServerMoment(date: date, received: clock.now)
    }

    /// Reads the claims that are not held.
    ///
    /// - Parameters:
    ///   - generation: The generation to import.
    ///   - isCancelled: Whether a task was canceled.
    mutating func readAll(
        generation: Int,
        isCancelled: (_ taskID: String) -> Bool
    ) async throws(ServiceError) -> ClaimObservation {
        for key in keys where held[key] == nil && replaceable[key] == nil {
            let stored = try await store.claim(key)
            if let observation = take(stored, at: key, generation, isCancelled) { return observation }
        }
        return holdsAll ? .held : .free
    }

    /// Takes in what was read; `nil` if the claim is held or may be written.
    private mutating func take(
        _ stored: StoredClaim?,
        at key: ClaimKey,
        _ generation: Int,
        _ isCancelled: (_ taskID: String) -> Bool
    ) -> ClaimObservation? {
        read[key] = stored
        if let claim = stored?.claim, nonces.contains(claim.nonce) { written.insert(key) } else { written.remove(key) }
        if let stored { note(date: stored.date) }
        // The attempt of a claim that is held is the one being made.
        if let claim = stored?.claim, !nonces.contains(claim.nonce) {
            highestAttempt = max(highestAttempt, claim.attempt)
        }
        switch ClaimStatus(
            of: stored,
            generation: generation,
            unanswered: unanswered,
            own: nonces,
            calls: calls,
            isCancelled: isCancelled
        ) {
        case .absent, .free:
            replaceable[key] = .some(stored)
            return nil
        case .mine:
            guard let stored, let claim = stored.claim else { return .busy }
            // The write was answered with an error, and has taken effect: its own time is the only one known to be early
            // enough.
            held[key] = Held(
                claim: claim,
                entityTag: stored.entityTag,
                before: ServerMoment(date: stored.lastModified, received: clock.now),
                written: clock.now
            )
            return nil
        case .imported(let taskID, let volumeID):
            let claim = stored?.claim
            return .imported(
                ClaimedImport(
                    taskID: taskID,
                    volumeID: volumeID,
                    generation: claim?.generation ?? generation,
                    attempt: claim?.attempt,
                    isRejected: claim?.phase == .rejected,
                    isListed: false
                )
            )
        case .busy:
            return .busy
        }
    }

    /// Writes the claims that are not held, and those whose call was rejected.
    ///
    /// - Parameters:
    ///   - attempt: The attempt.
    ///   - generation: The generation.
    ///   - isCancelled: Whether a task was canceled.
    /// - Returns: ``ClaimObservation/held`` if the process holds all of them.
    mutating func acquire(
        attempt: Int,
        generation: Int,
        isCancelled: (_ taskID: String) -> Bool
    ) async throws(ServiceError) -> ClaimObservation {
        for key in keys {
            if let own = held[key], own.claim.attempt == attempt, calls[own.claim.nonce] == nil { continue }
            var superseded: [String] = []
            var entityTag: String?
            if let own = held.removeValue(forKey: key) {
                entityTag = own.entityTag
                superseded = own.claim.superseded
            } else if let stored = replaceable.removeValue(forKey: key) ?? nil {
                entityTag = stored.entityTag
                superseded = stored.claim.map { $0.superseded + [$0.taskID].compactMap(\.self) } ?? []
            }
            let claim = ImportClaim(
                nonce: newNonce(),
                lineage: lineage,
                generation: generation,
                attempt: attempt,
                phase: .claimed,
                superseded: superseded,
                addresses: addresses.map(\.description)
            )
            guard let before = latest else {
                throw ServiceError(outcome: .rejected, description: "the time by S3's clock is not known")
            }
            if let tag = try await write(claim, at: key, replacing: entityTag) {
                held[key] = Held(claim: claim, entityTag: tag, before: before, written: clock.now)
                written.insert(key)
                continue
            }
            if let observation = take(try await store.claim(key), at: key, generation, isCancelled) {
                return observation
            }
            guard held[key] != nil else { return .free }
        }
        return .held
    }

    /// Writes a claim; `nil` if the condition did not hold, or the response was lost: then the claim must be read.
    private func write(
        _ claim: ImportClaim,
        at key: ClaimKey,
        replacing entityTag: String?
    ) async throws(ServiceError) -> String? {
        if unconditionalBuckets.contains(key.folder.location.bucket) {
            // The server would replace any claim. One of a run that has ended is found by reading.
            guard try await store.claim(key)?.entityTag == entityTag else { return nil }
        }
        do throws(ServiceError) {
            return try await store.write(claim, at: key, replacing: entityTag)
        } catch  where error.outcome == .unknown {
            return nil
        }
    }

    private mutating func newNonce() -> String {
        let nonce = makeNonce()
        nonces.insert(nonce)
        return nonce
    }

    /// The time to sign the call with: one by S3's clock from before the claims were written.
    ///
    /// Of several claims it is the oldest one's. If it is old, the time at which the claim was written is read.
    mutating func signingTime() async throws(ServiceError) -> Int64? {
        var oldest: Int64?
        for key in keys {
            guard let own = held[key] else { return nil }
            var date = own.before.date
            if own.before.received.duration(to: clock.now) > .seconds(times.oldestSignature) {
                guard let stored = try await store.claim(key), stored.claim?.nonce == own.claim.nonce else {
                    return nil
                }
                date = max(date, stored.lastModified)
            }
            oldest = min(oldest ?? date, date)
        }
        return oldest
    }

    /// Whether a listing is recent enough for the claims: it must have begun at most six hours before they were written.
    func mayRely(onListingFrom began: ClockType.Instant) -> Bool {
        held.values.allSatisfy { began.duration(to: $0.written) <= .seconds(ConsistencyTimes.oldestListing) }
    }

    /// Notes that ImportVolume is called under the claims. Nothing is ever called twice under one claim.
    mutating func noteCall(_ call: ClaimStatus.Call) {
        for own in held.values { calls[own.claim.nonce] = call }
    }

    /// Gives the claims up, and counts them as another process's.
    mutating func drop() {
        held = [:]
        replaceable = [:]
    }

    /// Allows to replace a claim that is old enough and unchanged.
    mutating func takeOver(_ stored: StoredClaim, at key: ClaimKey) {
        replaceable[key] = .some(stored)
        guard let claim = stored.claim else { return }
        highestAttempt = max(highestAttempt, claim.attempt)
        highestGeneration = max(highestGeneration, claim.generation)
        if claim.lineage == lineage { abandonedAttempts.insert(claim.attempt) }
    }

    /// Allows to create a claim after the wait for a call that had none.
    mutating func takeOver(absent key: ClaimKey) {
        replaceable[key] = .some(nil)
    }

    /// Writes the result of the call into the claims that are held.
    ///
    /// - Returns: The first failure. The next process to see the task repairs it.
    mutating func write(
        _ phase: ImportClaim.Phase,
        taskID: String?,
        volumeID: String? = nil
    ) async -> ServiceError? {
        var failure: ServiceError?
        for key in keys {
            guard let own = held.removeValue(forKey: key) else { continue }
            let claim = own.claim.result(phase, taskID: taskID, volumeID: volumeID, nonce: newNonce())
            do throws(ServiceError) {
                guard let tag = try await store.write(claim, at: key, replacing: own.entityTag) else {
                    if phase == .rejected { failure = failure ?? Self.changed }
                    continue
                }
                held[key] = Held(claim: claim, entityTag: tag, before: own.before, written: clock.now)
                calls[claim.nonce] = .unknown
            } catch {
                failure = failure ?? error
            }
        }
        return failure
    }

    /// The phase of the claim of a task, as other runs may have written it; `nil` if the claim is of another task.
    func phase(of taskID: String) async throws(ServiceError) -> ImportClaim.Phase? {
        for key in keys {
            if let claim = try await store.claim(key)?.claim, claim.taskID == taskID { return claim.phase }
        }
        return nil
    }

    /// Writes the result of a task's call into claims that this process may not hold.
    ///
    /// A task's id goes into a claim only if the marker's attempt is the claim's.
    mutating func publish(
        _ phase: ImportClaim.Phase,
        marker: TaskMarker,
        taskID: String?,
        volumeID: String?
    ) async -> ServiceError? {
        if !held.isEmpty, held.values.allSatisfy({ $0.claim.attempt == marker.attempt }) {
            return await write(phase, taskID: taskID, volumeID: volumeID)
        }
        var failure: ServiceError?
        for key in keys {
            do throws(ServiceError) {
                // A concurrent repair of the claim makes the first write fail. A rejection must not be lost.
                let isWritten = try await publish(phase, at: key, marker: marker, taskID: taskID, volumeID: volumeID)
                guard !isWritten, phase == .rejected else { continue }
                let isRepeated = try await publish(phase, at: key, marker: marker, taskID: taskID, volumeID: volumeID)
                if !isRepeated { throw Self.changed }
            } catch {
                failure = failure ?? error
            }
        }
        return failure
    }

    /// - Returns: Whether the claim has the result, or is not to have it.
    private mutating func publish(
        _ phase: ImportClaim.Phase,
        at key: ClaimKey,
        marker: TaskMarker,
        taskID: String?,
        volumeID: String?
    ) async throws(ServiceError) -> Bool {
        guard let stored = try await store.claim(key), let earlier = stored.claim else { return true }
        if phase == .settled, earlier.phase == .rejected, earlier.taskID == taskID { throw .volumeRejected }
        guard
            earlier.generation == marker.generation, earlier.phase != .settled, earlier.phase != .rejected,
            earlier.taskID.map({ $0 == taskID }) ?? (earlier.attempt == marker.attempt && earlier.phase != .released)
        else { return true }
        if phase == .called, earlier.taskID != nil { return true }
        let claim = earlier.result(phase, taskID: taskID, volumeID: volumeID, nonce: newNonce())
        calls[claim.nonce] = .unknown
        return try await store.write(claim, at: key, replacing: stored.entityTag) != nil
    }

    private static var changed: ServiceError {
        ServiceError(outcome: .unknown, description: "another run changed it at the same time; run ferry apply again")
    }
}
