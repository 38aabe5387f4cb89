import Foundation
import TestSupport
import Testing

@testable import HTTPClient

@Suite("HTTP transport")
struct HTTPTransportTests {
    @Test("Status, header fields in any case and body come as they were sent")
    func answer() async throws {
        let server = try LoopbackServer { _, _ in .answer(404, "gone", headers: ["X-Some": " a b ", "ETag": "\"1\""]) }
        let response = try await HTTPTransport().send(HTTPRequest(url: server.url + "/x?y=1"))
        #expect(response.status == 404)
        #expect(response.body == Array("gone".utf8))
        #expect(response.header("x-sOME") == "a b")
        #expect(response.header("etag") == "\"1\"")
        #expect(response.header("none") == nil)
        server.stop()
    }

    @Test("One connection serves one request after another")
    func keepAlive() async throws {
        let server = try LoopbackServer { _, _ in .answer(200) }
        let transport = try HTTPTransport()
        for _ in 0..<5 { _ = try await transport.send(HTTPRequest(url: server.url)) }
        #expect(Set(server.requests.map(\.connection)) == [0])
        server.stop()
    }

    @Test("Many requests at once all get their own answers")
    func concurrency() async throws {
        let server = try LoopbackServer { _, request in .answer(200, request.target) }
        let transport = try HTTPTransport()
        try await withThrowingTaskGroup(of: Bool.self) { group in
            for number in 0..<200 {
                group.addTask {
                    let response = try await transport.send(HTTPRequest(url: server.url + "/\(number)"))
                    return String(decoding: response.body, as: UTF8.self) == "/\(number)"
                }
            }
            for try await isOwn in group { #expect(isOwn) }
        }
        server.stop()
    }

    @Test(
        "A path is sent as it is",
        arguments: ["/a/../b/./c//d", "/%2e%2E/", "/", "/a%20b?x=%2F&y", "//", "/caf%C3%A9"]
    )
    func path(target: String) async throws {
        let server = try LoopbackServer { _, _ in .answer(200) }
        _ = try await HTTPTransport().send(HTTPRequest(url: server.url + target))
        #expect(server.requests.first?.target == target)
        server.stop()
    }

    @Test("A stretch of a file is sent, and only that", arguments: [(0, 3_000_000), (1_234_567, 1_000_001), (5, 0)])
    func file(offset: Int64, length: Int) async throws {
        let bytes = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 9) }
        let folder = try TemporaryDirectory()
        let path = try folder.write(bytes, to: "image")
        let server = try LoopbackServer { _, _ in .answer(200) }
        var request = HTTPRequest(method: "PUT", url: server.url + "/k")
        request.body = .file(path: path, offset: offset, length: length)
        _ = try await HTTPTransport().send(request)
        let received = try #require(server.requests.first)
        #expect(received.body == Array(bytes[Int(offset)..<Int(offset) + length]))
        #expect(received.headers["content-length"] == String(length))
        #expect(received.headers["expect"] == nil)
        server.stop()
    }

    @Test("A file that is shorter than was said, or not there, is an error that names it")
    func unreadable() async throws {
        let folder = try TemporaryDirectory()
        let path = try folder.write("short", to: "image")
        let server = try LoopbackServer { _, _ in .answer(200) }
        let transport = try HTTPTransport()
        for (path, length) in [(path, 6), (folder.path("none"), 1)] {
            var request = HTTPRequest(method: "PUT", url: server.url)
            request.body = .file(path: path, offset: 0, length: length)
            let error = await failure { () async throws(TransportError) in try await transport.send(request) }
            #expect(error?.kind == .unreadableBody)
            #expect(error?.reason.contains(path) == true)
        }
        server.stop()
    }

    @Test("A range beyond what a file can have is refused", arguments: [(Int64.max, 2), (-1, 1), (0, -1)])
    func impossibleRange(offset: Int64, length: Int) async throws {
        var request = HTTPRequest(method: "PUT", url: "http://127.0.0.1:1/")
        request.body = .file(path: "/dev/null", offset: offset, length: length)
        let transport = try HTTPTransport()
        let error = await failure { () async throws(TransportError) in try await transport.send(request) }
        #expect(error?.kind == .unreadableBody)
    }

    @Test("An empty PUT or POST says so and gets no content type of curl's", arguments: ["PUT", "POST"])
    func emptyBody(method: String) async throws {
        let server = try LoopbackServer { _, _ in .answer(200) }
        _ = try await HTTPTransport().send(HTTPRequest(method: method, url: server.url))
        let request = try #require(server.requests.first)
        #expect(request.method == method)
        #expect(request.headers["content-length"] == "0")
        #expect(request.headers["content-type"] == nil)
        server.stop()
    }

    @Test("HEAD gets header fields and no body")
    func head() async throws {
        let server = try LoopbackServer { _, _ in [.send(Array("HTTP/1.1 200 OK\r\nContent-Length: 77\r\n\r\n".utf8))] }
        let response = try await HTTPTransport().send(HTTPRequest(method: "HEAD", url: server.url))
        #expect(response.header("content-length") == "77")
        #expect(response.body.isEmpty)
        server.stop()
    }

    @Test("A redirect is an answer like any other")
    func redirect() async throws {
        let server = try LoopbackServer { _, _ in .answer(307, headers: ["Location": "/elsewhere"]) }
        let response = try await HTTPTransport().send(HTTPRequest(url: server.url))
        #expect(response.status == 307)
        #expect(server.requests.count == 1)
        server.stop()
    }

    @Test("An informational answer is not taken for the answer")
    func informational() async throws {
        let server = try LoopbackServer { _, _ in
            [.send(Array("HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n".utf8)), .answer(200, "body")]
        }
        let response = try await HTTPTransport().send(HTTPRequest(url: server.url))
        #expect(response.status == 200)
        #expect(response.header("link") == nil)
        server.stop()
    }

    @Test("The connection goes elsewhere, the Host stays the URL's")
    func connectTo() async throws {
        let server = try LoopbackServer { _, _ in .answer(200) }
        var request = HTTPRequest(url: "http://sandbox.invalid:1234/k")
        request.connectTo = "127.0.0.1:\(server.port)"
        _ = try await HTTPTransport().send(request)
        #expect(server.requests.first?.headers["host"] == "sandbox.invalid:1234")
        server.stop()
    }

    @Test(
        "What would end a line is refused before anything is sent",
        arguments: [
            HTTPRequest(url: "http://127.0.0.1:1/", headers: [("X", "a\r\nY: b")]),
            HTTPRequest(url: "http://127.0.0.1:1/", headers: [("X\nY", "a")]),
            HTTPRequest(url: "http://127.0.0.1:1/", headers: [("", "a")]),
            HTTPRequest(method: "GET / HTTP/1.1\r\nX:", url: "http://127.0.0.1:1/"),
            HTTPRequest(method: "", url: "http://127.0.0.1:1/"),
            HTTPRequest(url: "http://127.0.0.1:1/a b"), HTTPRequest(url: "http://127.0.0.1:1/\r\nX: y"),
            HTTPRequest(url: "file:///etc/passwd"), HTTPRequest(url: "ftp://127.0.0.1:1/"), HTTPRequest(url: ""),
        ]
    )
    func injection(request: HTTPRequest) async throws {
        let transport = try HTTPTransport()
        let error = await failure { () async throws(TransportError) in try await transport.send(request) }
        #expect(error?.kind == .invalidRequest)
        #expect(error?.provesNothingSent == true)
    }

    @Test("What a receiver throws ends the transfer, and errors are collected for their text")
    func receiver() async throws {
        struct Full: Error {}
        let server = try LoopbackServer { number, _ in .answer(number == 0 ? 200 : 500, "text") }
        let transport = try HTTPTransport()
        let request = HTTPRequest(url: server.url)
        let error = await failure { () async throws(TransportError) in
            try await transport.send(request) { _, _ in throw Full() }
        }
        #expect(error?.kind == .rejected)
        let response = try await transport.send(request) { _, _ in throw Full() }
        #expect(response.body == Array("text".utf8))
        server.stop()
    }
}
