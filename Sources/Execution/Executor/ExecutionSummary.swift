import Migration

/// How a run ended.
package struct ExecutionSummary: Sendable {
    /// The imports that have a volume now, with its id.
    package var completed: [String: String] = [:]
    /// The imports whose tags were changed.
    package var updated: [String] = []
    /// The imports that have none, with the reason.
    package var failed: [String: String] = [:]
    /// The imports that are not done because the run was stopped.
    package var unfinished: [String] = []
    /// The addresses that were dropped from the state.
    package var forgotten: [String] = []

    /// Whether everything is done.
    package var isComplete: Bool { failed.isEmpty && unfinished.isEmpty }

    /// Adds the outcome of an update.
    mutating func add(update outcome: ImportOutcome) {
        if case .completed = outcome.end { updated.append(outcome.address.description) } else { add(outcome) }
    }

    /// Adds the outcome of an import.
    mutating func add(_ outcome: ImportOutcome) {
        let name = outcome.address.description
        switch outcome.end {
        case .completed(let volumeID): completed[name] = volumeID
        case .failed(let message): failed[name] = message
        case .forgotten: forgotten.append(name)
        case .unfinished: unfinished.append(name)
        }
    }
}
