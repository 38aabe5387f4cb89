import HTTPClient

/// Asks a small service nearby, with the patience of a program that cannot go on without an answer.
struct CredentialsEndpoint: Sendable {
    /// The most bytes of an answer. Credentials have some thousands.
    private static let longestAnswer = 1 << 20

    /// What it is, for errors.
    let name: String
    let transport: HTTPTransport
    let time: RetryTime
    /// How long one attempt may take, in seconds.
    let timeout: Int
    let attempts: Int
    /// Whether proxies are used: an address that is this machine's own or its host's cannot be reached through one.
    let usesProxy: Bool

    /// Sends a request until there is an answer that another attempt would not better.
    ///
    /// - Throws: ``CredentialsError`` if no attempt had an answer, or the body is coded.
    func answer(to request: HTTPRequest) async throws(CredentialsError) -> HTTPResponse {
        let response = try await lastAnswer(to: request)
        if let reason = ForeignResponse.coding(of: response.head) {
            throw CredentialsError(description: "\(name): \(reason)")
        }
        return response
    }

    private func lastAnswer(to request: HTTPRequest) async throws(CredentialsError) -> HTTPResponse {
        var request = request
        request.timeout = timeout
        request.usesProxy = usesProxy
        request.maximumResponseBytes = Self.longestAnswer
        let policy = RetryPolicy(maximumAttempts: attempts)
        var attempt = 1
        while true {
            var failure: TransportError?
            do throws(TransportError) {
                let response = try await transport.send(request)
                guard response.status >= 500 || response.status == 429, attempt < attempts else { return response }
            } catch {
                failure = error
            }
            if let failure, attempt >= attempts || failure.kind == .cancelled || failure.kind == .invalidRequest {
                throw CredentialsError(description: "\(name) cannot be reached: \(failure.reason)")
            }
            let delay = policy.delay(after: attempt, isThrottled: false, jitter: time.jitter(), asked: nil)
            guard (try? await time.sleep(delay)) != nil else {
                throw CredentialsError(description: "\(name) was not asked again: the task was cancelled")
            }
            attempt += 1
        }
    }
}
