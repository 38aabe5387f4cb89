package import Migration
package import StateStore

/// Renames imports in the state. Tasks and volumes remain.
package struct StateMove: Sendable {
    private let file: StateFile

    /// Renames imports of a state.
    package init(_ file: StateFile) {
        self.file = file
    }

    /// Renames an import, or all zones of one.
    ///
    /// - Parameters:
    ///   - source: The present address, or its part before the zone: `manifest/image`.
    ///   - target: The new address in the same form.
    ///   - report: Takes each pair of addresses after the record was moved.
    /// - Throws: ``StateSelectionError``, before anything is moved; `StateError`.
    package func move(
        _ source: String,
        to target: String,
        report: (ImportAddress, ImportAddress) -> Void
    ) async throws {
        try await StateSession.with(file, command: "ferry state mv") { session in
            let state = await session.state
            for (old, new) in try Self.pairs(source, target, in: state) {
                guard let record = state.imports[old] else { throw StateSelectionError.notRecorded(old) }
                guard state.imports[new] == nil else { throw StateSelectionError.alreadyRecorded(new) }
                guard !record.mayBeConverting else { throw StateSelectionError.mayBeConverting(old) }
                try await session.record(.moved(from: old, record.subject.renamed(to: new)), of: new)
                report(old, new)
            }
        }
    }

    private static func pairs(
        _ source: String,
        _ target: String,
        in state: MigrationState
    ) throws(StateSelectionError) -> [(ImportAddress, ImportAddress)] {
        if let old = ImportAddress(source) {
            guard let new = ImportAddress(target), new.zone == old.zone else { throw .malformedAddress(target) }
            return [(old, new)]
        }
        let (from, to) = (source.split(separator: "/"), target.split(separator: "/"))
        guard from.count == 2 else { throw .malformedAddress(source) }
        guard to.count == 2, !target.contains("@") else { throw .malformedAddress(target) }
        let matching = state.imports.keys.filter { $0.manifest == from[0] && $0.image == from[1] }.sorted()
        guard !matching.isEmpty else { throw .malformedAddress(source) }
        return matching.map { old in
            (old, ImportAddress(manifest: String(to[0]), image: String(to[1]), zone: old.zone))
        }
    }
}
