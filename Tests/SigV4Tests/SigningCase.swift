import Foundation
import Hashing
import Testing

@testable import SigV4
@testable import WireEncoding

/// One case of the signing test suite in `Suites/sigv4.json`.
struct SigningCase: Decodable, Sendable, CustomTestStringConvertible {
    /// What a signer is told besides the request.
    struct Context: Decodable, Sendable {
        struct Credentials: Decodable, Sendable {
            let accessKeyId: String
            let secretAccessKey: String
            let token: String?
        }

        let credentials: Credentials
        let expirationInSeconds: Int
        let normalize: Bool
        let omitSessionToken: Bool?
        let region: String
        let service: String
        let signBody: Bool
        let timestamp: String
    }

    /// What a signer must come to, in one of the two forms.
    struct Expectation: Decodable, Sendable {
        let canonicalRequest: String
        let signature: String
        let stringToSign: String
    }

    let name: String
    let context: Context
    let request: String
    let header: Expectation
    let query: Expectation

    var testDescription: String { name }

    /// Every case of the suite.
    static let all: [SigningCase] = {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        guard let url = Bundle.module.url(forResource: "sigv4", withExtension: "json", subdirectory: "Suites"),
            let cases = try? decoder.decode([SigningCase].self, from: Data(contentsOf: url))
        else {
            Issue.record("Suites/sigv4.json cannot be read")
            return []
        }
        return cases
    }()

    /// The request's parts: header fields may go on in lines that begin with white space.
    func parsed() throws -> (method: String, target: String, headers: [(name: String, value: String)], body: [UInt8]) {
        let halves = request.split(separator: "\n\n", maxSplits: 1)
        let lines = try #require(halves.first).split(separator: "\n")
        let line = try #require(lines.first)
        let version = " HTTP/1.1"
        try #require(line.hasSuffix(version))
        let words = line.dropLast(version.count).split(separator: " ", maxSplits: 1)
        try #require(words.count == 2)
        var headers: [(name: String, value: String)] = []
        for line in lines.dropFirst() {
            if line.hasPrefix(" "), let last = headers.popLast() {
                headers.append((last.name, last.value + "\n" + line))
            } else {
                let parts = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
                try #require(parts.count == 2)
                headers.append((String(parts[0]), String(parts[1])))
            }
        }
        return (String(words[0]), String(words[1]), headers, halves.count == 2 ? Array(halves[1].utf8) : [])
    }

    /// The moment of the signature.
    func time() throws -> SigningTime {
        SigningTime(seconds: Int64(try Date(context.timestamp, strategy: .iso8601).timeIntervalSince1970))
    }

    /// The signer that the context describes.
    var signer: SigV4 {
        SigV4(
            region: context.region,
            service: context.service,
            pathRule: .encodedAgain(normalised: context.normalize)
        )
    }

    /// The credentials, with the token only if it is signed.
    var credentials: AWSCredentials {
        let token = context.omitSessionToken == true ? nil : context.credentials.token
        return AWSCredentials(
            accessKeyID: context.credentials.accessKeyId,
            secretAccessKey: Secret(context.credentials.secretAccessKey),
            sessionToken: token.map { Secret($0) }
        )
    }
}
