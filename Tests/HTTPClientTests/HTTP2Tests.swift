import Foundation
import TestSupport
import Testing

@testable import HTTPClient

private let node = ["/usr/bin/node", "/usr/local/bin/node"].first { FileManager.default.isExecutableFile(atPath: $0) }

/// Against Node.js, whose HTTP/2 is nghttp2's, as a server of others.
@Suite("HTTP/2", .enabled(if: node != nil, "Node.js is not there"))
struct HTTP2Tests {
    private static let script = """
        const http2 = require('http2'), fs = require('fs');
        let sessions = 0;
        const server = http2.createSecureServer({
            key: fs.readFileSync('key.pem'), cert: fs.readFileSync('certificate.pem'), allowHTTP1: true,
        }, (request, response) => {
            let bytes = 0;
            request.on('data', piece => bytes += piece.length);
            request.on('end', () => response.end(`${request.httpVersion} ${bytes} ${sessions}`));
        });
        server.on('session', () => sessions++);
        server.listen(0, '127.0.0.1', () => console.log(server.address().port));
        """

    @Test("It is spoken where it is offered, many requests on one connection, with bodies from a file")
    func multiplexed() async throws {
        let folder = try TemporaryDirectory()
        let made = try await Command.run(
            [
                "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                "-keyout", folder.path("key.pem"), "-out", folder.path("certificate.pem"), "-days", "2",
                "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1",
            ]
        )
        try #require(made.exitCode == 0, "\(made.errorOutput)")
        let image = try folder.write([UInt8](repeating: 7, count: 1_000_000), to: "image")
        try folder.write(Self.script, to: "server.js")
        let server = try await BackgroundCommand([try #require(node), "server.js"], in: folder.path, lines: 1)
        let port = try #require(Int(server.output.split(separator: "\n").first ?? ""))

        var configuration = TransportConfiguration()
        configuration.certificates = folder.path("certificate.pem")
        let transport = try HTTPTransport(configuration)
        let request = HTTPRequest(
            method: "PUT",
            url: "https://127.0.0.1:\(port)/",
            body: .file(path: image, offset: 1, length: 999_999)
        )
        // The first tells that the server speaks it; those that follow share its connection.
        let first = try await transport.send(request)
        #expect(String(decoding: first.body, as: UTF8.self) == "2.0 999999 1")
        try await withThrowingTaskGroup(of: String.self) { group in
            for _ in 0..<10 {
                group.addTask { String(decoding: try await transport.send(request).body, as: UTF8.self) }
            }
            for try await text in group { #expect(text == "2.0 999999 1") }
        }
        server.crash()
    }
}
