/// Why a request got no whole answer.
package struct TransportError: Error, Sendable {
    /// The kinds of failure.
    package enum Kind: String, Sendable {
        /// No connection was made, so nothing was sent.
        case notConnected
        /// The peer's certificate is not trusted, so nothing was sent.
        case notTrusted
        /// The connection failed.
        case interrupted
        /// It took longer than it may.
        case timedOut
        /// The answer, or its head, is longer than what is collected.
        case tooLong
        /// The body to send could not be read.
        case unreadableBody
        /// The receiver of the body refused it.
        case rejected
        /// The transport is shut down.
        case closed
        /// The task was cancelled.
        case cancelled
        /// The request itself cannot be sent.
        case invalidRequest
    }

    /// The kind of failure.
    package var kind: Kind
    /// What happened, in words, without the query of the URL.
    package var reason: String
    /// Whether it is certain that the service did not get a whole request.
    ///
    /// Decided by whether libcurl has written anything of this request to a connection, not by the kind of failure: a
    /// shutdown or a cancellation may find a request that was sent long ago.
    package var provesNothingSent: Bool

    package init(kind: Kind, reason: String, provesNothingSent: Bool) {
        self.kind = kind
        self.reason = reason
        self.provesNothingSent = provesNothingSent
    }
}

extension TransportError: CustomStringConvertible {
    package var description: String {
        switch kind {
        case .notConnected: "\(reason). Check the network, the proxy and AWS_ENDPOINT_URL"
        case .notTrusted: "\(reason). If a proxy signs TLS anew, name its certificates in AWS_CA_BUNDLE"
        default: reason
        }
    }
}
