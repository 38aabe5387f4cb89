import XML

/// One verified call of an EC2 action.
struct EC2Call: Sendable {
    let action: String
    /// The API version that the client speaks; it names the answer's namespace.
    let version: String
    /// The account of the caller.
    let account: String
    let region: String
    /// The region's zones.
    let zones: [AvailabilityZones.Zone]
    let parameters: EC2Parameters
    /// The host and port by which the client calls the sandbox.
    let host: String
    let requestID: String
    /// Whether the request is performed although its `DryRun` is set.
    let ignoresDryRun: Bool

    /// Ends a call that is only meant to find out whether it would succeed.
    func checkDryRun() throws(EC2Error) {
        if parameters.isDryRun, !ignoresDryRun { throw .dryRun }
    }

    /// The `xmlns` of the answer.
    var namespace: String { "http://ec2.amazonaws.com/doc/\(version)/" }

    /// The answer: the action's element with the request's id and what `content` writes.
    func answer(_ content: (inout XMLWriter) -> Void) -> ServerResponse {
        var document = XMLWriter()
        document.element("\(action)Response", namespace: namespace) { response in
            response.element("requestId", requestID)
            content(&response)
        }
        return .xml(document.bytes)
    }

    /// The answer of actions that only say that they worked.
    var success: ServerResponse {
        answer { $0.element("return", "true") }
    }
}
