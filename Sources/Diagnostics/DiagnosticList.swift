/// Gathers the diagnostics of one file: each once, and no more than a person could use.
package struct DiagnosticList: Sendable {
    /// The most diagnostics of one file. A hundred thousand imports with one slip in a template would be as many.
    package static let most = 10_000

    private struct Key: Hashable {
        var code: DiagnosticCode
        var start: SourcePosition?
        var message: String
    }

    private var seen: Set<Key> = []
    private var kept: [Diagnostic] = []
    private var dropped = 0

    /// An empty list.
    package init() {}

    /// Adds a diagnostic, unless the same has been said about the same place.
    package mutating func add(_ diagnostic: Diagnostic) {
        guard kept.count < Self.most else {
            dropped += 1
            return
        }
        let start = diagnostic.location?.range.start
        guard seen.insert(Key(code: diagnostic.code, start: start, message: diagnostic.message)).inserted else {
            return
        }
        kept.append(diagnostic)
    }

    /// Adds several.
    package mutating func add(_ diagnostics: some Sequence<Diagnostic>) {
        for diagnostic in diagnostics { add(diagnostic) }
    }

    /// What was gathered, and a note of how much was not.
    package var all: [Diagnostic] {
        guard dropped > 0, let last = kept.last else { return kept }
        let message = "\(kept.count) problems of this file are shown, and \(dropped) more reports are not"
        return kept + [Diagnostic(.excessive, message, at: last.location, severity: .note)]
    }
}
