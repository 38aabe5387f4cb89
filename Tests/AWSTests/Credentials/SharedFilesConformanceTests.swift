import AWS
import Foundation
import TestSupport
import Testing

/// A pair of shared files, with what botocore reads in them.
private struct SharedFilesCase: Decodable {
    enum Value: Decodable, Equatable {
        case text(String)
        /// An indented block.
        case nested([String: String])

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if let text = try? container.decode(String.self) {
                self = .text(text)
            } else {
                self = .nested(try container.decode([String: String].self))
            }
        }
    }

    struct Result: Decodable {
        let error: String?
        let profiles: [String: [String: Value]]?
        let ssoSessions: [String: [String: Value]]?
        let services: [String: [String: Value]]?

        private enum CodingKeys: String, CodingKey {
            case error, profiles, services
            case ssoSessions = "sso_sessions"
        }
    }

    let configuration: Result
    let credentials: Result
    let merged: Result
    let configurationAlone: [String: [String: Value]]
    let credentialsAlone: [String: [String: Value]]

    private enum CodingKeys: String, CodingKey {
        case configuration, credentials, merged
        case configurationAlone = "configuration_alone"
        case credentialsAlone = "credentials_alone"
    }
}

/// The differences between ferry and botocore that are meant, each a lenience that is reported as a problem:
///
/// - ``SharedFileProblem/Reason/inlineComment``: a comment behind a value is no part of it, as in the AWS SDKs.
/// - ``SharedFileProblem/Reason/unusualHeader``: blanks within the brackets of a header, and brackets in a comment behind
///   it, are no part of the profile's name. Where another header of the file has the name exactly, the unusual one is not
///   read. The other file's profile of that name gets its values.
/// - A file that botocore rejects is read, but for the lines that are reported.
private struct Comparison {
    let profiles: SharedProfiles

    /// What differs in the profiles, and is not meant.
    func differences(_ expected: [String: [String: SharedFilesCase.Value]]) -> [String] {
        let names = Set(profiles.names)
        var differences = expected.flatMap { name, values in
            guard names.contains(name) else { return isMeant(name) ? [] : ["no profile \(name.debugDescription)"] }
            return self.differences(values, profiles.profile(name), "profile \(name.debugDescription)")
        }
        // A profile that only ferry finds has an unusual header.
        differences += names.subtracting(expected.keys).filter { !has(.unusualHeader, $0) }.map { "only ferry: \($0)" }
        return differences
    }

    /// What differs in the profiles of a file that botocore reads in part.
    func differencesInPart(_ expected: [String: [String: SharedFilesCase.Value]]) -> [String] {
        expected.flatMap { name, values in
            guard let profile = profiles.profile(name) else { return isMeant(name) ? [] : ["no profile \(name)"] }
            return differences(values, profile, "profile \(name)")
        }
    }

    /// What differs in the other sections.
    func differences(_ kind: SharedProfiles.Section, _ expected: [String: [String: SharedFilesCase.Value]]) -> [String]
    {
        expected.flatMap { name, values in
            differences(values, profiles.section(kind, name), "[\(kind.rawValue) \(name)]")
        }
    }

    private func differences(
        _ expected: [String: SharedFilesCase.Value],
        _ section: ProfileSection?,
        _ title: String
    ) -> [String] {
        guard let section else { return ["no \(title)"] }
        // An unusual header of the other file may give the profile other values.
        guard !profiles.problems.contains(where: { $0.reason == .unusualHeader && $0.section == section.title }) else {
            return []
        }
        let values = section.values
        var differences: [String] = []
        for (name, value) in expected {
            guard let found = values[name] else {
                differences.append("\(title): no \(name)")
                continue
            }
            switch value {
            case .text(let text) where text == found: break
            case .text(let text) where Self.withoutComment(text) == found && has(.inlineComment): break
            case .nested(let block) where found.hasPrefix("\n") && SharedProfiles.nested(found) == block: break
            default: differences.append("\(title): \(name) is \(found.debugDescription), not \(value)")
            }
        }
        let more = Set(values.keys).subtracting(expected.keys)
        if !more.isEmpty { differences.append("\(title): only ferry has \(more)") }
        return differences
    }

