/// The regions and Availability Zones that the sandbox knows ("AWS Regions and Availability Zones").
///
/// AWS gives every account its own assignment of zone names to zone ids; here a zone's letter gives its number.
enum AvailabilityZones {
    /// A zone.
    struct Zone: Sendable {
        /// The name, as in `us-east-1a`.
        let name: String
        /// The id, as in `use1-az1`.
        let id: String
    }

    private static let regions: [String: (idPrefix: String, letters: String)] = [
        "us-east-1": ("use1", "abcdef"),
        "us-east-2": ("use2", "abc"),
        "us-west-1": ("usw1", "abc"),
        "us-west-2": ("usw2", "abcd"),
        "ca-central-1": ("cac1", "abd"),
        "sa-east-1": ("sae1", "abc"),
        "eu-west-1": ("euw1", "abc"),
        "eu-west-2": ("euw2", "abc"),
        "eu-west-3": ("euw3", "abc"),
        "eu-central-1": ("euc1", "abc"),
        "eu-north-1": ("eun1", "abc"),
        "eu-south-1": ("eus1", "abc"),
        "ap-south-1": ("aps1", "abc"),
        "ap-southeast-1": ("apse1", "abc"),
        "ap-southeast-2": ("apse2", "abc"),
        "ap-northeast-1": ("apne1", "acd"),
        "ap-northeast-2": ("apne2", "abcd"),
        "ap-northeast-3": ("apne3", "abc"),
    ]

    /// The zones of a region, by name; `nil` for a region that the sandbox doesn't know.
    static func zones(of region: String) -> [Zone]? {
        guard let (prefix, letters) = regions[region] else { return nil }
        return letters.compactMap { letter in
            letter.asciiValue.map { Zone(name: "\(region)\(letter)", id: "\(prefix)-az\($0 - UInt8(ascii: "a") + 1)") }
        }
    }
}
