package import Migration
package import StateStore

/// Reads the recorded state for the commands that print it.
package struct StateReader: Sendable {
    private let file: StateFile

    /// Reads a state's files.
    package init(_ file: StateFile) {
        self.file = file
    }

    /// The state, with the steps of its journal.
    ///
    /// - Throws: ``StateSelectionError/noState(path:)`` if nothing was ever recorded; `StateError`.
    package func state() throws -> MigrationState {
        guard let state = try file.read() else { throw StateSelectionError.noState(path: file.path) }
        return state
    }

    /// The state with a single import.
    ///
    /// - Parameter address: The import's address, as typed.
    /// - Throws: ``StateSelectionError``; `StateError`.
    package func state(of address: String) throws -> MigrationState {
        let state = try state()
        let address = try state.recordedAddress(address)
        return MigrationState(
            lineage: state.lineage,
            serial: state.serial,
            imports: state.imports.filter { $0.key == address }
        )
    }
}
