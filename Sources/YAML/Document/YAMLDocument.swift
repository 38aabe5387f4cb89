package import Diagnostics

/// The nodes of one YAML file in a few flat arrays.
package final class YAMLDocument: Sendable {
    /// The file it was read from.
    package let file: SourceFile
    let store: NodeStore
    /// The lines whose indentation was guessed.
    let mendedLines: [Int]
    /// The lines on which bytes were replaced by U+FFFD.
    let replacedLines: Set<Int>

    init(
        file: SourceFile,
        store: NodeStore,
        mendedLines: [Int],
        replacedLines: Set<Int>
    ) {
        self.file = file
        self.store = store
        self.mendedLines = mendedLines
        self.replacedLines = replacedLines
    }

    /// The top node; `nil` if the file has none.
    package var root: YAMLNode? {
        store.records.isEmpty ? nil : YAMLNode(document: self, place: 0)
    }

    /// Whether the indentation of one of these lines was guessed.
    func hasMendedLine(in lines: ClosedRange<Int>) -> Bool {
        guard !mendedLines.isEmpty else { return false }
        var low = 0
        var high = mendedLines.count
        while low < high {
            let middle = (low + high) / 2
            if mendedLines[middle] < lines.lowerBound { low = middle + 1 } else { high = middle }
        }
        return low < mendedLines.count && mendedLines[low] <= lines.upperBound
    }
}
