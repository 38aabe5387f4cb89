package import EC2Types
package import HTTPClient

/// Why a call of an AWS service failed.
package struct AWSError: Error, Sendable {
    /// The kinds of failure.
    package enum Kind: Sendable {
        /// No whole answer came.
        case transport(TransportError)
        /// The service answered with an error. The code is that of its error document; `nil` if there was none.
        case service(status: Int, code: String?, message: String)
        /// The answer cannot be understood.
        case malformedAnswer(String)
        /// There is nothing to sign with.
        case credentials(CredentialsError)
    }

    /// The service.
    package var service: AWSService
    /// The operation, such as `ImportVolume`.
    package var operation: String
    /// The kind of failure.
    package var kind: Kind
    /// The request's id, which AWS support asks for.
    package var requestID: String?
    /// Whether an error response has AWS's error document. Without it a proxy may have answered, after it passed the
    /// request on.
    package var hasErrorDocument = true
    /// Whether a response without an error document nevertheless shows that the service sent it.
    package var isFromService = true

    /// Describes a failure.
    package init(service: AWSService, operation: String, kind: Kind, requestID: String? = nil) {
        self.service = service
        self.operation = operation
        self.kind = kind
        self.requestID = requestID
    }

    /// The service's code; `nil` if it gave none.
    package var code: String? {
        if case .service(_, let code, _) = kind { code } else { nil }
    }

    /// The HTTP status; `nil` if there was no answer.
    package var status: Int? {
        if case .service(let status, _, _) = kind { status } else { nil }
    }

    /// What is known about the call's effect.
    ///
    /// A throttle, a redirect and an error of the client's are said before anything is done. An error of the server's may
    /// come after: EC2 answers `InternalError` to calls that took effect.
    package var outcome: CallOutcome {
        switch kind {
        case .transport(let error): error.provesNothingSent ? .rejected : .unknown
        case .service(let status, _, _):
            hasErrorDocument && (isThrottle || (300..<500).contains(status)) ? .rejected : .unknown
        case .malformedAnswer: .unknown
        case .credentials: .rejected
        }
    }

    /// Whether the service refused because there were too many requests (AWS SDKs, “Retry behavior”).
    package var isThrottle: Bool { status == 429 || code.map(Self.throttles.contains) == true }

    /// Whether the service rejected the call, or was not reached, for a reason that passes: too many requests, an old
    /// signature, credentials that expired, no connection.
    package var isPassingRejection: Bool {
        if case .transport(let error) = kind { return error.provesNothingSent && isTransient }
        return outcome == .rejected
            && (isThrottle || isExpiry
                || code.map { ["RequestTimeTooSkewed", "RequestInTheFuture"].contains($0) } == true)
    }

    /// Whether another attempt may succeed, and can do no harm where the call may be made twice.
    package var isTransient: Bool {
        switch kind {
        case .transport(let error):
            switch error.kind {
            case .notConnected, .interrupted, .timedOut: true
            case .notTrusted, .tooLong, .unreadableBody, .rejected, .closed, .cancelled, .invalidRequest: false
            }
        case .service(let status, let code, _):
            [500, 502, 503, 504].contains(status) || code.map(Self.transients.contains) == true
        case .malformedAnswer, .credentials: false
        }
    }

    /// Whether what was asked for is not there: the object, the bucket, the task, the volume.
    package var isNotFound: Bool {
        status == 404 || code.map { $0.hasPrefix("InvalidConversionTaskId") || $0.hasSuffix(".NotFound") } == true
    }

    /// Whether the endpoint certainly does not offer the operation to these credentials. Another attempt fails in the same
    /// way, unlike after a throttle, a lost response, or an error of the server.
    package var isUnavailable: Bool {
        guard let status else { return false }
        return ((400..<500).contains(status) || status == 501) && !isThrottle && !isExpiry && !isTransient
    }

    /// Whether no connection to the endpoint could be made.
    package var isUnreachable: Bool {
        if case .transport(let error) = kind { error.provesNothingSent && error.kind == .notConnected } else { false }
    }

    /// Whether the credentials lack the permission for the call.
    package var isDenial: Bool { code == "UnauthorizedOperation" || code == "AccessDenied" }

    /// Whether the condition of a conditional request did not hold (HTTP 412, or S3's 409 for two writers at once).
    package var isConditionFailure: Bool { status == 412 || code == "ConditionalRequestConflict" }

    /// Whether the service says, or may mean, that this machine's clock is wrong.
    package var isClockSkew: Bool { code.map(Self.clockSkews.contains) == true }

    /// Whether the service rejected the call for a reason that it did not send, as S3 does after HEAD: a wrong clock and
    /// expired credentials are among the possible ones.
    var isUnexplainedRejection: Bool { code == nil && (status == 400 || status == 403) }

    // EC2 says AuthFailure, and S3 SignatureDoesNotMatch, for a wrong date as for a wrong key.
    private static let clockSkews: Set<String> = [
        "RequestTimeTooSkewed", "RequestExpired", "RequestInTheFuture", "SignatureDoesNotMatch", "AuthFailure",
    ]

    /// Whether the service takes the credentials for expired. EC2 says RequestExpired of them as of an old date.
    package var isExpiry: Bool { code.map(Self.expiries.contains) == true }

    private static let expiries: Set<String> = ["ExpiredToken", "ExpiredTokenException", "RequestExpired"]

    // The last one is STS's word for an identity provider that does not answer it.
    private static let transients: Set<String> = [
        "RequestTimeout", "RequestTimeoutException", "IDPCommunicationError",
    ]

    private static let throttles: Set<String> = [
        "RequestLimitExceeded", "Throttling", "ThrottlingException", "ThrottledException", "EC2ThrottledException",
        "SlowDown", "RequestThrottled", "RequestThrottledException", "TooManyRequestsException",
        "BandwidthLimitExceeded", "PriorRequestNotComplete", "LimitExceededException",
        "ProvisionedThroughputExceededException", "TransactionInProgressException",
    ]
}

