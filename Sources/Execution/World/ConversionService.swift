package import DiskImages
package import EC2Types

/// What the executor needs of EC2.
package protocol ConversionService: Sendable {
    /// Calls ImportVolume, once: a retry is made below this only where an error proves that nothing happened.
    func importVolume(_ call: ImportCall) async throws(ServiceError) -> ConversionTask
    /// The conversion tasks of the given ids that exist; all tasks that import volumes if `ids` is `nil`.
    func conversions(ids: [String]?) async throws(ServiceError) -> [ConversionTask]
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
    /// The marker at the end of the description.
    package var marker: TaskMarker
    /// The description of the task, with the marker at its end.
    package var description: String
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
