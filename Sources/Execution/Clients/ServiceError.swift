import AWS
package import EC2Types

/// Why a call of EC2 or S3 failed, as far as the executor acts on it.
package struct ServiceError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The code of EC2's error for a volume that does not exist, or is not visible yet.
    package static let volumeNotFound = "InvalidVolume.NotFound"

    /// Another run rejected the volume of an import that this run was about to settle.
    static let volumeRejected = ServiceError(
        outcome: .rejected,
        code: "ferry.VolumeRejected",
        description: "another run found that the image changed while EC2 read it"
    )

    /// What is known about the call's effect.
    package var outcome: CallOutcome
    /// The code of AWS's error, such as `NoSuchBucket`; `nil` if AWS sent none.
    package var code: String?
    /// Whether the call was rejected for a reason that passes: throttling, an old signature, expired credentials.
    package var isPassingRejection = false
    /// Whether EC2 rejected ImportVolume because of the form of the import manifest's URL.
    package var isURLRejection = false
    /// What happened and what to do, without secrets.
    package var description: String

    /// Describes a failure.
    package init(
        outcome: CallOutcome,
        code: String? = nil,
        isPassingRejection: Bool = false,
        isURLRejection: Bool = false,
        description: String
    ) {
        self.outcome = outcome
        self.code = code
        self.isPassingRejection = isPassingRejection
        self.isURLRejection = isURLRejection
        self.description = description
    }

    /// Describes an error of AWS.
    init(_ error: AWSError) {
        self.init(
            outcome: error.outcome,
            code: error.code,
            isPassingRejection: error.isPassingRejection,
            isURLRejection: error.outcome == .rejected && Self.saysURLRejection(error.description),
            description: error.description
        )
    }

    /// Whether a message is the one that EC2 rejects a form of URL with. No page of AWS names the rule or the message; it is
    /// known from issue 1025 of aws/aws-sdk-java.
    private static func saysURLRejection(_ message: String) -> Bool {
        message.contains("import-manifest-url") && message.contains("fails its validation function")
    }
}

/// Runs a call of AWS and converts its error.
func translating<Result>(
    _ body: () async throws(AWSError) -> Result
) async throws(ServiceError) -> Result {
    do {
        return try await body()
    } catch {
        throw ServiceError(error)
    }
}
