package import DiskImages
import WireEncoding

/// What the executor needs of EC2.
package protocol ConversionService: Sendable {
    /// Calls ImportVolume, once: a retry is made below this only where an error proves that nothing happened.
    func importVolume(_ call: ImportCall) async throws(ServiceError) -> ConversionStatus
    /// The conversion tasks of the given ids that exist; all tasks that import volumes if `ids` is `nil`.
    func conversions(ids: [String]?) async throws(ServiceError) -> [ConversionStatus]
    /// Cancels a task that is active.
    func cancelConversion(taskID: String, reason: String) async throws(ServiceError)
    /// Those of the given volumes that exist.
    func existingVolumes(among ids: Set<String>) async throws(ServiceError) -> Set<String>
    /// The volumes that bear a tag of a key.
    func volumes(withTag key: String) async throws(ServiceError) -> [TaggedVolume]
    /// Gives a volume tags, replacing those of the same keys.
    func tag(volumeID: String, tags: [String: String]) async throws(ServiceError)
    /// The names of the Availability Zones that can be used.
    func availabilityZones() async throws(ServiceError) -> [String]
}

/// The parameters of an ImportVolume call.
package struct ImportCall: Sendable {
    /// The zone of the volume.
    package var zone: String
    /// The bucket that the image is staged in, which says whose import it is.
    package var bucket: String
    /// The image's format.
    package var format: DiskImageFormat
    /// The length of the image file in bytes.
    package var bytes: Int64
    /// The presigned URL of the import manifest: a secret for as long as it is valid.
    package var importManifestURL: String
    /// The volume's size in GiB.
    package var volumeSize: Int
    /// The task's description, with the marker at its end.
    package var description: String
}

/// What EC2 says of a conversion task.
package struct ConversionStatus: Hashable, Sendable {
    /// The task's id.
    package var id: String
    /// The task's state.
    package var state: State
    /// What EC2 says about the state, without secrets, whoever puts it here: it is kept, shown and logged.
    package var statusMessage: String? {
        didSet { statusMessage = statusMessage.map(URLRedaction.redactingSignatures(in:)) }
    }
    /// The description the call gave.
    package var description: String?
    /// The volume, once EC2 has made it.
    package var volumeID: String?
    /// The image's bytes converted so far.
    package var bytesConverted: Int64
    /// When EC2 gives the task up if it is not done (ISO 8601).
    package var expiration: String?

    /// The states of a task, in EC2's words.
    package enum State: String, Sendable {
        case active, cancelling, cancelled, completed
    }

    /// Describes a task.
    package init(
        id: String,
        state: State,
        statusMessage: String? = nil,
        description: String? = nil,
        volumeID: String? = nil,
        bytesConverted: Int64 = 0,
        expiration: String? = nil
    ) {
        self.id = id
        self.state = state
        self.statusMessage = statusMessage.map(URLRedaction.redactingSignatures(in:))
        self.description = description
        self.volumeID = volumeID
        self.bytesConverted = bytesConverted
        self.expiration = expiration
    }
}

/// A volume with its tags.
package struct TaggedVolume: Hashable, Sendable {
    /// Its id.
    package var id: String
    /// When it was made (ISO 8601, UTC): of two such texts the later sorts behind the earlier.
    package var created: String?
    /// Its tags.
    package var tags: [String: String]

    /// Describes a volume.
    package init(id: String, created: String? = nil, tags: [String: String]) {
        self.id = id
        self.created = created
        self.tags = tags
    }
}

/// Why a call of EC2 or S3 failed, as far as the executor acts on it.
package struct ServiceError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What is known of the call's effect.
    package enum Outcome: Hashable, Sendable {
        /// The service did not do it.
        case refused
        /// It may have been done: the answer was lost, or the service failed while it worked.
        case unknown
    }

    /// What is known of the call's effect.
    package var outcome: Outcome
    /// The code of AWS's error, such as `NoSuchBucket`; `nil` if AWS sent none.
    package var code: String?
    /// What happened and what to do, without secrets.
    package var description: String

    /// Describes a failure.
    package init(outcome: Outcome, code: String? = nil, description: String) {
        self.outcome = outcome
        self.code = code
        self.description = description
    }
}
