package import DiskImages
import Execution
package import ImportReadiness
import Migration
import WireEncoding

/// Says what images in S3 are and what EC2 would make of them.
package struct ObjectReports: Sendable {
    private let objects: S3SourceObjects

    /// Inspects objects with the clients of a region.
    package init(_ clients: ServiceClients) {
        objects = clients.objects
    }

    /// Whether an argument names an object in S3.
    package static func isObject(_ path: String) -> Bool { path.hasPrefix(ObjectLocation.scheme) }

    /// Inspects an object; one that can't be read is a report too. A task that is cancelled ends its request.
    package func report(on url: String, declared: DiskImageFormat?) async -> ImageReport {
        do {
            let location = try ObjectLocation(validating: url)
            // No import is spoken of here: the object's own bucket stands for its staging.
            let staging = StagingLocation(bucket: location.bucket, prefix: "")
            guard let state = try await objects.state(of: location, for: staging) else {
                return ImageReport(path: url, unreachable: "there is no such object, or no such bucket")
            }
            let facts = try await DiskImageInspector.inspect(
                path: location.description,
                fileName: location.fileName,
                byteCount: state.bytes,
                declared: declared
            ) { range in
                try await objects.bytes(of: state, range: range, for: staging)
            }
            return ImageReport(path: url, facts: .success(facts))
        } catch let error as DiskImageError {
            return ImageReport(path: url, facts: .failure(error))
        } catch let error as ObjectError {
            return ImageReport(path: url, unreachable: error.reason)
        } catch {
            return ImageReport(path: url, unreachable: "\(error)")
        }
    }
}
