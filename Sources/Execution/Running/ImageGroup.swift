import DiskImages
import Hashing
import Migration

/// The changes of a plan that work on one image in one staging location: the image is staged once for all of them.
struct ImageGroup: Sendable {
    let image: SourceImage
    let location: StagingLocation
    let changes: [Change]

    /// The groups of a plan in the order they are begun: what is converting already first, because it holds a slot, and
    /// then the longest work, so that no long image is left to run alone at the end.
    static func groups(of plan: Plan) -> [ImageGroup] {
        struct Key: Hashable {
            var digest: SHA256Digest
            var location: StagingLocation
        }
        var changes: [Key: [Change]] = [:]
        for change in plan.changes {
            switch change.action {
            case .none, .forget: continue
            case .create, .resume, .wait, .retry, .replace, .adopt: break
            }
            guard let desired = change.desired else { continue }
            changes[Key(digest: desired.image.digest, location: desired.staging), default: []].append(change)
        }
        return changes.compactMap { key, changes -> ImageGroup? in
            guard let image = changes.first?.desired?.image else { return nil }
            return ImageGroup(image: image, location: key.location, changes: changes)
        }
        .sorted { left, right in
            let (leftWork, rightWork) = (left.work, right.work)
            if leftWork != rightWork { return leftWork > rightWork }
            return left.changes[0].address < right.changes[0].address
        }
    }

    /// Whether the image must be staged for any of the changes.
    var needsStaging: Bool { changes.contains { $0.action.makesVolume } }

    private var work: Int64 {
        needsStaging ? image.bytes : .max
    }
}
