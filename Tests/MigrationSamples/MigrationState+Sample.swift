package import Migration

extension MigrationState {
    /// A state in which an import has its volume.
    package static func settled(_ item: VolumeImport) throws -> MigrationState {
        var state = MigrationState(lineage: "lineage")
        let steps: [StateEvent.Step] = [
            .began(item), .requested(attempt: 1), .submitted(attempt: 1, taskID: "import-vol-1", expiration: nil),
            .completed(taskID: "import-vol-1", volumeID: "vol-1"), .settled,
        ]
        for (time, step) in steps.enumerated() {
            try state.apply(StateEvent(time: Int64(time), address: item.address, step: step))
        }
        return state
    }
}
