import FileSystem

/// Inspection of images that are no files of this machine.
extension DiskImageInspector {
    /// So much is fetched at a time at least: most headers and tables lie side by side, and a request costs more than its
    /// bytes.
    private static let piece: Int64 = 64 << 10
    /// The most that is fetched of one image, in bytes: all the tables that may be read, and what comes with them.
    private static let mostFetched: Int64 = 64 << 20
    /// The most grain tables that are fetched: each is a request, and they tell no more than how much is stored.
    private static let fetchedTables = 32

    /// How far an image could be inspected.
    private enum Step: Sendable {
        case facts(DiskImageFacts)
        /// These bytes must be fetched first.
        case needs(Range<Int64>)
    }

    /// Inspects an image of which `fetch` gives what is asked for: its beginning and end, and the tables in between.
    ///
    /// - Parameters:
    ///   - path: Where the image is, for messages.
    ///   - fileName: The name of the image; its suffix counts as that of a file does.
    ///   - byteCount: The image's length in bytes.
    ///   - declared: The format the image is expected to have; see ``inspect(path:declared:)``.
    ///   - fetch: Gives the bytes of a range, all of them of one state of the image.
    /// - Throws: `DiskImageError` if the image can't be read; what `fetch` throws.
    package static func inspect(
        path: String,
        fileName: String,
        byteCount: Int64,
        declared: DiskImageFormat? = nil,
        fetch: (Range<Int64>) async throws -> [UInt8]
    ) async throws -> DiskImageFacts {
        let fetched = FetchedBytes(byteCount: byteCount)
        var total: Int64 = 0
        while true {
            let step = try await BlockingExecutor.shared.run { () throws(DiskImageError) in
                try inspect(fetched, path: path, fileName: fileName, declared: declared)
            }
            guard case .needs(let range) = step else {
                if case .facts(let facts) = step { return facts }
                continue
            }
            let whole = widened(range, byteCount: byteCount)
            total += Int64(whole.count)
            guard total <= mostFetched else {
                let limit = UInt64(mostFetched)
                throw DiskImageError(path: path, reason: .overLimit(.memory, value: UInt64(total), limit: limit))
            }
            let bytes = try await fetch(whole)
            guard bytes.count == whole.count else { throw DiskImageError(path: path, reason: .changedWhileRead) }
            fetched.add(bytes, at: whole.lowerBound)
        }
    }

    private static func inspect(
        _ fetched: FetchedBytes,
        path: String,
        fileName: String,
        declared: DiskImageFormat?
    ) throws(DiskImageError) -> Step {
        var limits = DiskImageReadingLimits.default
        limits.inspectedTables = fetchedTables
        do throws(DiskImageError) {
            let file = try ImageFile(path: path, name: fileName, fetched: fetched)
            return .facts(try DiskImage.open(file, declared: declared, limits: limits).facts)
        } catch {
            guard error.reason == .notFetched, let range = fetched.takeMissing() else { throw error }
            return .needs(range)
        }
    }

    /// A range and what lies beside it.
    static func widened(_ range: Range<Int64>, byteCount: Int64) -> Range<Int64> {
        let tail = max(0, byteCount - piece)
        if range.lowerBound >= tail { return tail..<byteCount }
        let start = range.lowerBound / piece * piece
        let end = range.upperBound > tail ? byteCount : (range.upperBound + piece - 1) / piece * piece
        return start..<min(end, byteCount)
    }
}
