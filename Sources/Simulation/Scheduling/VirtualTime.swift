/// A point of virtual time.
package struct VirtualInstant: InstantProtocol, Hashable, Sendable {
    /// The milliseconds since the history began.
    package var milliseconds: Int

    package func advanced(by duration: Duration) -> VirtualInstant {
        let (seconds, attoseconds) = duration.components
        // Rounded up, so that nothing that waits for a while wakes before it is over.
        let fraction = (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000
        return VirtualInstant(milliseconds: milliseconds + Int(seconds) * 1000 + Int(fraction))
    }

    package func duration(to other: VirtualInstant) -> Duration {
        .milliseconds(other.milliseconds - milliseconds)
    }

    package static func < (left: VirtualInstant, right: VirtualInstant) -> Bool {
        left.milliseconds < right.milliseconds
    }
}

/// The clock of a simulated process. Its sleepers wake when the world's time comes, or when the process dies.
struct VirtualClock: Clock {
    let process: SimulatedProcess

    var now: VirtualInstant { process.world.scheduler.now }
    var minimumResolution: Duration { .milliseconds(1) }

    func sleep(until deadline: VirtualInstant, tolerance: Duration?) async throws {
        try Task.checkCancellation()
        await process.wait(until: deadline)
        try Task.checkCancellation()
    }
}
