/// The host and port of a URL.
struct URLAuthority: Sendable {
    /// Host and port as they stand in the URL, which is how a client's `Host` header gives them.
    let text: String
    /// The host in lower case, without the brackets of an IPv6 address.
    let host: String
    /// The port, or that of the scheme.
    let port: Int

    /// Reads it from an http or https URL; `nil` for anything else.
    init?(_ url: String) {
        let rest: Substring
        let standardPort: Int
        if url.lowercased().hasPrefix("http://") {
            rest = url.dropFirst("http://".count)
            standardPort = 80
        } else if url.lowercased().hasPrefix("https://") {
            rest = url.dropFirst("https://".count)
            standardPort = 443
        } else {
            return nil
        }
        self.init(authority: rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }, standardPort: standardPort)
    }

    private init?(authority: Substring, standardPort: Int) {
        // User information has no place in a URL that is signed for its host.
        guard !authority.isEmpty, !authority.contains("@") else { return nil }
        text = String(authority)
        var host = authority
        var port = standardPort
        if let colon = authority.lastIndex(of: ":"), !authority[colon...].contains("]") {
            guard let number = Int(authority[authority.index(after: colon)...]), (1...65_535).contains(number) else {
                return nil
            }
            port = number
            host = authority[..<colon]
        }
        if host.hasPrefix("["), host.hasSuffix("]") { host = host.dropFirst().dropLast() }
        guard !host.isEmpty else { return nil }
        self.host = host.lowercased()
        self.port = port
    }

    /// Whether it means the sandbox that listens on `port` and that a client has just called by `name`.
    func isThis(port: Int, calledAs name: String) -> Bool {
        if text == name { return true }
        let isLoopback = host == "localhost" || host.hasSuffix(".localhost") || host == "::1" || host.hasPrefix("127.")
        return isLoopback && self.port == port
    }
}
