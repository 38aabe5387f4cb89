package import Migration
package import TerminalText

/// What happens during a run as lines of text, one a change of state.
package enum EventText {
    /// The line for an event; `nil` for events that only move a counter.
    package static func line(for event: MigrationEvent) -> TerminalString? {
        text(for: event).map { TerminalString($0) }
    }

    private static func text(for event: MigrationEvent) -> String? {
        switch event {
        case .stagingBegan(let image, let imports, let parts, let present):
            let reused = present > 0 ? ", \(present) of them there already" : ""
            return "staging     \(image): \(parts) parts\(reused), for \(names(imports))"
        case .repackaging(let image, let repackaging):
            return "rewriting   \(image) as \(repackaging.rawValue)"
        case .partStaged, .converted:
            return nil
        case .staged(let image, _):
            return "staged      \(image)"
        case .requested(let address, let attempt):
            return "importing   \(address)" + (attempt > 1 ? " (attempt \(attempt))" : "")
        case .reconciling(let address, let reason):
            return "reconciling \(address): \(reason)"
        case .waitingForClaim(let address, let seconds):
            let time = seconds < 120 ? "\(seconds) s" : "\((seconds + 59) / 60) min"
            return "waiting     \(address): another run may have called ImportVolume; continues in \(time) at most"
        case .converting(let address, let taskID):
            return "converting  \(address): \(taskID)"
        case .completed(let address, let volumeID):
            return "completed   \(address): \(volumeID)"
        case .settled(let address, let volumeID):
            return "settled     \(address): \(volumeID)"
        case .forgotten(let address):
            return "forgotten   \(address)"
        case .failed(let address, let message):
            return "failed      \(address): \(message)"
        case .stopping:
            return "stopping: nothing new is begun; conversions go on in EC2. Press Ctrl-C again to stop at once"
        }
    }

    private static func names(_ addresses: [ImportAddress]) -> String {
        guard addresses.count > 3 else { return addresses.map(\.description).joined(separator: ", ") }
        return "\(addresses.count) imports"
    }
}