    /// The value without the comment at the end of its first line.
    private static func withoutComment(_ text: String) -> String {
        let first = text.prefix { $0 != "\n" }
        let isSpace = { (scalar: Unicode.Scalar) in
            scalar.properties.isWhitespace || (0x1C...0x1F).contains(scalar.value)
        }
        let scalars = first.unicodeScalars
        var isAfterSpace = true
        for index in scalars.indices {
            if isAfterSpace, scalars[index] == "#" || scalars[index] == ";" {
                let value = scalars[..<index]
                let end = value.lastIndex { !isSpace($0) }.map { value.index(after: $0) } ?? value.startIndex
                return String(value[..<end]) + text[first.endIndex...]
            }
            isAfterSpace = isSpace(scalars[index])
        }
        return text
    }

    /// Whether a profile of botocore's has a name that an unusual header gives it.
    private func isMeant(_ name: String) -> Bool {
        let clean = (name.firstMatch(of: /^([^\]]*)\]\s*[#;]/).map { String($0.1) } ?? name)
            .trimmingCharacters(in: .whitespaces)
        return clean != name && has(.unusualHeader, clean)
    }

    private func has(_ reason: SharedFileProblem.Reason, _ name: String? = nil) -> Bool {
        profiles.problems.contains { $0.reason == reason && (name == nil || $0.section == "profile \"\(name ?? "")\"") }
    }
}

@Suite("Shared files, as botocore reads them")
struct SharedFilesConformanceTests {
    private static let pairs = 5000

    @Test("10,000 random files have the same values, or are read leniently", .enabled(if: Botocore.python != nil))
    func files() async throws {
        let folder = try TemporaryDirectory()
        _ = try await Botocore.run("shared_files", [folder.path, "15", "\(Self.pairs)"])
        let data = try Data(contentsOf: URL(filePath: folder.path("cases.json")))
        let cases = try JSONDecoder().decode([SharedFilesCase].self, from: data)
        try #require(cases.count == Self.pairs)
        var (differences, compared, rejected, alone): ([String], Int, Int, Int) = ([], 0, 0, 0)
        for (number, example) in cases.enumerated() {
            let configuration = try Self.file(folder, "\(number).config")
            let credentials = try Self.file(folder, "\(number).credentials")
            for (result, aloneResult, files) in [
                (example.configuration, example.configurationAlone, (configuration, nil)),
                (example.credentials, example.credentialsAlone, (nil, credentials)),
                (example.merged, [:], (configuration, credentials)),
            ] as [(SharedFilesCase.Result, [String: [String: SharedFilesCase.Value]], (SharedFile?, SharedFile?))] {
                let comparison = Comparison(profiles: SharedProfiles(configuration: files.0, credentials: files.1))
                let isReported = comparison.profiles.problems.contains(where: \.reason.isRejectedByCLI)
                var found: [String] = []
                if result.error != nil {
                    rejected += 1
                    alone += aloneResult.count
                    if !isReported { found.append("nothing is reported") }
                    found += comparison.differencesInPart(aloneResult)
                } else {
                    compared += result.profiles?.count ?? 0
                    if isReported { found.append("reported, and not rejected") }
                    found += comparison.differences(result.profiles ?? [:])
                    found += comparison.differences(.ssoSession, result.ssoSessions ?? [:])
                    found += comparison.differences(.services, result.services ?? [:])
                }
                differences += found.map { "\(number): \($0)" }
            }
        }
        let text = differences.prefix(20).joined(separator: "\n")
        #expect(differences.isEmpty, "\(differences.count) differences:\n\(text)")
        // The generator makes something to compare.
        #expect(compared > 20_000)
        #expect(rejected > 1000 && rejected < cases.count)
        #expect(alone > 500)
    }

    private static func file(_ folder: TemporaryDirectory, _ name: String) throws -> SharedFile {
        SharedFile(path: name, bytes: Array(try Data(contentsOf: URL(filePath: folder.path(name)))))
    }
}
