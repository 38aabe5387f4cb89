import DiskImages
import EC2Types
import WireEncoding

/// A conversion task with what only the sandbox knows about it.
struct StoredTask: Sendable {
    /// The time of the ImportVolume call.
    let created: Timestamp
    /// When the task is given up if it isn't completed: seven days after the call.
    let expiration: Timestamp
    /// The account of the caller; `nil` in records from before there were several.
    let account: String?
    /// The region of the call.
    let region: String
    /// When the task ended; `nil` while it is under way, and in records from before this was kept.
    var ended: Timestamp?
    /// The image's format.
    let format: DiskImageFormat
    /// The host and port by which the import manifest's URL named this sandbox; `nil` if it points elsewhere. After a
    /// restart on another port, the worker still recognizes the URL by it.
    let ownAuthority: String?
    /// The id that the volume gets, chosen in advance so that work begun before a restart can be resumed.
    let plannedVolumeID: String
    /// The task as EC2 describes it.
    var task: ConversionTask

    /// How long a task may take, in seconds (seven days, as presigned URLs of its parts live no longer).
    static let lifetime: Int64 = 604_800

    /// Creates a task that waits for the worker.
    ///
    /// - Parameters:
    ///   - id: `import-vol-` and 17 hexadecimal digits.
    ///   - details: The parameters of the call.
    init(
        id: String,
        created: Timestamp,
        account: String,
        region: String,
        format: DiskImageFormat,
        ownAuthority: String?,
        plannedVolumeID: String,
        details: ConversionTask.Details
    ) {
        self.created = created
        expiration = created.adding(seconds: Self.lifetime)
        self.account = account
        self.region = region
        self.format = format
        self.ownAuthority = ownAuthority
        self.plannedVolumeID = plannedVolumeID
        task = ConversionTask(
            id: id,
            state: .active,
            statusMessage: "Pending",
            expiration: TaskExpiration(expiration.iso8601Minutes),
            details: details
        )
    }

    /// The task's id.
    var id: String { task.id }

    /// Whether a caller sees the task: it is of the account and region, and EC2 still lists it.
    ///
    /// - Parameter retention: How long an ended task is listed, in seconds; forever if `nil`.
    func isListed(to account: String, in region: String, retention: Int64?, now: Timestamp = .now) -> Bool {
        guard self.region == region, self.account.map({ $0 == account }) ?? true else { return false }
        guard let retention, let ended else { return true }
        return now.seconds - ended.seconds <= retention
    }

    /// The task's state.
    var state: ConversionTask.State { task.state }

    /// Whether the volume is in place, so that only the staged parts remain to be removed.
    var hasVolume: Bool { task.volumeID != nil }

    /// The Availability Zone of the volume.
    var availabilityZone: String { task.details?.availabilityZone ?? "" }

    /// The size of the volume, in GiB.
    var volumeSizeGiB: Int { task.details?.volumeSize ?? 0 }

    /// The presigned URL of the import manifest. It is as good as a password for what it points at: it goes into the
    /// responses that the API prescribes and nowhere else.
    var importManifestURL: String { task.details?.image.importManifestURL?.absoluteString ?? "" }
}

extension StoredTask: Codable {
    /// The fields of the file.
    private struct Record: Codable {
        var id: String
        var created: Timestamp
        var expiration: Timestamp
        var account: String?
        var ended: Timestamp?
        var region: String
        var availabilityZone: String
        var description: String?
        var format: DiskImageFormat
        var imageBytes: Int64
        var importManifestURL: String
        var ownAuthority: String?
        var volumeSizeGiB: Int
        var volumeID: String
        var state: ConversionTask.State
        var statusMessage: String?
        var bytesConverted: Int64
        var hasVolume: Bool
        var tags: [String: String]
    }

    init(from decoder: any Decoder) throws {
        let record = try Record(from: decoder)
        created = record.created
        expiration = record.expiration
        account = record.account
        ended = record.ended
        region = record.region
        format = record.format
        ownAuthority = record.ownAuthority
        plannedVolumeID = record.volumeID
        task = ConversionTask(
            id: record.id,
            state: record.state,
            statusMessage: record.statusMessage,
            volumeID: record.hasVolume ? record.volumeID : nil,
            bytesConverted: record.bytesConverted,
            expiration: TaskExpiration(record.expiration.iso8601Minutes),
            details: ConversionTask.Details(
                availabilityZone: record.availabilityZone,
                description: record.description,
                image: ConversionTask.Image(
                    format: record.format.rawValue,
                    bytes: record.imageBytes,
                    importManifestURL: PresignedURL(absoluteString: record.importManifestURL)
                ),
                volumeSize: record.volumeSizeGiB,
                tags: record.tags
            )
        )
    }

    func encode(to encoder: any Encoder) throws {
        let details = task.details
        let record = Record(
            id: id,
            created: created,
            expiration: expiration,
            account: account,
            ended: ended,
            region: region,
            availabilityZone: availabilityZone,
            description: details?.description,
            format: format,
            imageBytes: details?.image.bytes ?? 0,
            importManifestURL: importManifestURL,
            ownAuthority: ownAuthority,
            volumeSizeGiB: volumeSizeGiB,
            volumeID: plannedVolumeID,
            state: task.state,
            statusMessage: task.statusMessage,
            bytesConverted: task.bytesConverted,
            hasVolume: hasVolume,
            tags: details?.tags ?? [:]
        )
        try record.encode(to: encoder)
    }
}
