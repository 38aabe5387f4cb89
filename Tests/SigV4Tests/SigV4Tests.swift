import Hashing
import Testing

@testable import SigV4
@testable import WireEncoding

/// The worked examples of the S3 API Reference, “Signature Calculations”, and what ferry itself relies on.
@Suite("Signature Version 4 for S3")
struct SigV4Tests {
    private let credentials = AWSCredentials(
        accessKeyID: "AKIAIOSFODNN7EXAMPLE",
        secretAccessKey: Secret("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY")
    )
    private let signer = SigV4(region: "us-east-1", service: "s3")
    /// 24 May 2013, 00:00 UTC.
    private let time = SigningTime(seconds: 1_369_353_600)

    @Test("GET of a range")
    func range() throws {
        let empty = SHA256.digest(of: []).hex
        var request = SigningRequest(
            url: "https://examplebucket.s3.amazonaws.com/test.txt",
            headers: [("Range", "bytes=0-9"), ("x-amz-content-sha256", empty)]
        )
        try signer.sign(&request, payloadHash: empty, credentials: credentials, at: time)
        #expect(
            signature(of: request) == "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41"
        )
    }

    @Test("PUT of an object whose key has a character to encode")
    func put() throws {
        let hash = SHA256.digest(of: "Welcome to Amazon S3.").hex
        var request = SigningRequest(
            method: "PUT",
            url: "https://examplebucket.s3.amazonaws.com/test%24file.text",
            headers: [
                ("Date", "Fri, 24 May 2013 00:00:00 GMT"), ("x-amz-storage-class", "REDUCED_REDUNDANCY"),
                ("x-amz-content-sha256", hash),
            ]
        )
        try signer.sign(&request, payloadHash: hash, credentials: credentials, at: time)
        #expect(
            signature(of: request) == "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd"
        )
    }

    @Test("A presigned URL")
    func presigned() throws {
        let url = try signer.presign(
            "GET",
            url: "https://examplebucket.s3.amazonaws.com/test.txt",
            expiry: 86_400,
            credentials: credentials,
            at: time
        )
        let expected = "aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404"
        #expect(url.absoluteString.hasSuffix("X-Amz-Signature=\(expected)"))
    }

    @Test("An expiry is brought within what AWS takes", arguments: [(0, 1), (-5, 1), (604_801, 604_800), (60, 60)])
    func expiry(wanted: Int, given: Int) throws {
        let url = try signer.presign(
            "GET",
            url: "https://b.s3.amazonaws.com/k",
            expiry: wanted,
            credentials: credentials,
            at: time
        )
        #expect(url.absoluteString.contains("X-Amz-Expires=\(given)&"))
    }

    @Test(
        "What is no absolute URL is an error, not a request without a signature",
        arguments: ["127.0.0.1:9000/k", "example.com", "/k", "", "https://", "http:///k", "://h/k", "file://h/k"]
    )
    func unsignable(url: String) {
        var request = SigningRequest(url: url)
        let payloadHash = SigV4.unsignedPayload
        #expect(throws: UnsignableURL.self) {
            try signer.sign(&request, payloadHash: payloadHash, credentials: credentials, at: time)
        }
        #expect(request.headers.isEmpty)
        #expect(throws: UnsignableURL.self) {
            try signer.presign("GET", url: url, expiry: 1, credentials: credentials, at: time)
        }
    }

    @Test(
        "The Host that is signed is the Host that is sent",
        arguments: [
            ("https://host:443/k", "host"), ("http://host:80/k", "host"), ("https://host:8443/k", "host:8443"),
            ("http://host:443/k", "host:443"),
        ]
    )
    func host(url: String, host: String) throws {
        var request = SigningRequest(url: url)
        try signer.sign(&request, payloadHash: SigV4.unsignedPayload, credentials: credentials, at: time)
        let canonical = CanonicalRequest(
            method: "GET",
            path: "/k",
            query: "",
            headers: [("host", host), ("x-amz-date", time.text)],
            payloadHash: SigV4.unsignedPayload,
            pathRule: .asIs
        )
        let expected = signer.signature(
            of: signer.stringToSign(canonical, at: time),
            key: credentials.secretAccessKey,
            at: time
        )
        #expect(signature(of: request) == expected)
    }

    @Test("A key signs for its own day, region and secret, whatever was signed before")
    func keys() {
        let text = "text"
        let first = signer.signature(of: text, key: credentials.secretAccessKey, at: time)
        let nextDay = signer.signature(
            of: text,
            key: credentials.secretAccessKey,
            at: SigningTime(seconds: 1_369_440_000)
        )
        let otherKey = signer.signature(of: text, key: Secret("other"), at: time)
        #expect(Set([first, nextDay, otherKey]).count == 3)
        #expect(signer.signature(of: text, key: credentials.secretAccessKey, at: time) == first)
    }

    @Test(
        "Times are written in UTC, leap days and all",
        arguments: [
            (Int64(0), "19700101T000000Z"), (951_827_696, "20000229T123456Z"), (-1, "19691231T235959Z"),
            (4_107_542_399, "21000228T235959Z"), (1_440_938_160, "20150830T123600Z"),
        ]
    )
    func times(seconds: Int64, text: String) {
        #expect(SigningTime(seconds: seconds).text == text)
    }

    private func signature(of request: SigningRequest) -> String? {
        request.headers.first { $0.name == "Authorization" }?.value.split(separator: "Signature=").last.map(String.init)
    }
}
