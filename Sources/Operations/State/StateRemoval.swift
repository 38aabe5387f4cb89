package import Migration
package import StateStore

/// Removes records from the state. Tasks and volumes remain.
package struct StateRemoval: Sendable {
    private let file: StateFile

    /// Removes records from a state.
    package init(_ file: StateFile) {
        self.file = file
    }

    /// Removes the records of imports.
    ///
    /// - Parameters:
    ///   - addresses: The imports' addresses, as typed.
    ///   - force: Whether to remove imports that EC2 may be converting.
    ///   - report: Takes each address after its record was removed.
    /// - Throws: ``StateSelectionError``, before anything is removed; `StateError`.
    package func remove(_ addresses: [String], force: Bool, report: (ImportAddress) -> Void) async throws {
        try await StateSession.with(file, command: "ferry state rm") { session in
            let state = await session.state
            let recorded = try addresses.map { try state.recordedAddress($0) }
            if !force, let address = recorded.first(where: { state.imports[$0]?.mayBeConverting == true }) {
                throw StateSelectionError.mayBeConverting(address)
            }
            for address in recorded {
                try await session.record(.forgotten, of: address)
                report(address)
            }
        }
    }
}
