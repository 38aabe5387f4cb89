package import Migration

/// The reason for not writing a rebuilt state.
package enum RebuildRefusal: Error, Sendable {
    /// Files of a state exist.
    case stateExists([String])
    /// AWS lists imports that no migration manifest names, so the state would be incomplete.
    case unnamedImports([StateRebuildSummary.UnmatchedResource])
}

extension RebuildRefusal: CustomStringConvertible {
    package var description: String {
        switch self {
        case .stateExists(let files):
            return
                "\(files.joined(separator: ", ")): there already; with --force it is kept as FILE.replaced, and replaced"
        case .unnamedImports(let unnamed):
            let shown = unnamed.prefix(5).map { item in
                let names = [item.volume, item.task].compactMap(\.self).joined(separator: ", ")
                return item.address.map { "\(names) of \($0)" } ?? names
            }
            let others = unnamed.count > shown.count ? " and \(unnamed.count - shown.count) more" : ""
            return
                "AWS knows of imports that no migration manifest here names: \(shown.joined(separator: "; "))\(others). "
                + "Name all migration manifests of this state, or an apply of the others may import them again; if they are of "
                + "another state, --partial leaves them out"
        }
    }
}
