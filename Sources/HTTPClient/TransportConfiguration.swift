/// How the transport connects. All times in seconds.
package struct TransportConfiguration: Sendable {
    /// How long a connection may take to be made. 10 s covers three losses of the first packet (1, 3 and 7 s).
    package var connectTimeout = 10
    /// How long fewer than 1,000 bytes a second may flow before a transfer is given up.
    package var idleTimeout = 60
    /// How long a whole request may take. A part of 8 MiB at the slowest rate that counts as moving takes longer than
    /// anyone waits: two hours bound it.
    package var totalTimeout = 7_200
    /// The most connections kept open for another request.
    package var keptConnections = 64
    /// How long a connection may have been idle to be used again. AWS closes them after minutes; a connection that dies
    /// just as a request is sent leaves its outcome unknown, so ferry is the one to close first.
    package var keptConnectionAge = 30
    /// The proxies that requests go through.
    package var proxies = ProxySettings.none
    /// The rate of all transfers together; no limit if `nil`.
    package var bandwidth: Bandwidth?
    /// A file of certificates to trust in place of the system's.
    package var certificates: String?

    /// The defaults.
    package init() {}
}
