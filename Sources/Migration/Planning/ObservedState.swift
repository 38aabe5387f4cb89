package import EC2Types

/// The state of EC2 and S3, as far as the planner needs it.
package struct ObservedState: Sendable {
    /// The conversion tasks with a marker, in any state.
    package var tasks: [ConversionTask]
    /// The number of conversion tasks without a marker: not ferry's, counted and never touched.
    package var unmarkedTasks: Int
    /// The volumes that exist, of those that the state names or that a marked task made.
    package var volumes: Set<String>
    /// The volumes that have ``VolumeTags/address``; `nil` if EC2 was not queried.
    package var taggedVolumes: [TaggedVolume]?
    /// The time of the query, in seconds since 1970: tasks whose expiration is earlier have expired.
    package var time: Int64
    /// The number of parts that are missing from the staging, by the address of an import whose task is active.
    package var missingParts: [ImportAddress: Int]

    /// Creates an observation; an empty one by default.
    package init(
        tasks: [ConversionTask] = [],
        unmarkedTasks: Int = 0,
        volumes: Set<String> = [],
        taggedVolumes: [TaggedVolume]? = nil,
        time: Int64 = 0,
        missingParts: [ImportAddress: Int] = [:]
    ) {
        self.tasks = tasks
        self.unmarkedTasks = unmarkedTasks
        self.volumes = volumes
        self.taggedVolumes = taggedVolumes
        self.time = time
        self.missingParts = missingParts
    }

    /// The observation that a recorded state implies: each task is as it was recorded, and each volume exists. It replaces
    /// the query of EC2 (`--refresh=false`).
    package init(assuming recorded: MigrationState?) {
        self.init()
        for record in recorded?.imports.values ?? [:].values {
            if let volumeID = record.phase.volumeID { volumes.insert(volumeID) }
            guard let taskID = record.phase.taskID else { continue }
            let state: ConversionTask.State
            switch record.phase {
            case .converting: state = .active
            case .completed, .settled, .rejected: state = .completed
            case .failed: state = .cancelled
            case .staging, .requested: continue
            }
            tasks.append(
                ConversionTask(id: taskID, state: state, marker: record.marker, volumeID: record.phase.volumeID)
            )
        }
    }
}
