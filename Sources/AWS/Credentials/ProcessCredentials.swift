import SigV4
import WireEncoding

/// Credentials that a program prints (AWS SDKs and Tools Reference, “Process credential provider”).
struct ProcessCredentials: CredentialsProvider {
    /// The most bytes it may print.
    private static let longestOutput = 1 << 20
    /// How much of its words an error repeats, in characters.
    private static let longestWords = 300

    let command: Secret
    let profile: String
    /// How long it may take, in seconds. It may ask a server of the company's for a ticket first.
    var timeout = 60

    var origin: CredentialsSource? { .process(profile: profile) }

    func credentials() async throws(CredentialsError) -> AWSCredentials {
        let origin = "the credential_process of profile \"\(profile)\""
        let output: ChildProcess.Output
        do throws(ChildProcess.Failure) {
            output = try await ChildProcess.run(
                ["/bin/sh", "-c", command.text],
                upTo: Self.longestOutput,
                timeout: timeout
            )
        } catch {
            switch error {
            case .notStarted: throw CredentialsError(description: "\(origin) cannot be started")
            case .timedOut: throw CredentialsError(description: "\(origin) was stopped: it took more than \(timeout) s")
            case .tooLong: throw CredentialsError(description: "\(origin) was stopped: it printed more than 1 MiB")
            }
        }
        guard output.exitCode == 0 else {
            // What it says on standard error is for people; what it prints on standard output is not shown.
            let words = String(decoding: output.error, as: UTF8.self)
                .split(whereSeparator: \.isNewline).joined(separator: " ").prefix(Self.longestWords)
            throw CredentialsError(
                description: "\(origin) ended with exit code \(output.exitCode)\(words.isEmpty ? "" : ": \(words)")"
            )
        }
        guard let document = CredentialsDocument.read(output.bytes) else {
            throw CredentialsError(description: "\(origin) printed no JSON with credentials")
        }
        guard document.version == 1 else {
            throw CredentialsError(description: "\(origin) printed another \"Version\" than 1, or none")
        }
        return try document.credentials(origin)
    }
}
