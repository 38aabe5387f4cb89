import DiskImages
import Hashing
import Migration

@testable import EC2Types
@testable import Execution

/// One record for each phase, and one observation of each kind, to enumerate the cells of the import state machine.
enum MachineSamples {
    static let subject = VolumeImport(
        address: ImportAddress(manifest: "erp", image: "db", zone: "us-east-1a"),
        region: "us-east-1",
        zone: "us-east-1a",
        image: SourceImage(
            path: "db.vmdk",
            format: .vmdk,
            bytes: 1 << 20,
            virtualSize: 1 << 30,
            digest: SHA256.digest(of: "db")
        ),
        volumeSize: 1,
        staging: StagingLocation(bucket: "bucket", prefix: "ferry/")
    )

    static let conversion = Conversion(taskID: "task", expiration: "2026-11-27T12:00Z", attempt: 2)

    /// The phases in the order of an import. `nil` is an address without a record.
    static let phases: [ImportPhase.Name?] = [nil] + ImportPhase.Name.allCases

    static func record(in phase: ImportPhase.Name?) -> ImportRecord? {
        guard let phase else { return nil }
        var record = ImportRecord(subject: subject, attempts: 2, updated: 0)
        record.phase =
            switch phase {
            case .staging: .staging
            case .requested: .requested
            case .converting: .converting(conversion)
            case .completed: .completed(conversion, volumeID: "vol")
            case .settled: .settled(conversion, volumeID: "vol")
            case .failed: .failed(taskID: "task", message: "no")
            case .rejected: .rejected(conversion, volumeID: "vol", message: "no")
            }
        return record
    }

    static let observations: [ImportObservation] = [
        .started, .entered, .slotHeld, .claimFree, .prepared, .claimHeld, .claimBusy, .claimWaitEnded,
        .imported(claimed), .undecidable("undecidable"), .intentRecorded,
        .taskKnown(taskID: "new", expiration: "later"), .callRejected("rejected"), .callPostponed, .callOutcomeUnknown,
        .volumeFound(volumeID: "vol"), .volumeNotFound("no volume"),
        .rejectionTagged(volumeID: "vol", message: "changed"), .claimSettled,
        .conversionCompleted(volumeID: "vol"), .conversionCancelled("cancelled"),
        .taskUnlisted(taskID: "task", expiration: "later", hasExpired: false),
        .taskUnlisted(taskID: "task", expiration: "later", hasExpired: true),
        .sourceUnchanged(volumeID: "vol"), .sourceChanged(volumeID: "vol", "changed"), .tagged, .supersededEnded,
        .cleaned,
        .cleaningFailed("denied"), .dropped, .failed("failed"), .stopped,
    ]

    /// A task of the record's own attempt, as a claim names it.
    static let claimed = ClaimedImport(taskID: "new", volumeID: nil, generation: 1, attempt: 2, isListed: false)

    static let goals: [ImportStateMachine.Goal] = [.complete(adopting: nil), .forget(cancelling: nil)]

    static func machine(
        _ goal: ImportStateMachine.Goal,
        isStaged: Bool = true,
        highestKnownAttempt: Int = 0
    ) -> ImportStateMachine {
        ImportStateMachine(
            goal: goal,
            imagePath: "db.vmdk",
            isStaged: isStaged,
            highestKnownAttempt: highestKnownAttempt
        )
    }
}
