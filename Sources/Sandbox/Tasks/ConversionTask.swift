import DiskImages

/// A conversion task as the sandbox keeps it.
struct ConversionTask: Codable, Sendable {
    /// EC2's states of a task ("ConversionTask", `state`).
    enum State: String, Codable, Sendable {
        case active, cancelling, cancelled, completed
    }

    /// `import-vol-` and 17 hexadecimal digits.
    let id: String
    /// When ImportVolume was called.
    let created: Timestamp
    /// When the task is given up if it isn't done: seven days later.
    let expiration: Timestamp
    /// The region of the call.
    let region: String
    /// The zone of the volume.
    let availabilityZone: String
    /// The caller's description, as sent.
    let description: String?
    /// The image's format.
    let format: DiskImageFormat
    /// The length of the image file, in bytes, as the caller gave it.
    let imageBytes: Int64
    /// The presigned URL of the import manifest. It is as good as a password for what it points at: it goes into the
    /// answers that the API prescribes and nowhere else.
    let importManifestURL: String
    /// The host and port by which that URL named this sandbox; `nil` if it points elsewhere. After a restart on another
    /// port the worker still finds its way by it.
    let ownAuthority: String?
    /// The size of the volume, in GiB.
    let volumeSizeGiB: Int
    /// The id of the volume, chosen at once so that work begun before a restart can be taken up.
    let volumeID: String

    /// The state.
    var state: State
    /// What EC2 tells about the state.
    var statusMessage: String?
    /// Bytes of the image file that have been converted.
    var bytesConverted: Int64
    /// Whether the volume is in place, so that only the staged parts remain to be removed.
    var hasVolume: Bool
    /// The tags.
    var tags: [String: String]

    /// How long a task may take, in seconds (seven days, as presigned URLs of its parts live no longer).
    static let lifetime: Int64 = 604_800
}
