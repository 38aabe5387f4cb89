import Migration

/// Why a plan file cannot be used.
package enum PlanFileError: Error, Hashable, Sendable {
    /// It cannot be opened or read.
    case unreadable(path: String, reason: String)
    /// It cannot be written.
    case unwritable(path: String, reason: String)
    /// It is not a plan, or not a whole one.
    case damaged(path: String, reason: String)
    /// Another version of ferry wrote it.
    case newerVersion(path: String, version: Int)
}

extension PlanFileError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .unreadable(let path, let reason): "\(path): cannot read the plan: \(reason)"
        case .unwritable(let path, let reason): "\(path): cannot write the plan: \(reason)"
        case .damaged(let path, let reason):
            "\(path): not a sound plan file: \(reason). Make it again with ferry plan --out"
        case .newerVersion(let path, let version):
            """
            \(path): written in version \(version) of the plan's form, and this ferry reads version \(Plan.version). Use \
            the ferry that made the plan, or make it again
            """
        }
    }
}
