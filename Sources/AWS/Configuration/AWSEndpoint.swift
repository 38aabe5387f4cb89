/// Where a service is.
package struct AWSEndpoint: Hashable, Sendable {
    /// The kinds of endpoint that a service has in a region.
    package struct Variant: OptionSet, Hashable, Sendable {
        package let rawValue: Int

        package init(rawValue: Int) {
            self.rawValue = rawValue
        }

        /// One whose cryptography is validated to FIPS 140.
        package static let fips = Variant(rawValue: 1)
        /// One with IPv6 addresses beside those of IPv4.
        package static let dualStack = Variant(rawValue: 2)
    }

    /// Scheme and authority, without a slash at the end.
    package let url: String
    /// Whether it is AWS's own, where a bucket is part of the host's name.
    package let isAWS: Bool
    /// Whether a bucket of it can be addressed by ``globalS3`` too: the plain S3 endpoint of a region of the partition `aws`.
    package let isGloballyNamed: Bool

    /// The S3 endpoint without a region. It leads to the buckets of every region of the partition `aws` (Amazon S3 User Guide,
    /// "Virtual hosting of general purpose buckets", global endpoint).
    package static let globalS3 = "https://s3.amazonaws.com"

    /// An endpoint somebody named, such as `http://127.0.0.1:9000`.
    package init(custom url: String) {
        self.url = url.hasSuffix("/") ? String(url.dropLast()) : url
        isAWS = false
        isGloballyNamed = false
    }

    /// AWS's endpoint of a region (AWS General Reference, “Service endpoints”).
    package init(_ service: AWSService, region: String, variant: Variant = []) {
        let partition = AWSPartition(region: region)
        // GovCloud's plain endpoints are validated: those services have no others there.
        let isPlainInGovCloud = partition.id == "aws-us-gov" && service != .s3 && !variant.contains(.dualStack)
        let name = service.rawValue + (variant.contains(.fips) && !isPlainInGovCloud ? "-fips" : "")
        url =
            switch (service, variant.contains(.dualStack)) {
            case (_, false): "https://\(name).\(region).\(partition.suffix)"
            // S3 had such endpoints before there was a domain for them.
            case (.s3, true): "https://\(name).dualstack.\(region).\(partition.suffix)"
            case (_, true): "https://\(name).\(region).\(partition.dualStackSuffix)"
            }
        isAWS = true
        isGloballyNamed = service == .s3 && partition.id == "aws" && variant.isEmpty
    }
}
