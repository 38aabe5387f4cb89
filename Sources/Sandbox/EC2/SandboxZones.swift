/// The zones the sandbox knows, for those who check migration manifests against it without starting it.
package enum SandboxZones {
    /// The names and ids of a region's zones; none for a region the sandbox does not have.
    package static func zones(of region: String) -> [(name: String, id: String)] {
        (AvailabilityZones.zones(of: region) ?? []).map { ($0.name, $0.id) }
    }
}
