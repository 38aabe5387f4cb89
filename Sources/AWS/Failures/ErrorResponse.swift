import HTTPClient
import WireEncoding
import XML

/// The code, message and request id of an answer that is an error, in EC2's or S3's form, or STS's.
///
///     <Response><Errors><Error><Code/><Message/></Error></Errors><RequestID/></Response>
///     <Error><Code/><Message/><RequestId/></Error>
///     <ErrorResponse><Error><Code/><Message/></Error><RequestId/></ErrorResponse>
struct ErrorResponse {
    /// How many characters of a message are kept: AWS's have some hundreds.
    private static let longestMessage = 2000

    let code: String
    let message: String
    let requestID: String?
    /// Whether the body is one of these documents. A proxy's own error has another body, or none.
    let isDocument: Bool

    init(_ response: HTTPResponse) {
        let root = try? XMLElement.parse(response.body)
        let error = root?.name == "Error" ? root : (root?.child("Errors") ?? root)?.child("Error")
        isDocument = error?.text("Code") != nil
        // A response to HEAD has no body, and one of a proxy is not XML: the status is all there is.
        code = error?.text("Code") ?? Self.code(ofStatus: response.status)
        // EC2 quotes parameters it does not like, the presigned URL of an import manifest among them.
        let foreign = error == nil ? ForeignResponse.firstLine(response.body) : ""
        let words = error?.text("Message") ?? Self.otherRegion(response) ?? foreign
        message = URLRedaction.redactingSignatures(in: String(words.prefix(Self.longestMessage)))
        requestID =
            root?.text("RequestID") ?? root?.text("RequestId") ?? response.header("x-amz-request-id")
            ?? response.header("x-amzn-requestid")
    }

    /// What S3 says in a header field where a bucket is asked for in a region in which it is not, which an answer to HEAD has no
    /// other place for.
    private static func otherRegion(_ response: HTTPResponse) -> String? {
        guard [301, 307, 400].contains(response.status), let region = response.header("x-amz-bucket-region") else {
            return nil
        }
        return "the bucket is in region \(region.prefix(64))"
    }

    private static func code(ofStatus status: Int) -> String {
        switch status {
        case 301, 307: "PermanentRedirect"
        case 304: "NotModified"
        case 400: "BadRequest"
        case 403: "AccessDenied"
        case 404: "NotFound"
        case 412: "PreconditionFailed"
        case 416: "InvalidRange"
        case 503: "ServiceUnavailable"
        default: "HTTP\(status)"
        }
    }
}
