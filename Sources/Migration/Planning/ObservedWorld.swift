package import EC2Types

/// What EC2 and S3 say, as far as the planner needs it.
package struct ObservedWorld: Sendable {
    /// The conversion tasks that bear a marker, of whatever state.
    package var tasks: [ObservedTask]
    /// The number of conversion tasks without a marker: not ferry's, counted and never touched.
    package var unmarkedTasks: Int
    /// The volumes that exist, of those that the state names or that a marked task made.
    package var volumes: Set<String>
    /// The number of parts that are missing from the staging, by the address of an import whose task is active.
    package var missingParts: [ImportAddress: Int]

    /// Describes a world; an empty one by default.
    package init(
        tasks: [ObservedTask] = [],
        unmarkedTasks: Int = 0,
        volumes: Set<String> = [],
        missingParts: [ImportAddress: Int] = [:]
    ) {
        self.tasks = tasks
        self.unmarkedTasks = unmarkedTasks
        self.volumes = volumes
        self.missingParts = missingParts
    }

    /// The world as a state has it: each task it names is as it was left, and each volume is there. It stands for what EC2
    /// says where EC2 is not asked (`--refresh=false`).
    package init(assuming recorded: MigrationState?) {
        self.init()
        for record in recorded?.imports.values ?? [:].values {
            if let volumeID = record.phase.volumeID { volumes.insert(volumeID) }
            guard let taskID = record.phase.taskID else { continue }
            let state: ObservedTask.State
            switch record.phase {
            case .converting: state = .active
            case .completed, .settled: state = .completed
            case .failed: state = .cancelled
            case .staging, .requested: continue
            }
            tasks.append(
                ObservedTask(id: taskID, marker: record.marker, state: state, volumeID: record.phase.volumeID)
            )
        }
    }
}

/// A conversion task that bears a marker.
package struct ObservedTask: Hashable, Sendable {
    /// The task's id.
    package var id: String
    /// The marker in its description.
    package var marker: TaskMarker
    /// The task's state.
    package var state: State
    /// What EC2 says about the state.
    package var statusMessage: String?
    /// The volume, once EC2 has made it.
    package var volumeID: String?
    /// When EC2 gives the task up if it is not done (ISO 8601).
    package var expiration: String?
    /// Whether that time had passed when EC2 was asked.
    package var isExpired: Bool

    /// The states of a task, in EC2's words.
    package enum State: String, Sendable {
        case active, cancelling, cancelled, completed
    }

    /// Describes a task.
    package init(
        id: String,
        marker: TaskMarker,
        state: State,
        statusMessage: String? = nil,
        volumeID: String? = nil,
        expiration: String? = nil,
        isExpired: Bool = false
    ) {
        self.id = id
        self.marker = marker
        self.state = state
        self.statusMessage = statusMessage
        self.volumeID = volumeID
        self.expiration = expiration
        self.isExpired = isExpired
    }
}
