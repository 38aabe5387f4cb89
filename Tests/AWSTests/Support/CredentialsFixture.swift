import AWS
import Foundation
import Logging
import TestSupport

@testable import HTTPClient
@testable import SigV4
@testable import WireEncoding

/// An environment of a test's own, with a home folder and servers in place of AWS's.
struct CredentialsFixture {
    let folder: TemporaryDirectory
    let time: ManualTime
    let transport: HTTPTransport

    init() throws {
        folder = try TemporaryDirectory()
        time = ManualTime()
        transport = try HTTPTransport()
    }

    /// The provider that an environment leads to. The instance's metadata are off unless it says where they are.
    func provider(_ variables: [String: String]) throws -> any CredentialsProvider {
        try defaults(variables).provider()
    }

    /// What finds credentials in an environment.
    func defaults(_ variables: [String: String]) throws -> DefaultCredentials {
        var all = ["HOME": folder.path]
        if variables["AWS_EC2_METADATA_SERVICE_ENDPOINT"] == nil { all["AWS_EC2_METADATA_DISABLED"] = "true" }
        all.merge(variables) { $1 }
        return try DefaultCredentials(
            AWSEnvironment(all, profiles: SharedFiles.read(all)),
            transport: transport,
            time: time.retryTime,
            logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
        )
    }

    /// The credentials that an environment leads to.
    func credentials(_ variables: [String: String]) async throws -> AWSCredentials {
        try await provider(variables).credentials()
    }

    /// Why an environment leads to no credentials.
    func failure(_ variables: [String: String]) async -> String {
        do {
            _ = try await credentials(variables)
            return ""
        } catch {
            return "\(error)"
        }
    }
}

/// Answers of services that give credentials, and requests to them.
enum CredentialsAnswer {
    /// The present of ``ManualTime`` is 2027-01-15 08:00:00.
    static let end = "2027-01-15T09:00:00Z"

    /// As a container's agent and an instance give them.
    static func document(
        _ id: String,
        secret: String = "theSecret",
        token: String = "theToken",
        end: String = end
    )
        -> String
    {
        """
        {"Code":"Success","AccessKeyId":"\(id)","SecretAccessKey":"\(secret)","Token":"\(token)","Expiration":"\(end)"}
        """
    }

    /// As STS gives them.
    static func sts(_ action: String, _ id: String, end: String = end) -> String {
        """
        <\(action)Response xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><\(action)Result><Credentials>\
        <AccessKeyId>\(id)</AccessKeyId><SecretAccessKey>theSecret</SecretAccessKey>\
        <SessionToken>theToken</SessionToken><Expiration>\(end)</Expiration></Credentials></\(action)Result>\
        <ResponseMetadata><RequestId>r</RequestId></ResponseMetadata></\(action)Response>
        """
    }

    /// What they all are.
    static func credentials(_ id: String, end: String? = end) throws -> AWSCredentials {
        AWSCredentials(
            accessKeyID: id,
            secretAccessKey: Secret("theSecret"),
            sessionToken: Secret("theToken"),
            expiration: try end.map { try Date($0, strategy: .iso8601) }
        )
    }
}
