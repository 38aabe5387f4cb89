/// Passes on how far work has come, once a MiB and not for each chunk: whoever is told may write it down.
struct ProgressSteps {
    private static let step: Int64 = 1 << 20

    private var told: Int64 = 0

    /// Tells `progress` of `position`, the bytes done so far, if it was last told of a MiB less.
    mutating func advance(to position: Int64, _ progress: (Int64) throws -> Void) rethrows {
        guard position - told >= Self.step else { return }
        told = position
        try progress(position)
    }
}
