/// The services ferry calls, by their names in endpoints and signatures.
package enum AWSService: String, Sendable {
    case ec2, s3

    /// The service's name as AWS writes it.
    var name: String {
        switch self {
        case .ec2: "EC2"
        case .s3: "S3"
        }
    }
}
