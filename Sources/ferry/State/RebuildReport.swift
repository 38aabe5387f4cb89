import Execution
import Migration

/// What `ferry state rebuild` has found: the form of `--json`, and the text for a person.
struct RebuildReport: Encodable {
    /// An import that is in the state again.
    struct Import: Encodable {
        var address: String
        var phase: String
        var task: String?
        var volume: String?
    }

    /// A task or a volume that belongs to no import.
    struct Untied: Encodable {
        var reason: String
        var task: String?
        var volume: String?
        var address: String?
    }

    let version = 1
    let lineage: String
    let serial: Int
    let imports: [Import]
    let carried: [Import]
    let missing: [String]
    let untied: [Untied]
    let kept: [String]

    /// Reports a state that was rebuilt.
    ///
    /// - Parameters:
    ///   - rebuilt: What was found.
    ///   - state: The state as it was written.
    ///   - kept: The names under which the files that were there are kept.
    init(_ rebuilt: RebuiltState, state: MigrationState, kept: [String]) {
        lineage = state.lineage
        serial = state.serial
        imports = Self.imports(rebuilt.imports)
        carried = Self.imports(rebuilt.carried)
        missing = rebuilt.missing.map(\.description)
        untied = rebuilt.untied.map {
            Untied(reason: $0.reason.rawValue, task: $0.task, volume: $0.volume, address: $0.address)
        }
        self.kept = kept
    }

    /// Why a state is not written that would not hold what others did, and what to do.
    static func refusal(_ unnamed: [RebuiltState.Untied]) -> String {
        let shown = unnamed.prefix(5).map { item in
            let names = [item.volume, item.task].compactMap(\.self).joined(separator: ", ")
            return item.address.map { "\(names) of \($0)" } ?? names
        }
        let others = unnamed.count > shown.count ? " and \(unnamed.count - shown.count) more" : ""
        return "AWS knows of imports that no migration manifest here names: \(shown.joined(separator: "; "))\(others). "
            + "Name all migration manifests of this state, or an apply of the others may import them again; if they are of "
            + "another state, --partial leaves them out"
    }

    private static func imports(_ records: [ImportAddress: ImportRecord]) -> [Import] {
        records.sorted { $0.key < $1.key }.map { address, record in
            Import(
                address: address.description,
                phase: record.phase.name.rawValue,
                task: record.phase.taskID,
                volume: record.phase.volumeID
            )
        }
    }

    /// A line an import, and then what belongs to none.
    var text: String {
        var text = ""
        for item in imports {
            let names = [item.volume, item.task].compactMap(\.self).joined(separator: ", ")
            text += "\(Self.padded(item.phase))  \(item.address): \(names)\n"
        }
        for item in carried {
            let names = [item.volume, item.task].compactMap(\.self).joined(separator: ", ")
            text +=
                "\(Self.padded("carried"))  \(item.address)\(names.isEmpty ? "" : ": ")\(names), \(item.phase) as before\n"
        }
        for address in missing { text += "\(Self.padded("no trace"))  \(address)\n" }
        for item in untied {
            let names = [item.volume, item.task].compactMap(\.self).joined(separator: ", ")
            let why =
                switch (item.reason, item.address) {
                case (RebuiltState.Untied.Reason.otherContent.rawValue, let address?):
                    "\(address) stands for another image by now"
                case (RebuiltState.Untied.Reason.unknownContent.rawValue, let address?):
                    "its tags do not tell which image of \(address) it was made of"
                case (_, let address?): "no migration manifest here names \(address)"
                case (_, nil): "no migration manifest here names its import"
                }
            text += "\(Self.padded("not tied"))  \(names): \(why)\n"
        }
        for name in kept { text += "\(Self.padded("kept"))  \(name)\n" }
        let count = imports.count + carried.count
        return text + "\nThe state holds \(count) \(count == 1 ? "import" : "imports") of lineage \(lineage).\n"
    }

    private static func padded(_ word: String) -> String {
        word + String(repeating: " ", count: max(0, 10 - word.count))
    }
}
