import Hashing
import WireEncoding

/// Verifies Signature Version 2, with which clients of 2013 sign EC2's requests
/// (AWS General Reference of that time, "Signature Version 2 signing process").
struct SignatureVersion2: Sendable {
    private let accounts: [SandboxAccount]

    /// Keeps the keys of accounts.
    init(accounts: [SandboxAccount]) {
        self.accounts = accounts
    }

    /// Whether the parameters claim to be signed this way.
    static func isUsed(by parameters: EC2Parameters) -> Bool {
        parameters["SignatureVersion"] == "2"
    }

    /// Verifies the parameters of `request`.
    ///
    /// - Returns: The account of the keys.
    func authenticate(
        _ request: ServerRequest,
        parameters: EC2Parameters,
        now: Timestamp = .now
    ) throws(AuthenticationFailure) -> String {
        guard let keyID = parameters["AWSAccessKeyId"], let signature = parameters["Signature"] else { throw .missing }
        guard parameters["SignatureMethod"] == "HmacSHA256" else {
            throw .malformed("SignatureMethod must be HmacSHA256")
        }
        let account = accounts.first { ConstantTime.areEqual(keyID, $0.accessKeyID) }
        guard let account else { throw .unknownAccessKey(keyID) }
        let query = parameters.all
            .filter { $0.key != "Signature" }
            .sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
            .map { item in
                let name = PercentEncoding.encode(item.key)
                return "\(name)=\(PercentEncoding.encode(item.value))"
            }
            .joined(separator: "&")
        let host = request.headers["host"]?.lowercased() ?? ""
        let stringToSign = "\(request.method)\n\(host)\n\(request.path)\n\(query)"
        let expected = Base64.encode(HMACSHA256.code(for: stringToSign.utf8, key: account.secretAccessKey.utf8).bytes)
        guard ConstantTime.areEqual(expected, signature) else {
            throw .signatureMismatch(accessKeyID: keyID, stringToSign: stringToSign, canonicalRequest: query)
        }
        if let text = parameters["Expires"] {
            guard let end = Timestamp(iso8601: text) else { throw .malformed("Expires") }
            guard now <= end else { throw .expired(at: end, now: now) }
        } else {
            guard let signed = parameters["Timestamp"].flatMap({ Timestamp(iso8601: $0) }) else {
                throw .malformed("Timestamp")
            }
            guard abs(signed.seconds - now.seconds) <= RequestAuthenticator.allowedSkew else {
                throw .skewed(signed: signed, now: now)
            }
        }
        return account.id
    }
}
