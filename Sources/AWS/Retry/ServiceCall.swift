import HTTPClient

/// A call of a service before it is signed.
struct ServiceCall: Sendable {
    /// The operation, such as `ImportVolume`.
    var operation: String
    var request: HTTPRequest
    /// The hash of the body in hexadecimal, or ``SigV4/unsignedPayload``.
    var payloadHash: String
    /// Whether doing it twice does what doing it once does.
    var isIdempotent: Bool
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
