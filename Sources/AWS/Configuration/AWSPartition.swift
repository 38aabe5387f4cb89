/// A group of regions with accounts, names and endpoints of its own (AWS General Reference, “Partitions”; the names are
/// those of `partitions.json`, which the AWS SDKs share).
package struct AWSPartition: Hashable, Sendable {
    /// The id, as in the second part of an ARN.
    package let id: String
    /// The end of the names of its endpoints.
    let suffix: String
    /// The end of the names of its endpoints that have IPv6 addresses too.
    let dualStackSuffix: String

    private init(_ id: String, _ suffix: String, _ dualStackSuffix: String) {
        self.id = id
        self.suffix = suffix
        self.dualStackSuffix = dualStackSuffix
    }

    /// The partition of a region, by the beginning of its name.
    package init(region: String) {
        self = Self.byPrefix.first { region.hasPrefix($0.prefix) }?.partition ?? Self.commercial
    }

    private static let commercial = AWSPartition("aws", "amazonaws.com", "api.aws")

    private static let byPrefix: [(prefix: String, partition: AWSPartition)] = [
        ("cn-", AWSPartition("aws-cn", "amazonaws.com.cn", "api.amazonwebservices.com.cn")),
        ("us-gov-", AWSPartition("aws-us-gov", "amazonaws.com", "api.aws")),
        ("eusc-", AWSPartition("aws-eusc", "amazonaws.eu", "api.amazonwebservices.eu")),
        ("us-iso-", AWSPartition("aws-iso", "c2s.ic.gov", "api.aws.ic.gov")),
        ("us-isob-", AWSPartition("aws-iso-b", "sc2s.sgov.gov", "api.aws.scloud")),
        ("eu-isoe-", AWSPartition("aws-iso-e", "cloud.adc-e.uk", "api.cloud-aws.adc-e.uk")),
        ("us-isof-", AWSPartition("aws-iso-f", "csp.hci.ic.gov", "api.aws.hci.ic.gov")),
    ]
}
