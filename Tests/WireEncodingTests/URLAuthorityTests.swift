import Testing
import WireEncoding

@Suite("Authorities of URLs")
struct URLAuthorityTests {
    @Test(
        "Host and port",
        arguments: [
            ("http://127.0.0.1:4000/a?b", "127.0.0.1", 4000), ("HTTPS://Example.COM", "example.com", 443),
            ("http://bucket.localhost:80/x", "bucket.localhost", 80), ("http://[::1]:9/x", "::1", 9),
            ("http://[::1]/x", "::1", 80), ("http://host?query", "host", 80),
        ]
    )
    func parts(url: String, host: String, port: Int) throws {
        let authority = try #require(URLAuthority(url))
        #expect(authority.host == host)
        #expect(authority.port == port)
    }

    @Test(
        "What has none is refused",
        arguments: [
            "", "ftp://host/", "http://", "http:///path", "http://:80/", "http://host:0/", "http://host:x/",
            "http://a@b/",
        ]
    )
    func refusal(url: String) {
        #expect(URLAuthority(url) == nil)
    }
}
