import HTTPClient
import TerminalText
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
    /// How many characters of a redirect's target are kept.
    private static let longestTarget = 300

    /// The code of the error document; `nil` without one. A status is no code: a web server's 301 is not S3's
    /// `PermanentRedirect`.
    let code: String?
    let message: String
    let requestID: String?
    /// Whether an AWS service answered, or a compatible one, as far as the response shows. A proxy's own error has another
    /// body, or none, and no request id.
    let isFromService: Bool

    /// Whether the body is one of these documents.
    var isDocument: Bool { code != nil }

    /// Reads a response.
    ///
    /// - Parameter region: The region that the request was signed for.
    init(_ response: HTTPResponse, region: String) {
        let root = try? XMLElement.parse(response.body)
        let error = root?.name == "Error" ? root : (root?.child("Errors") ?? root)?.child("Error")
        code = error?.text("Code")
        requestID =
            root?.text("RequestID") ?? root?.text("RequestId") ?? response.header("x-amz-request-id")
            ?? response.header("x-amzn-requestid")
        isFromService = code != nil || requestID != nil || response.header("x-amz-bucket-region") != nil
        let words = code == nil ? Self.foreignWords(response) : error?.text("Message")
        let parts = [words].compactMap(\.self) + Self.target(response, error, region: region)
        // EC2 quotes parameters it does not like, the presigned URL of an import manifest among them.
        let text = URLRedaction.redactingSignatures(in: parts.joined(separator: "; "))
        message = String(text.prefix(Self.longestMessage))
    }

    /// What a body without an error document says.
    private static func foreignWords(_ response: HTTPResponse) -> String? {
        guard !response.body.isEmpty else { return nil }
        let words = ForeignResponse.coding(of: response.head) ?? ForeignResponse.firstLine(response.body)
        return words.isEmpty ? nil : words
    }

    /// Where a redirect points, in the fields of S3 (“Making requests using the REST API”) and of HTTP.
    ///
    /// S3 names a bucket's region in responses of other statuses too. It explains them only if it is another region.
    private static func target(_ response: HTTPResponse, _ error: XMLElement?, region: String) -> [String] {
        let isRedirect = (300..<400).contains(response.status) && response.status != 304
        guard isRedirect || response.status == 400 else { return [] }
        var target: [String] = []
        if let found = response.header("x-amz-bucket-region") ?? error?.text("Region"), found != region {
            target.append("the bucket is in region \(shown(found))")
        }
        if let endpoint = error?.text("Endpoint") { target.append("its endpoint is \(shown(endpoint))") }
        if isRedirect, let location = response.header("location") {
            target.append("the response redirects to \(shown(URLRedaction.redacted(location)))")
        }
        return target
    }

    private static func shown(_ text: String) -> String {
        TextWidth.sanitizedForTerminal(String(text.prefix(longestTarget)))
    }
}
