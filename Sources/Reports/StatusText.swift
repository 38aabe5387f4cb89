package import Migration
import TerminalText

/// What the state says, one line an import.
package struct StatusText: Sendable {
    private let state: MigrationState
    private let style: TextStyle

    /// Renders a state.
    package init(_ state: MigrationState, style: TextStyle) {
        self.state = state
        self.style = style
    }

    /// The whole text, ending in a line break.
    package var text: String {
        guard !state.imports.isEmpty else { return "The state holds no imports.\n" }
        let records = state.imports.sorted { $0.key < $1.key }
        let width = records.map(\.key.description.count).max() ?? 0
        var text = ""
        for (address, record) in records {
            let name = address.description
            let padding = String(repeating: " ", count: width - name.count)
            let phase = record.phase.name.rawValue
            let gap = String(repeating: " ", count: max(0, 10 - phase.count))
            text +=
                "\(name)\(padding)  \(style.coloured(phase, Self.colour(of: record.phase)))\(gap)  \(detail(of: record))\n"
        }
        return text
    }

    private func detail(of record: ImportRecord) -> String {
        let path = TextWidth.sanitizedForTerminal(record.subject.image.path)
        let what = "\(record.subject.volumeSize) GiB from \(path)"
        return switch record.phase {
        case .staging, .requested: what
        case .converting(let conversion): "\(conversion.taskID)  \(what)"
        case .completed(_, let volumeID), .settled(_, let volumeID): "\(volumeID)  \(what)"
        case .failed(_, let message): TextWidth.sanitizedForTerminal(message)
        case .rejected(_, let volumeID, let message):
            "\(volumeID) was rejected: \(TextWidth.sanitizedForTerminal(message)); --replace imports again"
        }
    }

    private static func colour(of phase: ImportPhase) -> TextStyle.Colour {
        switch phase {
        case .settled, .completed: .green
        case .failed, .rejected: .red
        case .staging, .requested, .converting: .cyan
        }
    }
}
