/// A filter of DescribeVolumes: a field and the values of which it must have one.
struct VolumeFilter: Sendable {
    private let name: String
    private let values: Set<String>

    /// Reads `Filter.1.Name`, `Filter.1.Value.1` and so on.
    ///
    /// - Throws: ``EC2Error/invalidParameterValue(_:)`` for a filter that the sandbox doesn't have, because leaving it
    ///   out would give too much.
    static func all(_ parameters: EC2Parameters) throws(EC2Error) -> [VolumeFilter] {
        var filters: [VolumeFilter] = []
        for number in 1... {
            guard let name = parameters["Filter.\(number).Name"] else { break }
            let known = ["volume-id", "availability-zone", "size", "status", "tag-key"]
            guard known.contains(name) || name.hasPrefix("tag:") else {
                throw .invalidParameterValue("The filter '\(name)' is invalid")
            }
            filters.append(VolumeFilter(name: name, values: Set(parameters.list("Filter.\(number).Value"))))
        }
        return filters
    }

    /// Whether a volume passes.
    func admits(_ volume: VolumeStore.Volume) -> Bool {
        switch name {
        case "volume-id": values.contains(volume.id)
        case "availability-zone": values.contains(volume.availabilityZone)
        case "size": values.contains(String(volume.sizeGiB))
        case "status": values.contains(SandboxVolume.State.available.rawValue)
        case "tag-key": !values.isDisjoint(with: volume.tags.keys)
        default: volume.tags[String(name.dropFirst("tag:".count))].map(values.contains) ?? false
        }
    }
}
