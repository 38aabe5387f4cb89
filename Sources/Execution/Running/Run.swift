import DiskImages
import EC2Types
import Hashing
import Migration
import StateStore

/// One run of the executor: what all its imports share.
struct Run<ClockType: Clock>: Sendable where ClockType.Duration == Duration {
    let executor: Executor<ClockType>
    let monitor: ConversionMonitor<ClockType>
    let ledgers: StagingLedgers
    let ends: ConversionEnds
    /// The highest attempt of each address that a task bears, by the address's hash: an address that was forgotten, or whose
    /// record is lost, has tasks of which the state knows nothing.
    let attempts: [UInt64: Int]
    /// What EC2 said at the beginning of the tasks that changes adopt.
    let adopted: [String: ConversionTask]
    /// The digests of images that are converted for several groups: none of them may take the file from another.
    let sharedConversions: Set<SHA256Digest>
    let uploads: Slots
    let conversions: Slots
    let requests: RateLimiter<ClockType>?
    let bandwidth: RateLimiter<ClockType>?

    var session: StateSession { executor.session }
    var stop: StopSignal { executor.stop }

    /// Takes all imports of one image to their ends.
    ///
    /// - Throws: An error of the state only; what fails for the image or for one import is in the outcomes.
    func process(_ group: ImageGroup) async throws -> [ImportOutcome] {
        if stop.isRequested { return group.changes.map { ImportOutcome(address: $0.address, end: .unfinished) } }
        if let failure = ledgers.failures[group.location] { return try await fail(group, failure) }
        let staged: StagedImage?
        do {
            staged = try await stage(group)
        } catch let error as StateError {
            throw error
        } catch let error as StateTransitionError {
            throw error
        } catch {
            return try await fail(group, error)
        }
        return try await withThrowingTaskGroup(of: ImportOutcome.self) { tasks in
            for change in group.changes {
                tasks.addTask { try await process(change, of: group, staged: staged) }
            }
            var outcomes: [ImportOutcome] = []
            for try await outcome in tasks { outcomes.append(outcome) }
            return outcomes
        }
    }

    /// The image could not be staged: its imports fail, and those that EC2 has already go on.
    private func fail(_ group: ImageGroup, _ error: any Error) async throws -> [ImportOutcome] {
        if stop.isRequested || error is CancellationError {
            return group.changes.map { ImportOutcome(address: $0.address, end: .unfinished) }
        }
        let message = "\(error)"
        var outcomes: [ImportOutcome] = []
        for change in group.changes {
            if change.action.makesVolume, !group.continued.contains(change.address) {
                // The record stays in its phase: the next run goes on with the parts that are there.
                executor.report(.failed(change.address, message: message))
                outcomes.append(ImportOutcome(address: change.address, end: .failed(message: message)))
            } else {
                outcomes.append(try await process(change, of: group, staged: nil))
            }
        }
        return outcomes
    }

    /// Gives a conversion slot back when a task ends that no pipeline waits for, and notes how it did.
    func giveBackSlot(whenEnded taskID: String) async {
        let (conversions, ends) = (conversions, ends)
        await monitor.watch(taskID) { end in
            conversions.giveBack()
            switch end {
            case .completed(let volumeID): ends.note(.completed(volumeID: volumeID), of: taskID)
            case .cancelled(let message): ends.note(.cancelled(message: message), of: taskID)
            case .vanished, .stopped: break
            }
        }
    }

    private func process(_ change: Change, of group: ImageGroup, staged: StagedImage?) async throws -> ImportOutcome {
        guard let desired = change.desired else {
            return ImportOutcome(address: change.address, end: .unfinished)
        }
        var pipeline = ImportPipeline(
            run: self,
            desired: desired,
            staged: staged,
            holdsSlot: group.continued.contains(change.address)
        )
        let end: ImportOutcome.End
        do {
            end = try await pipeline.perform(change)
        } catch is CancellationError {
            end = .unfinished
        }
        // Also of an import that is left converting because the run stops: others wait for the slot to see that.
        pipeline.giveBackSlot()
        if case .failed(let message) = end { executor.report(.failed(change.address, message: message)) }
        return ImportOutcome(address: change.address, end: end)
    }
}
