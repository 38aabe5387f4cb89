import HTTPClient

/// Why an answer that is read as it arrives could not be read to its end.
enum AnswerError: Error {
    /// It did not come whole.
    case transport(TransportError)
    /// It cannot be understood.
    case malformed(String)
    /// It is an error of the service.
    case refused(HTTPResponse)

    /// Runs a step of the transport.
    static func transport<Result>(
        _ body: () async throws(TransportError) -> Result
    ) async throws(AnswerError) -> Result {
        do {
            return try await body()
        } catch {
            throw .transport(error)
        }
    }
}
