/// Passes on how far work has come, once a MiB and not for each chunk: whoever is reported may write it down.
struct ProgressSteps {
    private static let step: Int64 = 1 << 20

    private var reported: Int64 = 0

    /// Tells `progress` of `position`, the bytes done so far, if it was last reported of a MiB less.
    mutating func advance(to position: Int64, _ progress: (Int64) throws -> Void) rethrows {
        guard position - reported >= Self.step else { return }
        reported = position
        try progress(position)
    }
}
