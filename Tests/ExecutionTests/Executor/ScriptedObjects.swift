import Execution
import Migration
import Synchronization
import WireEncoding

/// Objects in a state that a test changes.
final class ScriptedObjects: SourceObjects {
    private let states = Mutex<[String: S3ObjectVersion]>([:])
    private let failure = Mutex<String?>(nil)

    func put(_ state: S3ObjectVersion) { states.withLock { $0[state.key] = state } }
    func fail(_ reason: String?) { failure.withLock { $0 = reason } }

    func state(of object: ObjectLocation, for staging: StagingLocation) async throws(ObjectError) -> S3ObjectVersion? {
        if let reason = failure.withLock({ $0 }) { throw ObjectError(object, .unreachable, reason) }
        return states.withLock { $0[object.key] }
    }

    func bytes(
        of object: S3ObjectVersion,
        range: Range<Int64>,
        for staging: StagingLocation
    ) async throws(ObjectError) -> [UInt8] {
        []
    }

    func presignedURL(
        _ method: PresignedMethod.Reading,
        of object: S3ObjectVersion,
        for staging: StagingLocation
    ) async throws(ServiceError) -> String {
        "https://example.com/source/\(object.key)?\(method.rawValue)"
    }
}
