/// Where the answer of a request goes. Exactly one result reaches whoever waits, on every way a transfer can end.
enum Delivery: Sendable {
    /// To be resumed once.
    typealias Continuation<Value> = CheckedContinuation<Result<Value, TransportError>, Never>

    /// The whole answer at its end; the body of a successful one goes to the receiver if there is one.
    case whole(BodyReceiver?, Continuation<HTTPResponse>)
    /// The head as soon as it is there, then the body into a buffer.
    case streamed(BodyBuffer, Continuation<HTTPResponseHead>)

    /// Reports that there will be no answer, where nothing of it has been delivered yet.
    func fail(_ error: TransportError) {
        switch self {
        case .whole(_, let continuation): continuation.resume(returning: .failure(error))
        case .streamed(_, let continuation): continuation.resume(returning: .failure(error))
        }
    }
}
