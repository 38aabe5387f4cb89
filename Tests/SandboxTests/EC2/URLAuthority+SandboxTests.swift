import Testing
import WireEncoding

@testable import Sandbox

@Suite("The sandbox's own authority")
struct OwnAuthorityTests {
    @Test(
        "Which URLs mean the sandbox itself",
        arguments: [
            ("http://127.0.0.1:4000/", "127.0.0.1:4000", true), ("http://localhost:4000/", "127.0.0.1:4000", true),
            ("http://bucket.localhost:4000/", "127.0.0.1:4000", true), ("http://sandbox:4000/", "sandbox:4000", true),
            ("http://sandbox:9999/", "sandbox:9999", true), ("http://127.0.0.1:4001/", "127.0.0.1:4000", false),
            ("http://example.com:4000/", "127.0.0.1:4000", false),
            ("http://localhost.example.com:4000/", "127.0.0.1:4000", false),
        ]
    )
    func own(url: String, name: String, isOwn: Bool) throws {
        #expect(try #require(URLAuthority(url)).isThis(port: 4000, calledAs: name) == isOwn)
    }
}
