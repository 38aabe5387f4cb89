package import Migration
package import StateStore

/// Replaces the state with an exported one.
package struct StateReplacement: Sendable {
    private let file: StateFile

    /// Replaces a state.
    package init(_ file: StateFile) {
        self.file = file
    }

    /// Replaces the state with the one in an exported file.
    ///
    /// - Parameters:
    ///   - path: The exported file.
    ///   - force: Whether to accept a state of another lineage, or an older one.
    /// - Returns: The new state.
    /// - Throws: ``StateReplacementError``; `StateError`.
    package func replace(withExported path: String, force: Bool) async throws -> MigrationState {
        guard let imported = try StateFile(path: path).readExported() else {
            throw StateReplacementError.notFound(path: path)
        }
        try await StateSession.with(file, command: "ferry state import") { session in
            let present = await session.state
            if !force, !present.imports.isEmpty || present.serial > 1 {
                guard imported.lineage == present.lineage else {
                    throw StateReplacementError.otherLineage(path: path, imported.lineage, present: present.lineage)
                }
                guard imported.serial >= present.serial else {
                    throw StateReplacementError.older(path: path, imported.serial, present: present.serial)
                }
            }
            try await session.replace(with: imported)
        }
        return imported
    }
}

/// The reason for not replacing a state.
package enum StateReplacementError: Error, Sendable {
    /// The exported file does not exist.
    case notFound(path: String)
    /// The exported state has another lineage.
    case otherLineage(path: String, String, present: String)
    /// The exported state has a lower serial.
    case older(path: String, Int, present: Int)
}

extension StateReplacementError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .notFound(let path): "\(path): no such file"
        case .otherLineage(let path, let lineage, let present):
            "\(path) is of lineage \(lineage), the state of \(present); --force takes it"
        case .older(let path, let serial, let present):
            "\(path) has serial \(serial), the state \(present); --force takes it"
        }
    }
}
