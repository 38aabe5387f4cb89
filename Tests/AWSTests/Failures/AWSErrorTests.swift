import HTTPClient
import Testing

@testable import AWS

@Suite("What an error of AWS says")
struct AWSErrorTests {
    private func error(_ kind: AWSError.Kind) -> AWSError {
        AWSError(service: .sts, operation: "GetCallerIdentity", kind: kind)
    }

    @Test(
        "only a definite answer means that an endpoint does not offer an operation",
        arguments: [
            (400, "InvalidAction", true), (403, "InvalidClientTokenId", true), (404, "NotFound", true),
            (405, "HTTP405", true), (501, "NotImplemented", true), (400, "Throttling", false),
            (400, "RequestTimeout", false), (403, "ExpiredToken", false), (429, "HTTP429", false),
            (500, "InternalError", false), (503, "Unavailable", false),
        ]
    )
    func availability(status: Int, code: String, isUnavailable: Bool) {
        let error = error(.service(status: status, code: code, message: ""))
        #expect(error.isUnavailable == isUnavailable && !error.isUnreachable)
    }

    @Test("a lost or garbled response says neither that an operation is missing nor that the endpoint is")
    func lost() {
        for kind in [
            AWSError.Kind.malformedAnswer("a page"),
            .transport(TransportError(kind: .timedOut, reason: "late", provesNothingSent: false)),
        ] {
            #expect(!error(kind).isUnavailable && !error(kind).isUnreachable)
        }
        let refused = TransportError(kind: .notConnected, reason: "refused", provesNothingSent: true)
        #expect(error(.transport(refused)).isUnreachable && !error(.transport(refused)).isUnavailable)
    }
}
