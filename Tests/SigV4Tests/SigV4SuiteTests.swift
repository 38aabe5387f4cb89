import Hashing
import Testing

@testable import SigV4
@testable import WireEncoding

@Suite("Signature Version 4 against the signing test suite")
struct SigV4SuiteTests {
    @Test("the suite is whole")
    func count() {
        #expect(SigningCase.all.count == 38)
    }

    @Test("header form", arguments: SigningCase.all)
    func header(_ example: SigningCase) throws {
        let (method, target, headers, body) = try example.parsed()
        let time = try example.time()
        let hash = SHA256.digest(of: body).hex
        let hashField = example.context.signBody ? [(name: "x-amz-content-sha256", value: hash)] : []
        var signed = headers + hashField + [("X-Amz-Date", time.text)]
        if example.context.omitSessionToken != true, let token = example.context.credentials.token {
            signed.append(("X-Amz-Security-Token", token))
        }
        let canonical = canonicalRequest(example, method, target, signed, hash)
        try check(canonical, example, example.header)

        // The whole signer comes to the same: it takes the host from the URL, and adds the rest itself.
        let host = try #require(headers.first { $0.name == "Host" }).value
        var request = SigningRequest(
            method: method,
            url: "https://\(host)\(target)",
            headers: headers.filter { $0.name != "Host" } + hashField
        )
        try example.signer.sign(&request, payloadHash: hash, credentials: example.credentials, at: time)
        let authorization = try #require(request.headers.last { $0.name == "Authorization" })
        #expect(authorization.value.hasSuffix("Signature=\(example.header.signature)"))
        #expect(authorization.value.contains("SignedHeaders=\(canonical.signedHeaders), "))
    }

    @Test("query form", arguments: SigningCase.all)
    func query(_ example: SigningCase) throws {
        let (method, target, headers, body) = try example.parsed()
        let host = try #require(headers.first { $0.name == "Host" }).value
        let hash = SHA256.digest(of: body).hex
        let presigned = try example.signer.presign(
            method,
            url: "https://\(host)\(target)",
            expiry: example.context.expirationInSeconds,
            credentials: example.credentials,
            at: try example.time(),
            headers: headers.filter { $0.name != "Host" },
            payloadHash: hash
        ).absoluteString
        let mark = "&X-Amz-Signature="
        #expect(presigned.hasSuffix(mark + example.query.signature))

        let origin = "https://\(host)"
        try #require(presigned.hasPrefix(origin))
        let unsigned = presigned.dropFirst(origin.count).dropLast(mark.count + example.query.signature.count)
        try check(canonicalRequest(example, method, String(unsigned), headers, hash), example, example.query)
    }

    private func canonicalRequest(
        _ example: SigningCase,
        _ method: String,
        _ target: String,
        _ headers: [(name: String, value: String)],
        _ payloadHash: String
    ) -> CanonicalRequest {
        let path = target.prefix { $0 != "?" }
        return CanonicalRequest(
            method: method,
            path: String(path),
            query: String(target.dropFirst(path.count + 1)),
            headers: headers,
            payloadHash: payloadHash,
            pathRule: .encodedAgain(normalised: example.context.normalize)
        )
    }

    private func check(
        _ canonical: CanonicalRequest,
        _ example: SigningCase,
        _ expected: SigningCase.Expectation
    ) throws {
        let time = try example.time()
        let text = example.signer.stringToSign(canonical, at: time)
        #expect(canonical.text == expected.canonicalRequest)
        #expect(text == expected.stringToSign)
        let key = Secret(example.context.credentials.secretAccessKey)
        #expect(example.signer.signature(of: text, key: key, at: time) == expected.signature)
    }
}
