package import HTTPClient
package import SigV4
package import WireEncoding

extension SigV4 {
    /// Signs a request: appends the date, the session token, and the authorization to its header fields.
    ///
    /// - Parameters:
    ///   - request: The request; its URL is percent-encoded as it is sent.
    ///   - payloadHash: The hash of the body in hexadecimal, or ``SigV4/unsignedPayload``.
    ///   - credentials: The credentials to sign with.
    ///   - time: The present.
    /// - Throws: `UnsignableURL` if the request's URL is not absolute.
    package func sign(
        _ request: inout HTTPRequest,
        payloadHash: String,
        credentials: AWSCredentials,
        at time: SigningTime
    ) throws(UnsignableURL) {
        request.headers += try authorization(
            of: request.method,
            url: request.url,
            headers: request.headers,
            payloadHash: payloadHash,
            credentials: credentials,
            at: time
        )
    }
}
