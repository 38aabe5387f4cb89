/// Why a change is what it is.
package struct Reason: Hashable, Sendable {
    /// The kind of reason.
    package var kind: Kind
    /// What it is about: a task, a volume, an old and a new value, EC2's own words.
    package var detail: String?

    /// Gives a reason.
    package init(_ kind: Kind, _ detail: String? = nil) {
        self.kind = kind
        self.detail = detail
    }

    /// The kinds of reasons.
    package enum Kind: String, CaseIterable, Sendable {
        case notImported, imageChanged, formatChanged, zoneChanged, sizeChanged, fingerprintChanged
        case replacementRequested, replacementLater
        case stagingBegun, outcomeUnknown, partsMissing, converting, conversionDone, unsettled
        case taskFound, taskCancelled, taskExpired, taskMissing, attemptFailed
        case volumeMissing, volumeExists, recreating, supersedesConversion, cancelling
        case keepsConverting, cancelsConversion, deferred
        case volumeFound, volumesSuperseded, volumeRejected, tagsChanged, tagsDrifted, moved
        /// The name that plans in JSON use is older.
        case notInConfiguration = "notDesired"

        /// Whether it says that EC2 or an image differs from what ferry recorded.
        package var isDrift: Bool {
            switch self {
            case .volumeMissing, .taskMissing, .tagsDrifted, .volumeRejected: true
            default: false
            }
        }
    }
}

extension Reason: CustomStringConvertible {
    /// The reason as a person reads it.
    package var description: String {
        let detail = detail ?? ""
        return switch kind {
        case .notImported: "not imported yet"
        case .imageChanged: "the image's content changed (\(detail))"
        case .formatChanged: "the format changed (\(detail))"
        case .zoneChanged: "the zone changed (\(detail))"
        case .sizeChanged: "the volume's size changed (\(detail))"
        case .fingerprintChanged: "the fingerprint changed (\(detail))"
        case .replacementRequested: "--replace asks for another volume"
        case .replacementLater: "--replace has no effect before the task is adopted: apply, then plan again"
        case .stagingBegun: "staging was begun and not finished"
        case .outcomeUnknown: "ImportVolume may have been called: its task is searched for first"
        case .partsMissing: "\(detail) parts are missing from the staging"
        case .converting: "EC2 converts it (\(detail))"
        case .conversionDone: "the conversion is done (\(detail)); it is recorded and tagged"
        case .unsettled: "the volume \(detail) is still to be tagged and the staging to be cleaned"
        case .taskFound: "task \(detail) bears this import's marker"
        case .taskCancelled: "the last attempt ended without a volume: \(detail)"
        case .taskExpired: "the task passed its expiration time, \(detail), before all parts were there"
        case .taskMissing: "EC2 no longer knows task \(detail); --recreate-missing imports again"
        case .attemptFailed: "the last attempt failed: \(detail)"
        case .volumeMissing: "volume \(detail) is gone; --recreate-missing imports it again"
        case .volumeExists: "imported as \(detail)"
        case .notInConfiguration: "no migration manifest names it\(detail.isEmpty ? "" : "; \(detail) is kept")"
        case .recreating: "imported again, as --recreate-missing says"
        case .supersedesConversion: "task \(detail) goes on converting the earlier image; its volume is kept"
        case .cancelling: "EC2 is cancelling task \(detail)"
        case .keepsConverting:
            "task \(detail) goes on converting, and is forgotten when it is done; --cancel-removed cancels it"
        case .cancelsConversion: "task \(detail) is cancelled"
        case .volumeFound: "volume \(detail) has this import's tags"
        case .volumesSuperseded: "superseded by it: \(detail)"
        case .volumeRejected: "volume \(detail) was rejected; --replace imports again"
        case .tagsChanged: "tags changed (\(detail))"
        case .tagsDrifted: "ferry's tags on the volume were changed outside of ferry (\(detail))"
        case .moved: "renamed from \(detail)"
        case .deferred: "--refresh-only leaves “\(detail)” undone"
        }
    }
}
