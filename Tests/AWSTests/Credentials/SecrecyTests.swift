import AWS
import TestSupport
import Testing

@testable import HTTPClient
@testable import SigV4
@testable import WireEncoding

@Suite("Secrets are not shown")
struct SecrecyTests {
    private static let secret = "wJalrXUtnFEMI"
    private static let url = "https://b.s3.amazonaws.com/k?X-Amz-Credential=c&X-Amz-Signature=\(secret)"

    private func check(_ value: some Any, _ location: SourceLocation = #_sourceLocation) {
        var dumped = ""
        dump(value, to: &dumped)
        for text in [String(describing: value), String(reflecting: value), "\(value)", dumped] {
            #expect(!text.contains(Self.secret), "\(type(of: value))", sourceLocation: location)
        }
    }

    @Test("By no description, reflection or dump, alone or within other values")
    func values() throws {
        let secret = Secret(Self.secret)
        let credentials = AWSCredentials(accessKeyID: "AKID", secretAccessKey: secret, sessionToken: secret)
        check(secret)
        check(credentials)
        check([credentials])
        check(StaticCredentials(credentials))
        check(AWSEnvironment(["AWS_SECRET_ACCESS_KEY": Self.secret]))
        check(SharedProfiles(configuration: nil, credentials: "[default]\naws_secret_access_key = \(Self.secret)"))
        check(ProxySettings(["https_proxy": "http://user:\(Self.secret)@proxy"]))
        check(
            try ProfileChain(
                profile: "default",
                in: SharedProfiles(configuration: "[default]\ncredential_process = p \(Self.secret)", credentials: nil)
            )
        )
        let request = HTTPRequest(
            url: Self.url,
            headers: [("Authorization", Self.secret), ("X-Amz-Security-Token", Self.secret)],
            body: .bytes(Array(Self.secret.utf8))
        )
        check(request)
        check([request])
        let presigned = try SigV4(region: "r", service: "s3")
            .presign("GET", url: Self.url, expiry: 1, credentials: credentials, at: SigningTime(seconds: 0))
        check(presigned)
        #expect(presigned.absoluteString.contains("X-Amz-Signature="))
        check(
            EC2Client.ImportVolumeRequest(
                availabilityZone: "z",
                format: "RAW",
                bytes: 1,
                importManifestURL: Self.url,
                volumeSize: 1,
                description: nil
            )
        )
    }

    @Test("A request to nowhere is reported without the query of its URL")
    func transportError() async throws {
        let transport = try HTTPTransport()
        for url in [
            "http://127.0.0.1:1/k?X-Amz-Signature=\(Self.secret)", "nothing:/?\(Self.secret)=1", "?\(Self.secret)",
        ] {
            let error = await failure { () async throws(TransportError) in
                try await transport.send(HTTPRequest(url: url, headers: [("Authorization", Self.secret)]))
            }
            check(try #require(error))
        }
    }
}
