import WireEncoding

/// A URL that can't be signed: it is not an absolute URL with a scheme and a host.
package struct UnsignableURL: Error, Hashable, Sendable, CustomStringConvertible {
    /// The URL without query and fragment.
    private let url: String

    /// Keeps what may be shown of a URL.
    init(_ url: String) {
        self.url = URLRedaction.redacted(url)
    }

    package var description: String {
        "cannot sign the request: \"\(url)\" is not a URL with a scheme and a host, such as https://example.com"
    }
}
