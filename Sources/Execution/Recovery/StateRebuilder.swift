import EC2Types
package import Migration

/// Finds out by EC2 what a state that is lost would say.
package struct StateRebuilder<ClockType: Clock>: Sendable where ClockType.Duration == Duration {
    private let service: any ConversionService
    private let clock: ClockType
    private let listConsistencyTimeout: Duration

    /// Asks by a service.
    ///
    /// - Parameters:
    ///   - service: EC2.
    ///   - clock: What tells the time.
    ///   - patience: How long a task may stay unlisted: DescribeConversionTasks is eventually consistent, and who lost the
    ///     state may have called ImportVolume just before.
    package init(service: any ConversionService, clock: ClockType, listConsistencyTimeout: Duration) {
        self.service = service
        self.clock = clock
        self.listConsistencyTimeout = listConsistencyTimeout
    }

    /// Asks, waits for as long as a task may stay unlisted, and asks again.
    ///
    /// - Parameters:
    ///   - desired: The imports that the migration manifests want.
    ///   - recorded: The state that is replaced; `nil` if there is none or it cannot be read.
    ///   - time: The time to be recorded, in seconds since 1970.
    package func rebuild(_ desired: [VolumeImport], recorded: MigrationState?, time: Int64) async throws -> RebuiltState
    {
        let early = try await service.conversions(ids: nil)
        try await clock.sleep(until: clock.now.advanced(by: listConsistencyTimeout), tolerance: nil)
        let late = try await service.conversions(ids: nil)
        // A replica that lags behind may leave out, later, what another has told.
        let listed = Set(late.map(\.id))
        return RebuiltState(
            desired: desired,
            recorded: recorded,
            tasks: late + early.filter { !listed.contains($0.id) },
            volumes: try await service.volumes(withTag: VolumeTags.address),
            time: time
        )
    }
}
