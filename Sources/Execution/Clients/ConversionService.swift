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
