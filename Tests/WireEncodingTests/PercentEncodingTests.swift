import Testing

@testable import SigV4
@testable import WireEncoding

@Suite("Percent-encoding")
struct PercentEncodingTests {
    @Test(
        "Everything but the unreserved characters is encoded, in upper case",
        arguments: [
            ("AZaz09-._~", "AZaz09-._~"), ("a b+c", "a%20b%2Bc"), ("ключ/ü", "%D0%BA%D0%BB%D1%8E%D1%87/%C3%BC"),
            ("\u{0}\u{7F}*'()!", "%00%7F%2A%27%28%29%21"), ("🚢", "%F0%9F%9A%A2"),
        ]
    )
    func encoding(text: String, encoded: String) {
        #expect(PercentEncoding.encode(text, keepingSlash: true) == encoded)
        #expect(PercentEncoding.decode(encoded) == text)
    }

    @Test("A slash is kept only where it is asked for")
    func slash() {
        #expect(PercentEncoding.encode("a/b") == "a%2Fb")
    }

    @Test(
        "What is no escape stays as it is",
        arguments: [("%", "%"), ("%4", "%4"), ("%+1", "%+1"), ("%zz", "%zz"), ("100%", "100%"), ("%41%", "A%")]
    )
    func damaged(text: String, decoded: String) {
        #expect(PercentEncoding.decode(text) == decoded)
    }

    @Test("A plus is a space in forms alone")
    func plus() {
        #expect(PercentEncoding.decode("a+b", isForm: true) == "a b")
        #expect(PercentEncoding.decode("a+b") == "a+b")
    }

    @Test("Bytes of a query that are no UTF-8 are signed as they were sent")
    func notUTF8() {
        let canonical = CanonicalRequest(
            method: "GET",
            path: "/",
            query: "b=%ff&a=%2f",
            headers: [],
            payloadHash: "-",
            pathRule: .asIs
        )
        #expect(canonical.text.split(separator: "\n")[2] == "a=%2F&b=%FF")
    }
}
