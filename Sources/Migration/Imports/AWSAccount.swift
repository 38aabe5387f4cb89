/// The account that a run works in, as STS names it (STS API Reference, “GetCallerIdentity”).
///
/// The caller's ARN is not part of it: several roles work for one account.
package enum AWSAccount: Hashable, Sendable {
    /// An account of AWS.
    ///
    /// - Parameters:
    ///   - id: The account's id, 12 digits.
    ///   - partition: The partition, such as `aws` or `aws-cn`.
    case account(id: String, partition: String)
    /// An endpoint that does not answer STS. It counts as an account of its own.
    case endpoint(String)

    /// The account in an object's key.
    package var keyName: String {
        switch self {
        case .account(let id, _): id
        case .endpoint: "endpoint"
        }
    }

    /// The account's id; `nil` for an endpoint without STS.
    package var id: String? {
        if case .account(let id, _) = self { id } else { nil }
    }
}

extension AWSAccount: CustomStringConvertible {
    package var description: String {
        switch self {
        case .account(let id, "aws"): "account \(id)"
        case .account(let id, let partition): "account \(id) (partition \(partition))"
        case .endpoint(let url): "the endpoint \(url)"
        }
    }
}