extension AWSError: CustomStringConvertible {
    package var description: String {
        let call = "\(service.name) \(operation)"
        let id = requestID.map { " (request id \($0))" } ?? ""
        switch kind {
        case .transport(let error): return "\(call): \(error)"
        case .credentials(let error): return "\(call): \(error)"
        case .malformedAnswer(let reason): return "\(call): the answer cannot be understood: \(reason)\(id)"
        case .service(let status, let code, let message):
            let text = message.isEmpty ? "" : ": \(message)"
            let advice = code.map(advice) ?? advice(status)
            return "\(call): \(code.map { "\($0), " } ?? "")HTTP \(status)\(text)\(id)\(advice)"
        }
    }

    /// What to do about a status that came without a code.
    private func advice(_ status: Int) -> String {
        switch status {
        case 301, 302, 303, 307, 308:
            isFromService
                ? ". Set the region in the migration manifest to the bucket's"
                : ". \(service.name) did not send this; check AWS_ENDPOINT_URL and the proxy"
        case 400..<500 where !isFromService && status != 404:
            ". \(service.name) may not have sent this: check AWS_ENDPOINT_URL, the proxy, and the permissions"
        case 400, 403:
            ". Check the permissions, which credentials are used (AWS_PROFILE), and this machine's clock"
        default: ""
        }
    }

    private func advice(_ code: String) -> String {
        switch code {
        case "AuthFailure", "InvalidAccessKeyId", "InvalidClientTokenId":
            ". Check which credentials are used (AWS_ACCESS_KEY_ID, AWS_PROFILE) and this machine's clock"
        case "SignatureDoesNotMatch":
            ". Check the secret access key and this machine's clock"
        case "RequestTimeTooSkewed", "RequestExpired":
            ". Check this machine's clock"
        case "ExpiredToken", "ExpiredTokenException":
            ". The temporary credentials have expired; get new ones and run the command again"
        case "UnauthorizedOperation", "AccessDenied":
            ". Ask for the permission, or use another role"
        case "NoSuchBucket":
            ". Create the bucket, or correct its name in the migration manifest"
        case "PermanentRedirect", "TemporaryRedirect", "AuthorizationHeaderMalformed",
            "IllegalLocationConstraintException":
            ". The bucket may be in another region; set the region in the migration manifest to the bucket's"
        case "RequestLimitExceeded", "SlowDown":
            ". There are too many requests; lower “requests” in the limits"
        default: ""
        }
    }
}
