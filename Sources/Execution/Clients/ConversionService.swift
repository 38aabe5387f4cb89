package import EC2Types
package import Migration

/// The EC2 operations that the executor uses.
package protocol ConversionService: Sendable {
    /// Calls ImportVolume. The request is sent once, whatever the error.
    func importVolume(_ call: ImportCall) async throws(ServiceError) -> ConversionTask
    /// The conversion tasks of the given ids that exist; all tasks that import volumes if `ids` is `nil`.
    func conversions(ids: [String]?) async throws(ServiceError) -> [ConversionTask]
    /// Cancels a task that is active.
    func cancelConversion(taskID: String, reason: String) async throws(ServiceError)
    /// Those of the given volumes that exist.
    func existingVolumes(among ids: Set<String>) async throws(ServiceError) -> Set<String>
    /// The volumes that have a tag of a key.
    func volumes(withTag key: String) async throws(ServiceError) -> [TaggedVolume]
    /// The volumes of a size in a zone.
    ///
    /// - Parameters:
    ///   - size: The size in GiB.
    ///   - zone: The Availability Zone.
    func volumes(ofSize size: Int, inZone zone: String) async throws(ServiceError) -> [TaggedVolume]
    /// Tags a volume, overwriting existing values.
    func tag(volumeID: String, tags: [String: String]) async throws(ServiceError)
    /// Removes tags from a volume.
    func untag(volumeID: String, keys: [String]) async throws(ServiceError)
    /// The names of the Availability Zones that can be used.
    func availabilityZones() async throws(ServiceError) -> [String]
}
