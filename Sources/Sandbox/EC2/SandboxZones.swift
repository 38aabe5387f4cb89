/// The zones the sandbox knows, for those who check migration manifests against it without starting it.
package enum SandboxZones {
    /// The names of a region's zones; none for a region the sandbox does not have.
    package static func names(of region: String) -> Set<String> {
        Set((AvailabilityZones.zones(of: region) ?? []).map(\.name))
    }
}
