/// A volume that the sandbox made of a disk image.
package struct SandboxVolume: Codable, Hashable, Sendable {
    /// The states that a volume of the sandbox can have ("Volume", `state`).
    package enum State: String, Codable, Sendable {
        case available
    }

    /// `vol-` and 17 hexadecimal digits.
    package let id: String
    /// The size in GiB.
    package let sizeGiB: Int
    /// The zone, as in `us-east-1a`.
    package let availabilityZone: String
    /// The absolute path of the file that holds the volume's bytes: raw, sparse, `sizeGiB` long.
    package let path: String
    /// The state.
    package let state: State
    /// The tags.
    package let tags: [String: String]
}
