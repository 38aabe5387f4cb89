import EC2Types
import Migration
import StateStore
import Synchronization

/// The outcomes of recorded and superseded conversions, as far as EC2 has listed them to the run.
///
/// EC2 lists a task for a limited time, and no part may be removed until the outcome of each superseded task is recorded.
/// The observer of an outcome may be unable to record it: it notes the outcome here.
final class TaskOutcomes: Sendable {
    /// The outcome of a conversion.
    enum Outcome: Sendable {
        case completed(volumeID: String)
        case cancelled(message: String)

        /// The outcome that EC2 lists; `nil` while the task is under way.
        init?(_ status: ConversionTask) {
            switch status.state {
            case .active, .cancelling: return nil
            case .cancelled:
                self = .cancelled(message: status.statusMessage ?? "task \(status.id) was cancelled")
            case .completed:
                guard let volumeID = status.volumeID else { return nil }
                self = .completed(volumeID: volumeID)
            }
        }

        /// The volume that was made, if one was.
        var volumeID: String? {
            if case .completed(let volumeID) = self { volumeID } else { nil }
        }
    }

    private struct Contents {
        /// The addresses of the tasks that the state names.
        var addresses: [String: ImportAddress] = [:]
        /// The tasks among them that EC2 has listed.
        var listed: Set<String> = []
        var ends: [String: Outcome] = [:]
        var unrecorded: [String] = []
    }

    private let contents: Mutex<Contents>

    /// Takes what EC2 lists when a run starts.
    init(state: MigrationState, listed: [ConversionTask]) {
        var contents = Contents()
        for (address, record) in state.imports {
            if case .converting(let conversion) = record.phase { contents.addresses[conversion.taskID] = address }
            for earlier in record.superseded where earlier.mayBeConverting {
                if let taskID = earlier.taskID { contents.addresses[taskID] = address }
            }
        }
        for status in listed where contents.addresses[status.id] != nil {
            contents.listed.insert(status.id)
            guard let end = Outcome(status) else { continue }
            contents.ends[status.id] = end
            contents.unrecorded.append(status.id)
        }
        self.contents = Mutex(contents)
    }

    /// The outcome of a conversion; `nil` while it is unknown.
    func outcome(of taskID: String) -> Outcome? { contents.withLock { $0.ends[taskID] } }

    /// Whether EC2 has listed a task of the state.
    func wasListed(_ taskID: String) -> Bool { contents.withLock { $0.listed.contains(taskID) } }

    /// Adds a task that was found after the run had begun.
    func add(_ taskID: String, of address: ImportAddress) {
        contents.withLock { contents in
            contents.addresses[taskID] = address
            contents.listed.insert(taskID)
        }
    }

    /// Notes an outcome. The first one stays.
    func note(_ outcome: Outcome, of taskID: String) {
        contents.withLock { contents in
            guard contents.ends[taskID] == nil else { return }
            contents.ends[taskID] = outcome
            contents.unrecorded.append(taskID)
        }
    }

    /// Records the outcomes of superseded conversions that were noted since the last call.
    func record(in session: StateSession) async throws {
        let noted = contents.withLock { contents in
            defer { contents.unrecorded = [] }
            return contents.unrecorded.map { ($0, contents.ends[$0], contents.addresses[$0]) }
        }
        for (taskID, end, address) in noted {
            guard let end, let address else { continue }
            try await session.recordEnd(of: taskID, volumeID: end.volumeID, of: address)
        }
    }
}
