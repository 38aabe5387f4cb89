/// Reports the progress of work once a MiB, not for each chunk: a report may be written to a file.
struct ProgressSteps {
    private static let step: Int64 = 1 << 20

    private var reported: Int64 = 0

    /// Calls `progress` with `position`, the bytes done so far, if the last report was at least a MiB before it.
    mutating func advance(to position: Int64, _ progress: (Int64) throws -> Void) rethrows {
        guard position - reported >= Self.step else { return }
        reported = position
        try progress(position)
    }
}
