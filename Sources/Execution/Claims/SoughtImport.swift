import EC2Types
import Hashing
import Migration

/// An import whose task or volume is searched for.
struct SoughtImport: Hashable, Sendable {
    /// The addresses under which it may have been called.
    var addresses: [ImportAddress]
    /// The fingerprint.
    var fingerprint: SHA256Digest
    /// The lowest generation that counts.
    var generation: Int
}

/// What was found of an import.
enum FoundImport: Hashable, Sendable {
    case task(ConversionTask, TaskMarker)
    case volume(VolumeEvidence)

    /// The generation.
    var generation: Int {
        switch self {
        case .task(_, let marker): marker.generation
        case .volume(let volume): volume.generation
        }
    }

    /// The order within one generation: a volume outlives its task.
    var rank: Int {
        switch self {
        case .task(let task, let marker): task.state == .cancelled ? -1 : min(marker.attempt, TaskMarker.highestAttempt)
        case .volume: TaskMarker.highestAttempt + 1
        }
    }
}
