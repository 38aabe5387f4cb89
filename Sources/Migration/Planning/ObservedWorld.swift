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
        expiration: String? = nil
    ) {
        self.id = id
        self.marker = marker
        self.state = state
        self.statusMessage = statusMessage
        self.volumeID = volumeID
        self.expiration = expiration
    }
}
