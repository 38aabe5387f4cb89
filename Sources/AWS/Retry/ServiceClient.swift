import EC2Types
package import HTTPClient
package import Logging
import SigV4
import WireEncoding

/// Signs, sends and retries the calls of one service in one region.
package struct ServiceClient: Sendable {
    /// The most bytes of an answer that is an error that are read.
    static let longestErrorAnswer = 1 << 20

    let service: AWSService
    let endpoint: AWSEndpoint
    let region: String
    let transport: HTTPTransport
    private let credentials: any CredentialsProvider
    private let policy: RetryPolicy
    private let time: RetryTime
    private let logger: Logger
    private let signer: SigV4
    private let quota = RetryQuota()
    let skew = ClockSkew()
    private let limiter: AdaptiveLimiter?

    /// Makes a client.
    package init(
        service: AWSService,
        endpoint: AWSEndpoint,
        region: String,
        transport: HTTPTransport,
        credentials: any CredentialsProvider,
        policy: RetryPolicy = RetryPolicy(),
        time: RetryTime = .system,
        logger: Logger
    ) {
        self.service = service
        self.endpoint = endpoint
        self.region = region
        self.transport = transport
        self.credentials = credentials
        self.policy = policy
        self.time = time
        self.logger = logger
        signer = SigV4(region: region, service: service.rawValue)
        limiter = policy.isAdaptive ? AdaptiveLimiter(time) : nil
    }

    /// Makes a call until it succeeds, cannot succeed, or has been tried often enough.
    ///
    /// - Parameter receiver: Takes the body of a successful answer; it is collected if `nil`.
    func perform(_ call: ServiceCall, receiver: BodyReceiver? = nil) async throws(AWSError) -> HTTPResponse {
        try await retrying(call) { () async throws(FailedAttempt) in
            let signed = try await signed(call)
            let response: HTTPResponse
            do throws(TransportError) {
                response = try await transport.send(signed.request, receiver: receiver)
            } catch {
                throw FailedAttempt(error: failure(call, .transport(error)))
            }
            guard (200..<300).contains(response.status) else { throw refusal(call, response, to: signed) }
            if let reason = foreignReason(call, response.head, body: response.body) {
                throw FailedAttempt(error: failure(call, .malformedAnswer(reason)))
            }
            return response
        }
    }

    /// Makes a call and hands its answer to `read` as it arrives, both again if either fails in a way that may pass.
    ///
    /// - Parameter read: Reads one answer from its beginning. It may be called several times, and may end before the answer
    ///   does.
    func stream<Result: Sendable>(
        _ call: ServiceCall,
        read: (HTTPResponseStream) async throws(AnswerError) -> Result
    ) async throws(AWSError) -> Result {
        try await retrying(call) { () async throws(FailedAttempt) in
            let signed = try await signed(call)
            do throws(AnswerError) {
                let stream = try await AnswerError.transport { () async throws(TransportError) in
                    try await transport.stream(signed.request)
                }
                let isSuccess = (200..<300).contains(stream.head.status)
                guard !isSuccess || foreignReason(call, stream.head, body: []) != nil else {
                    return try await read(stream)
                }
                let body = try await AnswerError.transport { () async throws(TransportError) in
                    try await stream.collect(upTo: Self.longestErrorAnswer)
                }
                if isSuccess, let reason = foreignReason(call, stream.head, body: body) {
                    throw AnswerError.malformed(reason)
                }
                throw AnswerError.refused(HTTPResponse(head: stream.head, body: body))
            } catch {
                switch error {
                case .transport(let error): throw FailedAttempt(error: failure(call, .transport(error)))
                case .malformed(let reason): throw FailedAttempt(error: failure(call, .malformedAnswer(reason)))
                case .refused(let response): throw refusal(call, response, to: signed)
                }
            }
        }
    }

    /// A URL with its signature, valid for as long as AWS allows and its credentials last.
    ///
    /// - Throws: ``CredentialsError`` if there are none, or they have ended: no URL would be valid.
    func presign(_ method: String, url: String, expiry: Int) async throws(CredentialsError) -> PresignedURL {
        let credentials = try await credentials.credentials()
        let now = skew.corrected(time.now())
        if let end = credentials.expirationSeconds, end <= now.seconds {
            throw CredentialsError(
                description: """
                    the credentials ended at \(ISO8601Time.text(end)), so no URL can be signed with them; get new ones and \
                    run the command again
                    """
            )
        }
        do throws(UnsignableURL) {
            return try signer.presign(method, url: url, expiry: expiry, credentials: credentials, at: now)
        } catch {
            throw CredentialsError(description: "\(error)")
        }
    }

    /// The session of the credentials that calls are signed with; `nil` if its source has no name.
    package func session() async throws(CredentialsError) -> CredentialsSession? {
        guard let source = credentials.origin else { return nil }
        let credentials = try await credentials.credentials()
        let now = skew.corrected(time.now()).seconds
        return CredentialsSession(source: source, credentials: credentials, at: now)
    }

    func failure(_ call: ServiceCall, _ kind: AWSError.Kind, requestID: String? = nil) -> AWSError {
        AWSError(service: service, operation: call.operation, kind: kind, requestID: requestID)
    }

    /// Why a successful response is not what the call returns; `nil` if it may be.
    private func foreignReason(_ call: ServiceCall, _ head: HTTPResponseHead, body: [UInt8]) -> String? {
        // Of a response to another method only the head counts.
        if ["GET", "POST"].contains(call.request.method), let coding = ForeignResponse.coding(of: head) {
            return coding
        }
        guard !call.mayReturnHTML, ForeignResponse.isHTML(head) else { return nil }
        return ForeignResponse.description(body)
    }

    /// What went wrong with one attempt, and what the service answered if it did.
    struct FailedAttempt: Error {
        var error: AWSError
        var response: HTTPResponseHead?
        /// The request of the attempt.
        var signed: SignedRequest?
    }

    /// A request, and what it was signed with if it was.
    struct SignedRequest: Sendable {
        var request: HTTPRequest
        var credentials: AWSCredentials?
        var time: SigningTime?
    }

    private func retrying<Result: Sendable>(
        _ call: ServiceCall,
        _ attemptOnce: () async throws(FailedAttempt) -> Result
    ) async throws(AWSError) -> Result {
        let start = time.now()
        var attempt = 1
        var cost: Int?
        var hasRenewed = false
        while true {
            guard await limiter?.admit() != false else { throw failure(call, .transport(Self.cancelledWait)) }
            let failed: FailedAttempt
            do throws(FailedAttempt) {
                let result = try await attemptOnce()
                limiter?.record(isThrottle: false)
                quota.giveBack(cost)
                return result
            } catch {
                failed = await explained(error, call)
            }
            let error = failed.error
            limiter?.record(isThrottle: error.isThrottle)
            let correction = await correct(after: failed, hasRenewed: &hasRenewed)
            let isWorthwhile = error.isThrottle || error.isTransient || correction != nil
            // A call that is not idempotent is made again only if it certainly had no effect.
            guard !call.isSentOnce, attempt < policy.maximumAttempts, isWorthwhile,
                call.isIdempotent || error.outcome == .rejected,
                !Task.isCancelled
            else { throw error }
            switch correction {
            case .clock:
                logger.info("the clock of this machine is not that of \(service.name): its time is used for signatures")
            case .credentials:
                logger.info("\(service.name) takes the credentials for expired: they are renewed")
            case nil:
                let delay = policy.delay(
                    after: attempt,
                    isThrottled: error.isThrottle,
                    jitter: time.jitter(),
                    asked: askedDelay(failed.response)
                )
                guard !isTooLate(delay, since: start) else { throw error }
                // Who has set a time wants it used up, whatever other calls have used.
                if policy.longestTime == nil {
                    guard let taken = quota.take(isThrottled: error.isThrottle) else { throw error }
                    cost = taken
                }
                logger.debug("\(error); attempt \(attempt + 1) follows in \(delay)")
                // A wait that is cancelled ends with the failure that led to it: that one says what is known of the call.
                guard (try? await time.sleep(delay)) != nil else { throw error }
            }
            attempt += 1
        }
    }

    /// What a failed attempt made a client correct, so that another attempt may succeed at once.
    private enum Correction {
        case clock, credentials
    }

    /// Corrects the clock, or discards credentials that ended early. Credentials are renewed once for a call.
    private func correct(after failed: FailedAttempt, hasRenewed: inout Bool) async -> Correction? {
        let error = failed.error
        if error.isClockSkew || error.isUnexplainedRejection,
            skew.learn(from: failed.response, signedAt: failed.signed?.time, at: time.now())
        {
            return .clock
        }
        guard !hasRenewed, error.isExpiry, let used = failed.signed?.credentials else { return nil }
        hasRenewed = true
        return await credentials.discard(used) ? .credentials : nil
    }

    private static let cancelledWait = TransportError(
        kind: .cancelled,
        reason: "the request was cancelled while it waited for its turn",
        provesNothingSent: true
    )

    private func isTooLate(_ delay: Duration, since start: Int64) -> Bool {
        guard let longestTime = policy.longestTime else { return false }
        return .seconds(time.now() - start) + delay > .seconds(longestTime)
    }

    func signed(_ call: ServiceCall) async throws(FailedAttempt) -> SignedRequest {
        guard call.isSigned else { return SignedRequest(request: call.request) }
        var request = call.request
        let credentials: AWSCredentials
        do throws(CredentialsError) {
            credentials = try await self.credentials.credentials()
        } catch {
            throw FailedAttempt(error: failure(call, .credentials(error)))
        }
        do throws(UnsignableURL) {
            let now = call.signingTime ?? skew.corrected(time.now())
            try signer.sign(&request, payloadHash: call.payloadHash, credentials: credentials, at: now)
            return SignedRequest(request: request, credentials: credentials, time: now)
        } catch {
            throw FailedAttempt(error: failure(call, .credentials(CredentialsError(description: "\(error)"))))
        }
    }

    func refusal(_ call: ServiceCall, _ response: HTTPResponse, to signed: SignedRequest) -> FailedAttempt {
        let answer = ErrorResponse(response, region: region)
        let kind = AWSError.Kind.service(status: response.status, code: answer.code, message: answer.message)
        var error = failure(call, kind, requestID: answer.requestID)
        // A response to HEAD has no body, and the condition of a request needs no explanation.
        error.hasErrorDocument = answer.isDocument || call.request.method == "HEAD" || response.status == 412
        error.isFromService = answer.isFromService
        return FailedAttempt(error: error, response: response.head, signed: signed)
    }

    /// How long the service asks to wait, in seconds: AWS's own field first, then that of HTTP, which may name a date
    /// (RFC 9110, section 10.2.3).
    private func askedDelay(_ response: HTTPResponseHead?) -> Double? {
        guard let response else { return nil }
        if let milliseconds = response.header("x-amz-retry-after").flatMap(Double.init) { return milliseconds / 1000 }
        guard let text = response.header("retry-after") else { return nil }
        if let seconds = Double(text) { return seconds }
        let now = response.header("date").flatMap(HTTPDate.seconds) ?? skew.corrected(time.now()).seconds
        return HTTPDate.seconds(text).map { Double($0 - now) }
    }
}
