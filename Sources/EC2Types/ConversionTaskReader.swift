import XML

/// Picks the tasks out of an answer of DescribeConversionTasks or ImportVolume as it arrives, one in memory at a time.
///
/// AWS's page of the operation nests the fields in `conversionTask` below each item; its clients read them from the item
/// itself. Both are taken.
package final class ConversionTaskReader: XMLByteHandler {
    // A task's description and messages have some hundreds of bytes, its URL some thousands, its tags 50 times 400.
    private static let mostElements = 1_000
    private static let longestText = 1 << 20
    private static let deepestNesting = 64

    // A long list has millions of events, and Swift would check each access at run time. None overlaps another: the parser
    // makes one call at a time, and no method below calls another one or the parser.
    @exclusivity(unchecked)
    private var state = ConversionTaskState(
        mostElements: mostElements,
        longestText: longestText,
        deepestNesting: deepestNesting
    )

    /// The request's id, once it was read.
    package var requestID: String? { state.requestID }
    /// How many tasks were found that import no volume.
    package var skipped: Int { state.skipped }

    /// Starts before the first byte of a document.
    package init() {}

    /// The tasks found since this was last asked for.
    package func takeFound() -> [ConversionTask] {
        defer { state.found.removeAll(keepingCapacity: true) }
        return state.found
    }

    package func number(of name: String) -> UInt8 { ConversionTaskState.number(of: name) }

    package func start(_ number: UInt8) throws { try state.start(number) }

    package func text(_ bytes: UnsafeBufferPointer<UInt8>) throws { try state.text(bytes) }

    package func end(_ number: UInt8) throws { try state.end(number) }
}
