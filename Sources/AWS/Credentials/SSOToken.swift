import FileSystem
import Foundation
import Hashing
import WireEncoding

/// The token of a signed-in user in the cache that the AWS tools share (`~/.aws/sso/cache`).
struct SSOToken: Codable {
    var accessToken: String
    var expiresAt: String
    var refreshToken: String?
    var clientId: String?
    var clientSecret: String?
    var registrationExpiresAt: String?
    var region: String?
    var startUrl: String?

    /// The longest file of the cache that is read, in bytes.
    private static let longestFile: Int64 = 256 << 10

    /// The file of a session's or, in the older form, a start page's token below a home folder.
    static func path(home: String, _ profile: SSOProfile) -> String {
        "\(home)/.aws/sso/cache/\(SHA1.hex(of: profile.session ?? profile.startURL)).json"
    }

    /// Reads the cache; `nil` if nobody signed in, or the file is damaged.
    static func read(_ path: String) -> SSOToken? {
        guard let bytes = try? FileContents(path: path, limit: longestFile).bytes else { return nil }
        return try? JSONDecoder().decode(SSOToken.self, from: Data(bytes))
    }

    /// Replaces the file as a whole, readable by its owner alone.
    func write(_ path: String) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let bytes = Array(try encoder.encode(self))
        try LocalFiles(permissions: 0o600, durability: .process, keepsAttributes: false)
            .replace(path, with: bytes, through: .unique)
    }

    /// A moment of the file, in seconds since 1970; `nil` if it is none.
    static func seconds(_ text: String?) -> Int64? {
        text.flatMap { LooseTimestamp.date($0) }.flatMap { Int64(exactly: $0.timeIntervalSince1970.rounded(.down)) }
    }
}

// Tokens and the client's secret are not shown, by reflection either.
extension SSOToken: CustomStringConvertible, CustomReflectable {
    var description: String { "sign-in until \(expiresAt)" }
    var customMirror: Mirror { Mirror(self, children: []) }
}
