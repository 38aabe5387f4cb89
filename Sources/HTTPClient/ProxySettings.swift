import WireEncoding

/// The proxies that requests go through, by the variables that curl reads (`curl(1)`, “Environment”).
///
/// A proxy's URL may hold a password: it is not shown.
package struct ProxySettings: Sendable {
    private var http: Secret?
    private var https: Secret?
    /// Hosts that are reached without a proxy, separated by commas; `*` for all.
    let exceptions: String

    /// No proxies at all.
    package static let none = ProxySettings([:])

    /// Reads the variables: the name in lower case comes first. `HTTP_PROXY` is not read, as curl does not: in a CGI
    /// program it is a header field of a stranger.
    package init(_ variables: [String: String]) {
        func value(_ names: String...) -> Secret? {
            names.lazy.compactMap { variables[$0] }.first { !$0.isEmpty }.map { Secret($0) }
        }
        http = value("http_proxy", "all_proxy", "ALL_PROXY")
        https = value("https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY")
        exceptions = value("no_proxy", "NO_PROXY")?.text ?? ""
    }

    /// The proxy for a URL's scheme; empty for none.
    func proxy(for url: String) -> String {
        (url.lowercased().hasPrefix("https:") ? https : http)?.text ?? ""
    }
}
