import HTTPClient
import WireEncoding

/// A call of a service before it is signed.
struct ServiceCall: Sendable {
    /// The operation, such as `ImportVolume`.
    var operation: String
    var request: HTTPRequest
    /// The hash of the body in hexadecimal, or ``SigV4/unsignedPayload``.
    var payloadHash: String
    /// Whether doing it twice does what doing it once does.
    var isIdempotent: Bool
    /// The time in its signature, by the service's clock; the present if `nil`.
    var signingTime: SigningTime?
    /// Whether it is sent once, whatever the error: what to do next is the caller's decision.
    var isSentOnce = false
    /// Whether a successful response may be an HTML page: an object's content is anything.
    var mayReturnHTML = false
    /// The request that learns why a HEAD failed: a response to HEAD has no error document. It needs the same permission.
    var explanation: HTTPRequest?
    /// Whether ``explanation`` is sent after a 404 too, which is a usual answer to a HEAD.
    var explainsAbsence = false
    /// Whether it is signed. A call that brings its own proof of who makes it is not.
    var isSigned = true

    init(operation: String, request: HTTPRequest, payloadHash: String, isIdempotent: Bool) {
        self.operation = operation
        self.request = request
        self.payloadHash = payloadHash
        self.isIdempotent = isIdempotent
        // What ferry may not repeat, the layer below may not repeat behind its back.
        self.request.mayBeSentAgain = isIdempotent
    }
}
