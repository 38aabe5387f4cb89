import Diagnostics
import DiskImages
import EC2Types
import Execution
import Migration
import WireEncoding
import YAML

/// What is made of images that lie in S3.
extension ImageInspection {
    /// The object that an import is of; `nil` for a file.
    static func object(of item: ImageImport, in manifest: MigrationManifest) -> ObjectInspection.Source? {
        guard case .object(let location) = item.source else { return nil }
        let staging = manifest.target(of: item.region).staging.value
        return ObjectInspection.Source(object: location, format: item.format?.value, staging: staging)
    }

    func take(
        _ finding: ObjectInspection.Finding,
        of item: ImageImport,
        _ source: ObjectInspection.Source,
        in manifest: MigrationManifest,
        locked: LockedImage?,
        stagings: Set<StagingLocation>,
        into result: inout Result
    ) {
        if let problem = Self.stagedByFerry(item, source.object, stagings) { return result.diagnostics.append(problem) }
        // A lock that was edited may speak of another object.
        let locked = locked.flatMap { locked in
            locked.object.map { ($0.bucket, $0.key) == (source.object.bucket, source.object.key) } == true
                ? locked : nil
        }
        let image: LockedImage
        switch finding {
        case .image(let facts, let state):
            image = LockedImage(facts: facts, object: state)
            let differences = locked?.differences(from: facts, image.digest, object: state) ?? []
            if !differences.isEmpty {
                result.changedSinceLock.insert(item.imagePath)
                result.diagnostics.append(Self.drift(differences, of: item, in: manifest))
            }
        case .refusal(let error):
            return result.diagnostics.append(Self.refusal(error, of: item))
        case .failure(let error) where error.outcome == .rejected:
            let code: DiagnosticCode = if case .archived = error.kind { .imageRefused } else { .imageUnreadable }
            return result.diagnostics.append(Diagnostic(code, error.description, at: item.image.location))
        case .unexpected(let message):
            return result.diagnostics.append(Diagnostic(.imageUnreadable, message, at: item.image.location))
        case .absent, .notAsked, .failure:
            guard let locked else { return takeWithoutLock(finding, of: item, in: manifest, into: &result) }
            result.diagnostics += unreachable(finding, item, isNeeded: false, in: manifest)
            result.fromLock.insert(item.imagePath)
            image = locked
        }
        let (diagnostics, isSound) = problems(of: image.facts, for: item)
        result.diagnostics += diagnostics
        guard isSound else { return }
        if case .image = finding {
            result.images[manifest.file.path, default: [:]][ImageKey(item)] = image
        }
        result.imports += imports(of: item, in: manifest, image)
    }

    /// An object that could not be inspected and is not in a lock is needed unless its imports are settled.
    private func takeWithoutLock(
        _ finding: ObjectInspection.Finding,
        of item: ImageImport,
        in manifest: MigrationManifest,
        into result: inout Result
    ) {
        let imports = settled.imports(of: item, in: manifest)
        result.diagnostics += unreachable(finding, item, isNeeded: imports == nil, in: manifest)
        if let imports { result.add(imports, of: item) }
    }

    /// The diagnostic of an object that could not be inspected; none if S3 was not asked and the object is not needed.
    private func unreachable(
        _ finding: ObjectInspection.Finding,
        _ item: ImageImport,
        isNeeded: Bool,
        in manifest: MigrationManifest
    ) -> [Diagnostic] {
        let code: DiagnosticCode
        let message: String
        switch finding {
        case .absent:
            (code, message) = (.imageMissing, "\(item.imagePath): there is no such object, or no such bucket")
        case .failure(let error):
            (code, message) = (.imageUnreadable, error.description)
        default:
            // A migration manifest can be validated without S3.
            guard isNeeded, absence == .isAnError else { return [] }
            return [
                Diagnostic(
                    .imageUnreadable,
                    "\(item.imagePath): S3 was not queried, and the image is not in a lock file",
                    at: item.image.location,
                    help: "run ferry lock \(manifest.file.path) where S3 is reachable, and commit the lock"
                )
            ]
        }
        return [
            Diagnostic(
                code,
                message,
                at: item.image.location,
                // Unlike a file it would be the same on another machine.
                severity: isNeeded ? .error : .warning,
                help: isNeeded
                    ? "check the URL, the region and the credentials of its imports"
                    : "the plan uses the lock file or, for a settled import, the state"
            )
        ]
    }

    /// An image among what ferry stages would be removed when the import that staged it is done.
    ///
    /// - Parameter stagings: Those of all imports of the command.
    private static func stagedByFerry(
        _ item: ImageImport,
        _ object: ObjectLocation,
        _ stagings: Set<StagingLocation>
    ) -> Diagnostic? {
        let staging = stagings.first { staging in
            object.bucket == staging.bucket && staging.isOwn(key: object.key)
        }
        guard let staging else { return nil }
        return Diagnostic(
            .badStaging,
            "\(item.imagePath) lies where ferry stages parts of images, and removes them",
            at: item.image.location,
            help: "copy it out of s3://\(staging.bucket)/\(staging.prefix), or stage elsewhere"
        )
    }
}
