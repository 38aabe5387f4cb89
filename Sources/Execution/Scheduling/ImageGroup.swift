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
    ///
    /// What is forgotten while something of it is under way, or in the staging, is followed to its end as what it was.
    static func groups(of plan: Plan, state: MigrationState) -> [ImageGroup] {
        struct Key: Hashable {
            var digest: SHA256Digest
            var repackaging: Repackaging?
            var location: StagingLocation
        }
        var changes: [Key: [Change]] = [:]
        for change in plan.changes {
            var change = change
            switch change.action {
            case .none, .update: continue
            case .create, .resume, .wait, .retry, .replace, .adopt: break
            case .forget:
                guard let record = state.imports[change.address], record.hasLeftovers else { continue }
                change.desired = record.subject
            }
            guard let desired = change.desired else { continue }
            let image = desired.image
            let key = Key(digest: image.digest, repackaging: image.repackaging, location: desired.staging)
            changes[key, default: []].append(change)
        }
        return changes.compactMap { key, changes -> ImageGroup? in
            // Where the image lies is known to what is made of it now; a record names where it lay.
            let staged = changes.first(where: \.action.makesVolume) ?? changes.first
            guard let image = staged?.desired?.image else { return nil }
            return ImageGroup(
                image: image,
                location: key.location,
                changes: changes,
                converting: Set(changes.filter { holdsSlot($0, state.imports[$0.address]) }.map(\.address))
            )
        }
        .sorted { left, right in
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
        case (.adopt, _): change.volume == nil || record?.phase == .requested
        case (_, .requested): true
        case (.resume, .converting), (.wait, .converting), (.forget, .converting): true
        default: false
        }
    }
}
