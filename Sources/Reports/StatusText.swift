package import Migration
package import TerminalText
import WireEncoding

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
    package var text: TerminalString {
        guard !state.imports.isEmpty else { return "The state holds no imports.\n" }
        let records = state.imports.sorted { $0.key < $1.key }
            .map { (TextWidth.sanitizedForTerminal($0.key.description), $0.value) }
        let width = records.map { TextWidth.columns($0.0) }.max() ?? 0
        var text: TerminalString = ""
        for (name, record) in records {
            let phase = record.phase.name.rawValue
            let gap = String(repeating: " ", count: max(0, 10 - phase.count))
            let time = style.dimmed(ISO8601Time.text(record.updated))
            text +=
                "\(TextWidth.padded(name, to: width))  \(style.coloured(phase, Self.colour(of: record.phase)))\(gap)  \(time)  \(detail(of: record))\n"
        }
        return text
    }

    private func detail(of record: ImportRecord) -> String {
        let image = "\(record.subject.volumeSize) GiB from \(record.subject.image.path)"
        let text =
            switch record.phase {
            case .staging, .requested: image
            case .converting(let conversion):
                "\(conversion.taskID)  \(image)" + (conversion.statusMessage.map { "; EC2: \($0)" } ?? "")
            case .completed(_, let volumeID), .settled(_, let volumeID): "\(volumeID)  \(image)"
            case .failed(let taskID, let message): (taskID.map { "\($0)  " } ?? "") + message
            case .rejected(_, let volumeID, let message):
                "\(volumeID) was rejected: \(message); --replace imports again"
            }
        return text
    }

    private static func colour(of phase: ImportPhase) -> TextStyle.Colour {
        switch phase {
        case .settled, .completed: .green
        case .failed, .rejected: .red
        case .staging, .requested, .converting: .cyan
        }
    }
}
