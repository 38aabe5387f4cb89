package import Hashing

/// What the plan says of one address.
package struct Change: Codable, Hashable, Sendable {
    /// The import's name.
    package var address: ImportAddress
    /// What will be done.
    package var action: Action
    /// Why, in the order of weight; never empty.
    package var reasons: [Reason]
    /// What is wanted; `nil` for an address that is in no migration manifest any more.
    package var desired: VolumeImport?
    /// What the state says of the address.
    package var recorded: Recorded?
    /// The task to adopt.
    package var task: String?

    /// The part of a record that a reviewer wants to see.
    package struct Recorded: Codable, Hashable, Sendable {
        package var fingerprint: SHA256Digest
        package var phase: ImportPhase.Name
        package var attempts: Int
        package var task: String?
        package var volume: String?

        init(_ record: ImportRecord) {
            fingerprint = record.fingerprint
            phase = record.phase.name
            attempts = record.attempts
            task = record.phase.taskID
            volume = record.phase.volumeID
        }
    }

    /// Whether the world differs from what ferry left, whatever is done about it.
    package var isDrift: Bool { reasons.contains { $0.kind == .volumeMissing || $0.kind == .taskMissing } }

    /// Whether a reviewer should read this row before others.
    package var isDangerous: Bool {
        switch action {
        case .replace, .retry, .forget: true
        case .create, .resume, .wait, .adopt, .none: isDrift
        }
    }
}

/// Why a change is what it is.
package struct Reason: Codable, Hashable, Sendable {
    /// The kind of reason.
    package var kind: Kind
    /// What it is about: a task, a volume, an old and a new value, EC2's own words.
    package var detail: String?

    init(_ kind: Kind, _ detail: String? = nil) {
        self.kind = kind
        self.detail = detail
    }

    /// The kinds of reasons.
    package enum Kind: String, Codable, CaseIterable, Sendable {
        case notImported, imageChanged, formatChanged, zoneChanged, sizeChanged
        case stagingBegun, outcomeUnknown, partsMissing, converting, conversionDone, unsettled
        case taskFound, taskCancelled, taskMissing, attemptFailed
        case volumeMissing, volumeExists, notDesired, recreating, supersedesConversion, cancelling
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
        case .stagingBegun: "staging was begun and not finished"
        case .outcomeUnknown: "ImportVolume may have been called: its task is searched for first"
        case .partsMissing: "\(detail) parts are missing from the staging"
        case .converting: "EC2 converts it (\(detail))"
        case .conversionDone: "the conversion is done (\(detail)); it is recorded and tagged"
        case .unsettled: "the volume \(detail) is still to be tagged and the staging to be cleaned"
        case .taskFound: "task \(detail) bears this import's marker"
        case .taskCancelled: "the last attempt ended without a volume: \(detail)"
        case .taskMissing: "EC2 no longer knows task \(detail); --recreate-missing imports again"
        case .attemptFailed: "the last attempt failed: \(detail)"
        case .volumeMissing: "volume \(detail) is gone; --recreate-missing imports it again"
        case .volumeExists: "imported as \(detail)"
        case .notDesired: "no migration manifest names it\(detail.isEmpty ? "" : "; \(detail) is kept")"
        case .recreating: "imported again, as --recreate-missing says"
        case .supersedesConversion: "task \(detail) goes on converting the earlier image; its volume is kept"
        case .cancelling: "EC2 is cancelling task \(detail)"
        }
    }
}
