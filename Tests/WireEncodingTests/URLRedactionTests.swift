import Testing

@testable import WireEncoding

/// What a reader may see of a URL that carries a signature.
@Suite struct URLRedactionTests {
    private static let signed =
        "https://b.s3.amazonaws.com/k?X-Amz-Credential=AKID&X-Amz-Signature=5d672d79c15b13162d9279b0855cfba6"

    @Test("A URL loses its query and its fragment")
    func urls() {
        #expect(URLRedaction.redacted(Self.signed) == "https://b.s3.amazonaws.com/k?…")
        #expect(URLRedaction.redacted("https://host/path#secret") == "https://host/path")
        #expect(URLRedaction.redacted("https://host/path") == "https://host/path")
    }

    @Test(
        "A text loses the signatures and tokens that it quotes, and keeps the rest",
        arguments: [
            ("GET \(signed) failed", "GET https://b.s3.amazonaws.com/k?… failed"),
            ("<URL>\(signed)</URL>", "<URL>https://b.s3.amazonaws.com/k?…</URL>"),
            ("“\(signed)” and 'http://a?b=c'", "“https://b.s3.amazonaws.com/k?…” and 'http://a?…'"),
            (
                "Credential=A/B, SignedHeaders=host, Signature=5d672d79 was wrong",
                "Credential=A/B, SignedHeaders=host, Signature=… was wrong"
            ),
            ("x-amz-security-token: IQoJb3==; next=1", "x-amz-security-token: … next=1"),
            (#"{"X-Amz-Security-Token"="IQoJ"}"#, #"{"X-Amz-Security-Token"="…"}"#),
            ("Is it there? It is not.", "Is it there? It is not."),
            ("a = b", "a = b"),
        ]
    )
    func texts(text: String, expected: String) {
        #expect(URLRedaction.redactingSignatures(in: text) == expected)
    }

    @Test("A presigned URL and a secret show nothing, however they are printed")
    func printing() {
        let url = PresignedURL(absoluteString: Self.signed)
        let secret = Secret("wJalrXUtnFEMI")
        var dumped = ""
        dump(url, to: &dumped)
        dump(secret, to: &dumped)
        for text in ["\(url)", String(reflecting: url), "\(secret)", String(reflecting: secret), "\([url])", dumped] {
            #expect(!text.contains("5d672d79") && !text.contains("wJalr"), "\(text)")
        }
        #expect(url.absoluteString == Self.signed)
    }
}
