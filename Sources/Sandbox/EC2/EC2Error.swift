import XML

/// What the EC2 API answers when it refuses or fails (Amazon EC2 Developer Guide, "Error codes for the Amazon EC2 API").
enum EC2Error: Error {
    case authentication(AuthenticationFailure)
    case dryRun
    case incorrectState(String)
    case internalError
    case invalidAction(String)
    case invalidID(String)
    case invalidParameterValue(String)
    case malformedTaskID(String)
    case missingParameter(String)
    case noSuchVersion(String)
    case requestLimitExceeded
    case requestTooLarge
    case tagLimitExceeded
    case taskNotFound([String])
    case unavailable
    case unauthorized(action: String, account: String)
    case unknownRegion(String)
    case volumeNotFound([String])

    /// HTTP status, code and message.
    var answer: (status: Int, code: String, message: String) {
        switch self {
        case .authentication(let failure): Self.answer(failure)
        case .dryRun: (412, "DryRunOperation", "Request would have succeeded, but DryRun flag is set.")
        case .incorrectState(let message): (400, "IncorrectState", message)
        case .internalError: (500, "InternalError", "An internal error has occurred")
        case .invalidAction(let action):
            (400, "InvalidAction", "The action \(action) is not valid for this web service.")
        case .invalidID(let id): (400, "InvalidID", "The ID '\(id)' is not valid")
        case .invalidParameterValue(let message): (400, "InvalidParameterValue", message)
        case .malformedTaskID(let id):
            (400, "InvalidConversionTaskId.Malformed", "The conversion task ID '\(id)' is malformed")
        case .missingParameter(let name):
            (400, "MissingParameter", "The request must contain the parameter \(name)")
        case .noSuchVersion(let version):
            (400, "NoSuchVersion", "The requested version (\(version)) of service AmazonEC2 does not exist")
        case .requestLimitExceeded: (503, "RequestLimitExceeded", "Request limit exceeded.")
        case .requestTooLarge: (413, "RequestEntityTooLarge", "The request is larger than the sandbox takes.")
        case .tagLimitExceeded:
            (400, "TagLimitExceeded", "The maximum number of Tags for a resource has been reached.")
        case .taskNotFound(let ids):
            (400, "InvalidConversionTaskId", "The conversion task ID '\(ids.joined(separator: ", "))' does not exist")
        case .unavailable: (503, "Unavailable", "The service is unavailable. Please try again shortly.")
        case .unauthorized(let action, let account):
            (
                403, "UnauthorizedOperation",
                """
                You are not authorized to perform this operation. User: arn:aws:iam::\(account):user/ferry-sandbox is not \
                authorized to perform: \(action) because no identity-based policy allows the \(action) action
                """
            )
        case .unknownRegion(let region):
            (
                401, "AuthFailure",
                "Credential should be scoped to a valid region: \(region) is none that the sandbox knows."
            )
        case .volumeNotFound(let ids):
            (
                400, "InvalidVolume.NotFound",
                ids.count == 1
                    ? "The volume '\(ids[0])' does not exist."
                    : "The volumes '\(ids.joined(separator: ", "))' do not exist."
            )
        }
    }

    private static func answer(_ failure: AuthenticationFailure) -> (status: Int, code: String, message: String) {
        switch failure {
        case .missing: (403, "MissingAuthenticationToken", "Request is missing Authentication Token")
        case .outdatedVersion:
            (400, "IncompleteSignature", "Sign with Signature Version 4, or with AUTHPARAMS of Version 2.")
        case .malformed(let detail): (400, "IncompleteSignature", "The signature is malformed: \(detail).")
        case .unknownAccessKey:
            (401, "AuthFailure", "AWS was not able to validate the provided access credentials")
        case .signatureMismatch:
            (
                403, "SignatureDoesNotMatch",
                """
                The request signature we calculated does not match the signature you provided. \
                Check your AWS Secret Access Key and signing method.
                """
            )
        case .skewed(let signed, let now):
            (
                400, "RequestExpired",
                "Request has expired. Timestamp date is \(signed.iso8601). Current date is \(now.iso8601)"
            )
        case .expired(let end, let now):
            (400, "RequestExpired", "Request has expired. Expires \(end.iso8601). Current date is \(now.iso8601)")
        case .unsignedHeader(let name):
            (403, "SignatureDoesNotMatch", "'\(name)' must be a signed header in the AWS Signature.")
        }
    }

    /// The whole answer.
    func response(requestID: String) -> ServerResponse {
        let answer = answer
        var document = XMLWriter()
        document.element("Response") { response in
            response.element("Errors") { errors in
                errors.element("Error") { error in
                    error.element("Code", answer.code)
                    error.element("Message", answer.message)
                }
            }
            response.element("RequestID", requestID)
        }
        return .xml(document.bytes, status: answer.status)
    }
}
