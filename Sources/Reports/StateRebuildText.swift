package import Migration
package import TerminalText

/// The result of `ferry state rebuild` as text: one line for each import, then what belongs to none.
package struct StateRebuildText {
    private let summary: StateRebuildSummary

    /// Renders a summary.
    package init(_ summary: StateRebuildSummary) {
        self.summary = summary
    }

    /// The text.
    package var text: TerminalString {
        var text: TerminalString = ""
        for item in summary.imports {
            text += "\(Self.padded(item.phase))  \(item.address): \(Self.names(item.volume, item.task))\n"
        }
        for item in summary.carried {
            let names = Self.names(item.volume, item.task)
            text +=
                "\(Self.padded("carried"))  \(item.address)\(names.isEmpty ? "" : ": ")\(names), \(item.phase) as before\n"
        }
        for address in summary.missing { text += "\(Self.padded("no trace"))  \(address)\n" }
        for item in summary.unmatched {
            text += "\(Self.padded("not tied"))  \(Self.names(item.volume, item.task)): \(Self.reason(item))\n"
        }
        for name in summary.kept { text += "\(Self.padded("kept"))  \(name)\n" }
        let count = summary.imports.count + summary.carried.count
        return text + "\nThe state holds \(count) \(count == 1 ? "import" : "imports") of lineage \(summary.lineage).\n"
    }

    private static func reason(_ item: StateRebuildSummary.UnmatchedResource) -> String {
        switch (item.reason, item.address) {
        case ("otherContent", let address?): "\(address) stands for another image by now"
        case ("unknownContent", let address?): "its tags do not tell which image of \(address) it was made of"
        case (_, let address?): "no migration manifest here names \(address)"
        case (_, nil): "no migration manifest here names its import"
        }
    }

    private static func names(_ volume: String?, _ task: String?) -> String {
        [volume, task].compactMap(\.self).joined(separator: ", ")
    }

    private static func padded(_ word: String) -> String {
        word + String(repeating: " ", count: max(0, 10 - word.count))
    }
}
