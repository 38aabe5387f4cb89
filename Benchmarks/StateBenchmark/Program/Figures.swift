import Migration
import StateStore

/// What the recording of events took.
struct Figures {
    /// The seconds of the clock, without ``close``.
    private var clock = 0.0
    /// The seconds of this process's processors, without closing.
    private var processor = 0.0
    /// How often the disk was waited for.
    private var syncs = 0
    /// The clock's seconds that the closing of the sessions took.
    private var close = 0.0
    private var sessions = 0

    /// Adds what a body takes.
    mutating func measure(syncsOf storage: CountingStorage, _ body: () async throws -> Void) async throws {
        let (before, count) = (Usage.now, storage.count)
        try await body()
        let after = Usage.now
        clock += after.clock - before.clock
        processor += after.processor - before.processor
        syncs += storage.count - count
    }

    /// Closes a session, and adds what that takes.
    mutating func close(_ session: StateSession) async throws {
        let before = Usage.now
        try await session.close()
        close += Usage.now.clock - before.clock
        sessions += 1
    }

    /// Prints the figures as JSON.
    func print(events: Int) {
        Swift.print(
            """
            {"events": \(events), "syncs": \(syncs), "clock": \(clock), "processor": \(processor), "close": \(close), \
            "sessions": \(sessions)}
            """
        )
    }
}
