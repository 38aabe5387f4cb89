import TestSupport
import Testing

@testable import AWS
@testable import HTTPClient

@Suite("Proxies")
struct ProxyTests {
    private func transport(_ variables: [String: String]) throws -> HTTPTransport {
        var configuration = TransportConfiguration()
        configuration.proxies = AWSEnvironment(variables).proxies
        return try HTTPTransport(configuration)
    }

    @Test("A plain request goes to the proxy with its whole URL, and the proxy's password with it")
    func plain() async throws {
        let proxy = try LoopbackServer { _, _ in .answer(200, "from the proxy") }
        let url = proxy.url.replacing("http://", with: "http://user:thePassword@")
        let transport = try transport(["http_proxy": url])
        let response = try await transport.send(HTTPRequest(url: "http://ferry.invalid/path?x=1"))
        #expect(response.body == Array("from the proxy".utf8))
        #expect(proxy.requests.first?.target == "http://ferry.invalid/path?x=1")
        #expect(proxy.requests.first?.headers["proxy-authorization"] == "Basic dXNlcjp0aGVQYXNzd29yZA==")
        proxy.stop()
    }

    @Test("Hosts that are excepted are reached without it, and so is what has no use for it")
    func exceptions() async throws {
        let proxy = try LoopbackServer { _, _ in .answer(502) }
        let server = try LoopbackServer { _, _ in .answer(200) }
        let request = HTTPRequest(url: server.url)
        #expect(try await transport(["http_proxy": proxy.url]).send(request).status == 502)
        for name in ["no_proxy", "NO_PROXY"] {
            let variables = ["http_proxy": proxy.url, name: "example.com,127.0.0.1"]
            #expect(try await transport(variables).send(request).status == 200)
        }
        var direct = request
        direct.usesProxy = false
        #expect(try await transport(["http_proxy": proxy.url]).send(direct).status == 200)
        // The name that a CGI program would take from a stranger's header field.
        #expect(try await transport(["HTTP_PROXY": proxy.url]).send(request).status == 200)
        #expect(try await transport(["ALL_PROXY": proxy.url]).send(request).status == 502)
        proxy.stop()
        server.stop()
    }

    @Test("A proxy that refuses the tunnel proves that nothing was sent, and its password is not shown")
    func refusedTunnel() async throws {
        let proxy = try LoopbackServer { _, _ in .answer(407) }
        let url = proxy.url.replacing("http://", with: "http://user:thePassword@")
        let transport = try transport(["HTTPS_PROXY": url])
        let error = await failure { () async throws(TransportError) in
            try await transport.send(HTTPRequest(method: "POST", url: "https://ferry.invalid/", body: .bytes([1])))
        }
        #expect(proxy.requests.first?.method == "CONNECT")
        #expect(proxy.requests.first?.target == "ferry.invalid:443")
        #expect(error?.provesNothingSent == true)
        #expect(error.map { "\($0) \($0.reason)".contains("thePassword") } == false)
        proxy.stop()
    }
}
