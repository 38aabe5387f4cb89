import Foundation
import SigV4
import WireEncoding

/// Credentials as container agents, instances and `credential_process` write them in JSON.
struct CredentialsDocument: Decodable {
    private enum CodingKeys: String, CodingKey {
        case version = "Version"
        case code = "Code"
        case message = "Message"
        case accessKeyID = "AccessKeyId"
        case secretAccessKey = "SecretAccessKey"
        case token = "Token"
        case sessionToken = "SessionToken"
        case expiration = "Expiration"
    }

    /// The version of the form, of `credential_process` alone.
    var version: Int?
    /// `Success`, or an error's code.
    var code: String?
    /// An error's words.
    var message: String?
    private var accessKeyID: String?
    private var secretAccessKey: String?
    private var token: String?
    private var sessionToken: String?
    private var expiration: Time?

    /// A time as a text. A number is none: its unit is anybody's guess, and botocore rejects it too.
    private enum Time: Decodable {
        case text(String)
        case other

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            self = (try? container.decode(String.self)).map { .text($0) } ?? .other
        }
    }

    /// Reads a document; `nil` if it is none. What is wrong with it is not said: it would be shown with its text.
    static func read(_ bytes: [UInt8]) -> CredentialsDocument? {
        try? JSONDecoder().decode(CredentialsDocument.self, from: Data(bytes))
    }

    /// The credentials in it.
    ///
    /// - Parameter origin: Where it came from, for errors.
    func credentials(_ origin: String) throws(CredentialsError) -> AWSCredentials {
        if let code, code != "Success" {
            let words = message.map { ": \($0.prefix(500))" } ?? ""
            throw CredentialsError(description: "\(origin) answers \(code.prefix(100))\(words)")
        }
        guard let accessKeyID, let secretAccessKey, !accessKeyID.isEmpty, !secretAccessKey.isEmpty else {
            throw CredentialsError(description: "\(origin) gives no AccessKeyId or no SecretAccessKey")
        }
        var end: Date?
        if let expiration {
            guard case .text(let text) = expiration, let date = LooseTimestamp.date(text) else {
                throw CredentialsError(
                    description: """
                        \(origin) gives an Expiration that is not a time with its zone, such as 2030-01-01T00:00:00Z; the AWS \
                        CLI cannot use it either
                        """
                )
            }
            end = date
        }
        for (name, key) in [("AccessKeyId", accessKeyID), ("SecretAccessKey", secretAccessKey)] {
            if let problem = SettingForm.key.problem(of: key) {
                throw CredentialsError(description: "\(origin) gives a key: \(name) \(problem)")
            }
        }
        return AWSCredentials(
            accessKeyID: accessKeyID,
            secretAccessKey: Secret(secretAccessKey),
            sessionToken: (token ?? sessionToken).flatMap { $0.isEmpty ? nil : Secret($0) },
            expiration: end
        )
    }
}

// Keys are not shown, by reflection either.
extension CredentialsDocument: CustomStringConvertible, CustomReflectable {
    var description: String { "credentials document" }
    var customMirror: Mirror { Mirror(self, children: []) }
}
