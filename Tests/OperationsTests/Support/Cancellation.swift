import Operations

/// Cancels at once, or never.
struct Cancellation: CancellationCheck {
    struct Requested: Error {}
    var isRequested = false

    func check() throws { if isRequested { throw Requested() } }

    func wait() async throws -> Never {
        while true {
            try check()
            try await Task.sleep(for: .seconds(3600))
        }
    }
}
