import HTTPClient

/// Why a HEAD failed. Its response has no error document, so the status alone would say the same of a wrong clock, of
/// expired credentials, and of a missing permission.
extension ServiceClient {
    /// A failed attempt with the service's own code and message, as far as they can be learned.
    ///
    /// The call's explanation reads the same with GET, and is sent once. A wrong clock needs none: the `Date` of the
    /// response shows it.
    func explained(_ failed: FailedAttempt, _ call: ServiceCall) async -> FailedAttempt {
        guard let request = call.explanation, let status = failed.error.status,
            Self.needsExplanation(failed.error, status, call),
            !skew.explains(failed.response, signedAt: failed.signed?.time)
        else { return failed }
        var explanation = call
        explanation.request = request
        do {
            let signed = try await signed(explanation)
            let stream = try await transport.stream(signed.request)
            // What is read is not needed, and may be long: some servers ignore ranges.
            let isReadable = (200..<300).contains(stream.head.status) || stream.head.status == 416
            guard !isReadable else { return Self.rejectingHEAD(failed, status) }
            let body = try await stream.collect(upTo: Self.longestErrorAnswer)
            let reason = refusal(explanation, HTTPResponse(head: stream.head, body: body), to: signed)
            return reason.error.code == nil ? failed : reason
        } catch {
            // The rejection counts, not the reason why it could not be explained.
            return failed
        }
    }

    /// Whether a failure is one of the client's that has no message yet. A redirect has its target.
    private static func needsExplanation(_ error: AWSError, _ status: Int, _ call: ServiceCall) -> Bool {
        guard case .service(_, nil, "") = error.kind, (300..<500).contains(status) else { return false }
        return switch status {
        // Conditions that did not hold, and too many requests.
        case 304, 412, 429: false
        case 404: call.explainsAbsence
        default: true
        }
    }

    private static func rejectingHEAD(_ failed: FailedAttempt, _ status: Int) -> FailedAttempt {
        guard status != 404 else { return failed }
        var failed = failed
        failed.error.kind = .service(
            status: status,
            code: nil,
            message: "the server answers GET of the same, but not HEAD; a proxy may reject HEAD"
        )
        return failed
    }
}
