/// Where a service is.
package struct AWSEndpoint: Hashable, Sendable {
    /// Scheme and authority, without a slash at the end.
    package let url: String
    /// Whether it is AWS's own, where a bucket is part of the host's name.
    package let isAWS: Bool

    /// An endpoint somebody named, such as `http://127.0.0.1:9000`.
    package init(custom url: String) {
        self.url = url.hasSuffix("/") ? String(url.dropLast()) : url
        isAWS = false
    }

    /// AWS's endpoint of a region (AWS General Reference, “Service endpoints”).
    package init(_ service: AWSService, region: String) {
        let suffix = region.hasPrefix("cn-") ? "amazonaws.com.cn" : "amazonaws.com"
        url = "https://\(service.rawValue).\(region).\(suffix)"
        isAWS = true
    }
}
