/// Picks the tasks out of an answer of DescribeConversionTasks as it arrives, one in memory at a time.
final class ConversionTaskStream: XMLHandler {
    // A task's description and messages have some hundreds of bytes, its URL some thousands, its tags 50 times 400.
    private static let mostElements = 1_000
    private static let longestText = 1 << 20

    /// How many tasks were found that import no volume.
    private(set) var skipped = 0
    private var found: [ConversionTask] = []
    private var path: [String] = []
    private var builder: XMLElementBuilder?
    private var builderDepth = 0

    /// The tasks found since this was last asked for.
    func takeFound() -> [ConversionTask] {
        defer { found.removeAll(keepingCapacity: true) }
        return found
    }

    func start(_ element: String, attributes: [String: String]) throws {
        if builder == nil, element == "item", path.last == "conversionTasks" {
            builder = XMLElementBuilder(mostElements: Self.mostElements, longestText: Self.longestText)
            builderDepth = path.count
        }
        path.append(element)
        try builder?.start(element, attributes: attributes)
    }

    func text(_ text: String) throws {
        try builder?.text(text)
    }

    func end(_ element: String) throws {
        path.removeLast()
        guard let builder else { return }
        builder.end(element)
        guard path.count == builderDepth else { return }
        self.builder = nil
        guard let root = builder.root else { return }
        if let task = try ConversionTask(root) {
            found.append(task)
        } else {
            skipped += 1
        }
    }
}
