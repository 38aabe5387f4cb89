import EC2Types
import Execution
import Migration
import WireEncoding

/// Images that are objects in S3.
extension SimulatedServices: SourceObjects {
    func state(
        of object: ObjectLocation,
        for staging: StagingLocation
    ) async throws(ObjectError) -> S3ObjectVersion? {
        do throws(ServiceError) {
            let found = try await request("HeadObject") { [world] in .success(world.cloud.image(object)) }
            return world.mutant == .uncheckedObject ? plannedObject ?? found : found
        } catch {
            throw ObjectError(object, .unreachable, error.description)
        }
    }

    func bytes(
        of object: S3ObjectVersion,
        range: Range<Int64>,
        for staging: StagingLocation
    ) async throws(ObjectError) -> [UInt8] {
        throw ObjectError(object.location, .unreachable, "histories begin with inspected images")
    }

    func presignedURL(
        _ method: PresignedMethod.Reading,
        of object: S3ObjectVersion,
        for staging: StagingLocation
    ) async throws(ServiceError) -> String {
        plannedObject = object
        let key = SimulatedCloud.key(of: object.location.name, version: object.isLasting ? object.version : nil)
        let expiry = world.scheduler.now.milliseconds + world.scenario.urlLifetime
        return SimulatedCloud.presignedURL(method.rawValue, key, validUntil: expiry)
    }
}
