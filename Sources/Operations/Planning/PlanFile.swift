import FileSystem
import Glibc
import Hashing
import JSON
package import Migration

/// A plan that was saved, to be shown or applied later.
package enum PlanFile {
    /// Whether a path means a plan file and not a migration manifest: a file that does not end in `.yaml` or `.yml` and whose
    /// first character opens a JSON object.
    package static func isPlan(path: String) -> Bool {
        guard !path.hasSuffix(".yaml"), !path.hasSuffix(".yml") else { return false }
        // Opening a pipe that nobody writes to would hold the program up.
        guard let file = try? OpenFile(path, .read(isBlocking: false)) else { return false }
        var start = [UInt8](repeating: 0, count: 256)
        let count = (try? start.withUnsafeMutableBytes { try file.read(into: $0) }) ?? 0
        return start.prefix(count).first { !" \t\r\n".utf8.contains($0) } == UInt8(ascii: "{")
    }

    /// Writes a plan to a file, whole or not at all: beside it first, and then under its name. A device or a pipe takes the
    /// plan as it is; the call waits for the reader of a pipe.
    package static func write(_ plan: Plan, path: String) async throws(PlanFileError) {
        let json = Array(plan.json)
        do throws(FileError) {
            try await BlockingExecutor.shared.run { () throws(FileError) in
                try LocalFiles(durability: .content).replace(path, with: json, through: .unique)
            }
        } catch {
            throw .unwritable(path: path, reason: Self.words(for: error))
        }
    }

    /// Reads a plan.
    package static func read(path: String) throws(PlanFileError) -> Plan {
        let bytes: [UInt8]
        do {
            bytes = try FileContents(path: path).bytes
        } catch {
            guard case .system(let error) = error else { throw .unreadable(path: path, reason: "\(error)") }
            throw .unreadable(path: path, reason: Self.words(for: error))
        }
        return try read(bytes, path: path)
    }

    /// Reads a plan from bytes; `path` is for messages.
    package static func read(_ bytes: some Collection<UInt8>, path: String) throws(PlanFileError) -> Plan {
        var version = DocumentVersion(supported: Plan.version, required: ["digest", "changes"])
        let (plan, written): (Plan, SHA256Digest)
        do throws(JSONError) {
            (plan, written) = try JSONReader.read(bytes) { (reader) throws(JSONError) in
                var digest: SHA256Digest?
                let plan = try Plan(from: &reader, version: &version, digest: &digest)
                return (plan, try reader.require(digest, "digest"))
            }
        } catch {
            if let later = version.later { throw .newerVersion(path: path, version: later) }
            throw .damaged(path: path, reason: "byte \(error.offset): \(error.reason)")
        }
        let digest = plan.digest
        guard written == digest else {
            throw .damaged(
                path: path,
                reason: "its digest is \(written), and that of its changes \(digest): it was edited or cut"
            )
        }
        if let problem = problem(of: plan) { throw .damaged(path: path, reason: problem) }
        return plan
    }

    /// Numbers that no ferry writes; whoever reads the plan may count on there being none.
    private static func problem(of plan: Plan) -> String? {
        let limits = plan.limits
        guard
            limits.uploads > 0, limits.conversions > 0, limits.bandwidth.map({ $0 > 0 }) ?? true,
            limits.requestsPerSecond.map({ (1e-6...1e9).contains($0) }) ?? true
        else { return "its limits are out of range" }
        guard plan.serial >= 0, plan.unmarkedTasks >= 0, plan.unselected >= 0 else { return "it has a negative count" }
        var total: Int64 = 0
        for change in plan.changes {
            for bytes in [change.upload, change.desired?.image.bytes, change.desired?.image.virtualSize] {
                guard let bytes else { continue }
                let (sum, overflow) = total.addingReportingOverflow(bytes)
                guard bytes >= 0, !overflow else { return "\(change.address): a number of bytes is out of range" }
                total = sum
            }
            guard (change.desired?.volumeSize ?? 0) >= 0 else { return "\(change.address): its size is negative" }
        }
        for (first, second) in zip(plan.changes, plan.changes.dropFirst()) where first.address >= second.address {
            return "\(second.address) stands in the wrong place, or twice"
        }
        return nil
    }

    private static func words(for error: FileError) -> String {
        switch error.code {
        case ENOENT, ENOTDIR: "there is no such file or folder"
        case EACCES, EPERM: "permission denied"
        default: error.reason
        }
    }
}
