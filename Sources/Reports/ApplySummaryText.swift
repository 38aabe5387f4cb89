package import TerminalText

/// The summary of an apply as text.
package struct ApplySummaryText {
    private let completed: Int
    private let failures: [String: String]
    private let unfinished: Int
    private let updated: Int
    private let forgotten: Int

    /// Summarizes an apply.
    ///
    /// - Parameters:
    ///   - completed: The number of imported volumes.
    ///   - failures: The reason for each failed import, by address.
    ///   - unfinished: The number of imports that a stop left unfinished.
    ///   - updated: The number of imports whose tags were changed.
    ///   - forgotten: The number of imports dropped from the state.
    package init(completed: Int, failures: [String: String], unfinished: Int, updated: Int, forgotten: Int) {
        self.completed = completed
        self.failures = failures
        self.unfinished = unfinished
        self.updated = updated
        self.forgotten = forgotten
    }

    /// The line of counts.
    package var summary: TerminalString {
        var text: TerminalString = "\nApplied: \(completed) \(completed == 1 ? "volume" : "volumes") imported"
        if !failures.isEmpty { text += ", \(failures.count) failed" }
        if unfinished > 0 { text += ", \(unfinished) left unfinished" }
        if updated > 0 { text += ", \(updated) updated" }
        if forgotten > 0 { text += ", \(forgotten) forgotten" }
        return text + ".\n"
    }

    /// A line for each failed import, by address, ending in a line break.
    package var failureLines: [TerminalString] {
        failures.sorted { $0.key < $1.key }
            .map { "failed: \($0.key): \($0.value)\n" }
    }

    /// The instruction to continue an unfinished apply.
    package var continuation: TerminalString { "Run ferry apply again to go on.\n" }
}
