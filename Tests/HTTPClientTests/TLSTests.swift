import Foundation
import TestSupport
import Testing

@testable import AWS
@testable import HTTPClient

@Suite("TLS")
struct TLSTests {
    /// A TLS server with a certificate of its own making for 127.0.0.1, run by the `openssl` command.
    private final class Server {
        let certificate: String
        let port: Int
        private let process: BackgroundCommand
        private let folder: TemporaryDirectory

        init(name: String) async throws {
            folder = try TemporaryDirectory()
            certificate = folder.path("certificate.pem")
            let made = try await Command.run(
                [
                    "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                    "-keyout", folder.path("key.pem"), "-out", certificate, "-days", "2", "-subj", "/CN=\(name)",
                    "-addext", "subjectAltName=\(name)",
                ]
            )
            try #require(made.exitCode == 0, "\(made.errorOutput)")
            process = try await BackgroundCommand(
                [
                    "openssl", "s_server", "-accept", "127.0.0.1:0", "-www", "-cert", certificate,
                    "-key", folder.path("key.pem"),
                ],
                lines: 1
            )
            // It prints "ACCEPT 127.0.0.1:PORT" once it listens.
            var port: Int?
            while port == nil {
                try #require(process.isRunning, "openssl ended: \(process.output)\(process.errorOutput)")
                let lines = process.output.split(separator: "\n")
                port = lines.first { $0.hasPrefix("ACCEPT") }?.split(separator: ":").last.flatMap { Int($0) }
                try await Task.sleep(for: .milliseconds(20))
            }
            self.port = port ?? 0
        }
    }

    @Test("A certificate that nobody vouches for is refused; one that AWS_CA_BUNDLE names is trusted")
    func trust() async throws {
        let server = try await Server(name: "IP:127.0.0.1")
        let request = HTTPRequest(url: "https://127.0.0.1:\(server.port)/")
        let stranger = try HTTPTransport()
        let error = await failure { () async throws(TransportError) in try await stranger.send(request) }
        #expect(error?.kind == .notTrusted)
        #expect(error?.provesNothingSent == true)
        #expect(error?.description.contains("AWS_CA_BUNDLE") == true)

        var configuration = TransportConfiguration()
        configuration.certificates = try AWSEnvironment(["AWS_CA_BUNDLE": server.certificate]).certificates
        #expect(try await HTTPTransport(configuration).send(request).status == 200)
    }

    @Test("A certificate for another host is refused, whoever vouches for it")
    func otherHost() async throws {
        let server = try await Server(name: "DNS:other.invalid")
        var configuration = TransportConfiguration()
        configuration.certificates = server.certificate
        let transport = try HTTPTransport(configuration)
        let error = await failure { () async throws(TransportError) in
            try await transport.send(HTTPRequest(url: "https://127.0.0.1:\(server.port)/"))
        }
        #expect(error?.kind == .notTrusted)
    }

    @Test("A peer that speaks no TLS is an error before anything of the request is sent")
    func noTLS() async throws {
        let server = try LoopbackServer { _, _ in .answer(200) }
        let transport = try HTTPTransport()
        let url = server.url.replacing("http:", with: "https:")
        // A ClientHello is no request with an end of its own: the server must not wait for it.
        let task = Task {
            await failure { () async throws(TransportError) in try await transport.send(HTTPRequest(url: url))
            }
        }
        await server.waitForConnections(1)
        server.stop()
        let error = await task.value
        #expect(error?.kind == .notConnected)
        #expect(error?.provesNothingSent == true)
    }
}
