package import WireEncoding

/// An EC2 conversion task that imports a volume (EC2 API Reference, `ConversionTask`).
///
/// A list has up to 100,000 tasks: ``details``, which most callers ignore, are stored separately and can be dropped.
package struct ConversionTask: Hashable, Sendable {
    /// The states of a task.
    package enum State: String, Codable, Sendable {
        case active, cancelling, cancelled, completed
    }

    /// The disk image of a task (EC2 API Reference, `DiskImageDescription`).
    package struct Image: Hashable, Sendable {
        /// `VMDK`, `VHD` or `RAW`, as EC2 wrote it.
        package var format: String
        /// The length of the image file in bytes.
        package var bytes: Int64
        /// The presigned URL of the import manifest. EC2 returns it to every caller that may list tasks.
        package var importManifestURL: PresignedURL?
        /// The checksum that EC2 computed; `nil` if it computed none.
        package var checksum: String?

        /// Creates the description of an image.
        package init(
            format: String,
            bytes: Int64,
            importManifestURL: PresignedURL? = nil,
            checksum: String? = nil
        ) {
            self.format = format
            self.bytes = bytes
            self.importManifestURL = importManifestURL
            self.checksum = checksum
        }
    }

    /// The parameters of the ImportVolume call, which never change, and the tags.
    package struct Details: Hashable, Sendable {
        /// The Availability Zone of the volume.
        package var availabilityZone: String
        /// The description from the call, unchanged.
        package var description: String?
        /// The disk image.
        package var image: Image
        /// The size of the volume in GiB.
        package var volumeSize: Int
        /// The tags of the task.
        package var tags: [String: String]

        /// Creates the details of a task.
        package init(
            availabilityZone: String,
            description: String?,
            image: Image,
            volumeSize: Int,
            tags: [String: String] = [:]
        ) {
            self.availabilityZone = availabilityZone
            self.description = description
            self.image = image
            self.volumeSize = volumeSize
            self.tags = tags
        }
    }

    /// Keeps the details outside of the task's own memory.
    private indirect enum Box: Hashable, Sendable {
        case details(Details)
    }

    /// The task's id.
    package let id: String
    /// What EC2 says about the state, without the signatures of URLs: it is stored, displayed and logged.
    package var statusMessage: String? {
        didSet { statusMessage = statusMessage.map(URLRedaction.redactingSignatures) }
    }
    /// The id of the volume; `nil` until EC2 has created it.
    package var volumeID: String?
    /// The number of the image's bytes that are converted.
    package var bytesConverted: Int64
    private var box: Box?
    /// When EC2 gives up the task if it is not completed; `nil` if EC2 reported no time.
    package var expiration: TaskExpiration?
    /// The marker in the description; `nil` for a task that ferry did not create.
    package let marker: TaskMarker?
    /// The task's state.
    package var state: State

    /// The parameters of the call and the tags; `nil` if they were dropped.
    package var details: Details? {
        if case .details(let details) = box { details } else { nil }
    }

    /// The tags. A task without details has none and stores none.
    package var tags: [String: String] {
        get { details?.tags ?? [:] }
        set {
            guard var details else { return }
            details.tags = newValue
            box = .details(details)
        }
    }

    /// The task without its details, as lists keep it.
    package var withoutDetails: ConversionTask {
        ConversionTask(
            id: id,
            state: state,
            redactedMessage: statusMessage,
            marker: marker,
            volumeID: volumeID,
            bytesConverted: bytesConverted,
            expiration: expiration,
            box: nil
        )
    }

    /// Creates a task from its details. This is the only place where a description is searched for a marker.
    package init(
        id: String,
        state: State,
        statusMessage: String? = nil,
        volumeID: String? = nil,
        bytesConverted: Int64 = 0,
        expiration: TaskExpiration? = nil,
        details: Details
    ) {
        self.init(
            id: id,
            state: state,
            redactedMessage: statusMessage.map(URLRedaction.redactingSignatures),
            marker: details.description.flatMap(TaskMarker.init(description:)),
            volumeID: volumeID,
            bytesConverted: bytesConverted,
            expiration: expiration,
            box: .details(details)
        )
    }

    /// Creates a task without details.
    package init(
        id: String,
        state: State,
        statusMessage: String? = nil,
        marker: TaskMarker? = nil,
        volumeID: String? = nil,
        bytesConverted: Int64 = 0,
        expiration: TaskExpiration? = nil
    ) {
        self.init(
            id: id,
            state: state,
            redactedMessage: statusMessage.map(URLRedaction.redactingSignatures),
            marker: marker,
            volumeID: volumeID,
            bytesConverted: bytesConverted,
            expiration: expiration,
            box: nil
        )
    }

    private init(
        id: String,
        state: State,
        redactedMessage: String?,
        marker: TaskMarker?,
        volumeID: String?,
        bytesConverted: Int64,
        expiration: TaskExpiration?,
        box: Box?
    ) {
        self.id = id
        self.state = state
        statusMessage = redactedMessage
        self.marker = marker
        self.volumeID = volumeID
        self.bytesConverted = bytesConverted
        self.expiration = expiration
        self.box = box
    }
}
