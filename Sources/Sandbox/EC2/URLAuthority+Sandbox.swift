import WireEncoding

extension URLAuthority {
    /// Whether it means the sandbox that listens on `port` and that a client has just called by `name`.
    func isThis(port: Int, calledAs name: String) -> Bool {
        if text == name { return true }
        let isLoopback = host == "localhost" || host.hasSuffix(".localhost") || host == "::1" || host.hasPrefix("127.")
        return isLoopback && self.port == port
    }
}
