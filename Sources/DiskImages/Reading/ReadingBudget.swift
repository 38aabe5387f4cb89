/// The memory one image may still take; shared by all of its extents.
final class ReadingBudget {
    let limits: DiskImageReadingLimits
    private var taken = 0

    init(_ limits: DiskImageReadingLimits) {
        self.limits = limits
    }

    /// Takes `count` bytes, or throws before anything is allocated.
    func take(_ count: Int, for structure: ImageStructure, path: String) throws(DiskImageError) {
        let (sum, overflow) = taken.addingReportingOverflow(count)
        guard !overflow, sum <= limits.memory else {
            throw DiskImageError(
                path: path,
                reason: .overLimit(
                    structure,
                    value: overflow ? .max : UInt64(clamping: sum),
                    limit: UInt64(clamping: limits.memory)
                )
            )
        }
        taken = sum
    }

    /// Gives back bytes that were taken.
    func release(_ count: Int) {
        taken -= min(count, taken)
    }
}
