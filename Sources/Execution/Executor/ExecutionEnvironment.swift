import DiskImages
import Logging
import Migration
import StateStore

/// What an executor works with: the world through small protocols, the state, and the run's limits.
struct ExecutionEnvironment: Sendable {
    let service: any ConversionService
    let staging: any StagingStore
    let claims: any ClaimStore
    let session: StateSession
    let digests: @Sendable (SourceImage) async throws -> ImageDigest
    let repackager: (any ImageRepackager)?
    let objects: (any SourceObjects)?
    let options: ExecutionOptions
    let stop: StopSignal
    let logger: Logger
    let report: @Sendable (MigrationEvent) -> Void

    /// Removes an address from the state.
    func forget(_ address: ImportAddress) async throws {
        try await session.record(.forgotten, of: address)
        report(.forgotten(address))
    }
}
