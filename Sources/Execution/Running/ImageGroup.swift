import DiskImages
import Hashing
import Migration

/// The changes of a plan that work on one image in one staging location: the image is staged once for all of them.
struct ImageGroup: Sendable {
    let image: SourceImage
    let location: StagingLocation
    let changes: [Change]
    /// Those of the changes whose import has a conversion, or may have one: it holds a conversion slot from the beginning.
    let converting: Set<ImportAddress>

    /// The groups of a plan in the order they are begun: what holds a conversion slot already first, since others wait for
    /// it, and then the longest work, so that no long image is left to run alone at the end.
    static func groups(of plan: Plan, state: MigrationState) -> [ImageGroup] {
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
            return ImageGroup(
                image: image,
                location: key.location,
                changes: changes,
                converting: Set(changes.filter { holdsSlot($0, state.imports[$0.address]) }.map(\.address))
            )
        }
        .sorted { left, right in
            // Before one of them has said what parts it needs, another must not have removed them.
            if left.converting.isEmpty != right.converting.isEmpty { return right.converting.isEmpty }
            let (leftWork, rightWork) = (left.work, right.work)
            if leftWork != rightWork { return leftWork > rightWork }
            return left.changes[0].address < right.changes[0].address
        }
    }

    /// Those of ``converting`` whose conversion goes on as what the change wants; that of a replaced import does not.
    var continued: Set<ImportAddress> {
        converting.subtracting(changes.filter { $0.action == .replace }.map(\.address))
    }

    /// Whether the image must be staged for any of the changes.
    var needsStaging: Bool { changes.contains { $0.action.makesVolume } }

    private var work: Int64 {
        needsStaging ? image.bytes : .max
    }

    private static func holdsSlot(_ change: Change, _ record: ImportRecord?) -> Bool {
        switch (change.action, record?.phase) {
        case (.adopt, _), (_, .requested): true
        case (.resume, .converting), (.wait, .converting): true
        default: false
        }
    }
}
