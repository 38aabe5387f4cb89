import AWS
import Hashing
import Sandbox

@testable import HTTPClient
@testable import SigV4
@testable import WireEncoding

/// An upload in `aws-chunked` coding with signed chunks, written after the Amazon S3 API Reference, "Signature
/// calculations: transferring payload in multiple chunks".
struct ChunkedUpload {
    /// Whether the second chunk is the one that was signed.
    let isRight: Bool

    /// Uploads `content` in two chunks under the key `chunked`.
    func send(_ content: [UInt8], to fixture: SandboxFixture) async throws -> HTTPResponse {
        let payloadHash = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD"
        let time = SigningTime.ago(0)
        let scope = "\(time.day)/\(SandboxFixture.region)/s3/aws4_request"
        let length = 2 * (content.count / 2)
        let pieces = [content[..<(length / 2)], content[(length / 2)...], []]
        var request = HTTPRequest(
            method: "PUT",
            url: "\(fixture.endpoint)/\(SandboxFixture.bucket)/chunked",
            headers: [
                ("X-Amz-Content-Sha256", payloadHash), ("Content-Encoding", "aws-chunked"),
                ("X-Amz-Decoded-Content-Length", "\(content.count)"),
            ]
        )
        let signer = SigV4(region: SandboxFixture.region, service: "s3")
        try signer.sign(&request, payloadHash: payloadHash, credentials: SandboxFixture.credentials(), at: time)
        let authorization = request.headers.first { $0.name == "Authorization" }?.value ?? ""
        var signature = String(authorization.split(separator: "=").last ?? "")
        var body: [UInt8] = []
        for (number, piece) in pieces.enumerated() {
            let text = [
                "AWS4-HMAC-SHA256-PAYLOAD", time.text, scope, signature, SHA256.digest(of: "").hex,
                SHA256.digest(of: piece).hex,
            ].joined(separator: "\n")
            let key = Secret(SandboxConfiguration.defaultSecretAccessKey)
            signature = signer.signature(of: text, key: key, at: time)
            var sent = Array(piece)
            if number == 1, !isRight { sent[0] ^= 1 }
            body += Array("\(String(piece.count, radix: 16));chunk-signature=\(signature)\r\n".utf8)
            body += sent + Array("\r\n".utf8)
        }
        request.body = .bytes(body)
        return try await fixture.transport.send(request)
    }
}
