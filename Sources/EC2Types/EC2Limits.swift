import WireEncoding

/// EC2's limits for what ferry writes on volumes and conversion tasks, in the one place that the validator, the sandbox and
/// the documentation use.
///
/// Where AWS's pages differ, the stricter value: what a manifest may hold never fails after a volume exists. Characters
/// are Unicode scalars, which AWS and JSON Schema count.
package enum EC2Limits {
    /// The most tags of a resource, without those of AWS (EC2 User Guide, “Tag restrictions”).
    package static let tags = 50
    /// The tags that ferry itself may write on a volume: `Name` and those that begin with `ferry:`, of which there are six,
    /// and room for more.
    package static let ferryTags = 10
    /// The most tags of a user on a volume.
    package static let userTags = tags - ferryTags
    /// The most characters of a tag's key: 127 (EC2 API Reference, “Tag”); 128 (EC2 User Guide, “Tag restrictions”).
    package static let tagKey = 127
    /// The most characters of a tag's value: 255 (EC2 API Reference of 2013-02-01, “CreateTags”); 256 (EC2 User Guide, “Tag
    /// restrictions”).
    package static let tagValue = 255
    /// The prefix of keys that AWS keeps for itself, in any case (EC2 User Guide, “Tag restrictions”).
    package static let reservedTagPrefix = "aws:"
    /// The most characters of a task's description. AWS documents none for ImportVolume; 255 is that of its other
    /// resources (EC2 API Reference, “CreateSecurityGroup”).
    package static let description = 255
    /// The characters of a description that are kept for ferry's marker and the space before it.
    package static let markerRoom = 55
    /// The most characters of the user's text in front of the marker.
    package static let userDescription = description - markerRoom
    /// A volume's size in GiB: 1 to 16 TiB, as for gp2 and io1 (EBS User Guide, “Amazon EBS volume types”).
    package static let volumeSize: ClosedRange<Int64> = 1...16_384

    /// Whether EC2 takes a tag.
    package static func acceptsTag(key: String, value: String) -> Bool {
        !key.isEmpty && key.hasAtMost(scalars: tagKey) && value.hasAtMost(scalars: tagValue) && !isReserved(key)
    }

    /// Whether AWS keeps a tag's key for itself.
    package static func isReserved(_ key: String) -> Bool {
        key.prefix(reservedTagPrefix.count).lowercased() == reservedTagPrefix
    }
}
