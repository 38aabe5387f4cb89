import EC2Types
import Migration

/// What a run knows about conversion tasks: which ones its changes continue, which others hold conversion slots or need
/// parts, and the outcomes of superseded ones.
struct ConversionTaskLedger: Sendable {
    /// The tasks that changes of the run continue.
    let resumed: ResumedTasks
    /// The tasks that no change of the run continues.
    let untracked: UntrackedTasks
    /// The outcomes of recorded and superseded tasks.
    let outcomes: TaskOutcomes
    /// The tasks that changes adopt, by id.
    private let adopted: [String: ConversionTask]
    /// The highest attempt among the listed tasks of each address, by the address's hash.
    private let attempts: [UInt64: Int]
    /// The number of conversion slots that are in use when the run starts.
    let slotsInUse: Int

    /// Sorts the tasks that EC2 lists when a run starts.
    ///
    /// - Parameters:
    ///   - groups: The work of the run.
    ///   - state: The state at its start.
    ///   - listed: All conversion tasks.
    init(groups: [ImageGroup], state: MigrationState, listed: [ConversionTask]) {
        let byID = Self.byID(listed, of: groups, state)
        resumed = ResumedTasks(of: groups, state: state, listed: byID)
        untracked = UntrackedTasks(besides: groups, state: state, listed: listed)
        outcomes = TaskOutcomes(state: state, listed: listed)
        adopted = groups.lazy.flatMap(\.changes).compactMap(\.task).reduce(into: [:]) { $0[$1] = byID[$1] }
        attempts = listed.lazy.compactMap(\.marker)
            .reduce(into: [:]) { $0[$1.address] = max($0[$1.address] ?? 0, $1.attempt) }
        slotsInUse =
            untracked.tasks.count + untracked.unanswered.count + untracked.unlistedCalls.count
            + groups.map(\.converting.count).reduce(0, +)
    }

    /// The tasks that changes adopt or continue, by id. EC2 lists many more.
    private static func byID(
        _ listed: [ConversionTask],
        of groups: [ImageGroup],
        _ state: MigrationState
    ) -> [String: ConversionTask] {
        var wanted: Set<String> = []
        for change in groups.lazy.flatMap(\.changes) {
            if let task = change.task { wanted.insert(task) }
            if let task = state.imports[change.address]?.phase.taskID { wanted.insert(task) }
        }
        return Dictionary(listed.lazy.filter { wanted.contains($0.id) }.map { ($0.id, $0) }) { first, _ in first }
    }

    /// Whether the parts that every active conversion needs are known, so that others may be removed.
    var knowsNeededParts: Bool { !untracked.hasUnlisted && !resumed.hasUnknown }

    /// A task that a change adopts, as EC2 listed it at the start of the run; `nil` if it was not listed.
    func adoptedTask(_ id: String) -> ConversionTask? { adopted[id] }

    /// The highest attempt among the listed tasks of an address; 0 if there is none. An address that was forgotten, or
    /// whose record is lost, has tasks that the state does not count.
    func highestAttempt(of address: ImportAddress) -> Int { attempts[TaskMarker.hash(address)] ?? 0 }
}
