import FoundationEssentials

/// Diagnostics as a log in the Static Analysis Results Interchange Format (OASIS SARIF 2.1.0). Only what ferry can say is
/// in it; the names are the standard's.
struct SARIFLog: Encodable {
    struct Message: Encodable {
        var text: String
    }

    struct Rule: Encodable {
        var id: String
        var shortDescription: Message
        var fullDescription: Message
        var help: Message
    }

    struct Driver: Encodable {
        var name = "ferry"
        var semanticVersion: String
        var rules: [Rule]
    }

    struct Tool: Encodable {
        var driver: Driver
    }

    /// A file. A relative URI is relative to the root of the repository, if that is known.
    struct ArtifactLocation: Encodable {
        /// The root of the repository, as code scanning services call it.
        static let root = "%SRCROOT%"

        var uri: String
        var uriBaseId: String?

        init(_ file: SourceFile, _ names: FileNames) {
            let name = names[file]
            uri = SARIFLog.uri(of: name)
            uriBaseId = names.root != nil && !name.hasPrefix("/") ? Self.root : nil
        }

        /// The location of a folder, whose URI ends in a slash (section 3.14.14).
        init(folder: String) {
            uri = SARIFLog.uri(of: folder.hasSuffix("/") ? folder : folder + "/")
        }
    }

    /// A stretch of a file; SARIF, too, counts from 1 and leaves the end out.
    struct Region: Encodable {
        var startLine: Int
        var startColumn: Int
        var endLine: Int
        var endColumn: Int

        init(_ range: SourceRange) {
            startLine = range.start.line
            startColumn = range.start.column
            endLine = max(range.start.line, range.end.line)
            endColumn = endLine == startLine ? max(range.start.column, range.end.column) : range.end.column
        }
    }

    struct PhysicalLocation: Encodable {
        var artifactLocation: ArtifactLocation
        var region: Region
    }

    struct Location: Encodable {
        var physicalLocation: PhysicalLocation?
        var message: Message?

        init(_ location: SourceLocation?, _ names: FileNames, message: String? = nil) {
            physicalLocation = location.map { location in
                PhysicalLocation(
                    artifactLocation: ArtifactLocation(location.file, names),
                    region: Region(location.range)
                )
            }
            self.message = message.map(Message.init)
        }
    }

    struct Replacement: Encodable {
        var deletedRegion: Region
        var insertedContent: Message
    }

    struct ArtifactChange: Encodable {
        var artifactLocation: ArtifactLocation
        var replacements: [Replacement]
    }

    struct Fix: Encodable {
        var description: Message
        var artifactChanges: [ArtifactChange]
    }

    struct Result: Encodable {
        var ruleId: String
        var ruleIndex: Int
        var level: String
        var message: Message
        var locations: [Location]
        var relatedLocations: [Location]?
        var fixes: [Fix]?

        init(_ diagnostic: Diagnostic, ruleIndex: Int, _ names: FileNames) {
            ruleId = diagnostic.code.rawValue
            self.ruleIndex = ruleIndex
            level = diagnostic.severity.rawValue
            let help = diagnostic.help.map { "\n\($0)" } ?? ""
            message = Message(text: diagnostic.message + help)
            locations = diagnostic.location.map { [Location($0, names)] } ?? []
            let related = diagnostic.notes.map { Location($0.location, names, message: $0.message) }
            relatedLocations = related.isEmpty ? nil : related
            guard let suggestion = diagnostic.suggestion, let location = diagnostic.location else { return }
            let replacement = Replacement(
                deletedRegion: Region(location.range),
                insertedContent: Message(text: suggestion)
            )
            let change = ArtifactChange(
                artifactLocation: ArtifactLocation(location.file, names),
                replacements: [replacement]
            )
            fixes = [Fix(description: Message(text: "write “\(suggestion)”"), artifactChanges: [change])]
        }
    }

    struct Run: Encodable {
        var tool: Tool
        var columnKind = "unicodeCodePoints"
        var originalUriBaseIds: [String: ArtifactLocation]?
        var results: [Result]
    }

    var schema = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
    var version = "2.1.0"
    var runs: [Run]

    private enum CodingKeys: String, CodingKey {
        case schema = "$schema"
        case version, runs
    }

    init(_ diagnostics: [Diagnostic], version: String, paths: RepositoryPaths? = nil) {
        let names = FileNames(of: diagnostics, in: paths)
        let codes = Set(diagnostics.map(\.code)).sorted()
        let indices = Dictionary(uniqueKeysWithValues: codes.enumerated().map { ($1, $0) })
        let rules = codes.map { code in
            Rule(
                id: code.rawValue,
                shortDescription: Message(text: code.title),
                fullDescription: Message(text: code.explanation),
                help: Message(text: code.explanation)
            )
        }
        let results = diagnostics.map { Result($0, ruleIndex: indices[$0.code, default: 0], names) }
        runs = [
            Run(
                tool: Tool(driver: Driver(semanticVersion: version, rules: rules)),
                originalUriBaseIds: names.root.map { [ArtifactLocation.root: ArtifactLocation(folder: $0)] },
                results: results
            )
        ]
    }

    /// The log, ending in a line break.
    var json: String {
        get throws {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
            return String(decoding: try encoder.encode(self), as: UTF8.self) + "\n"
        }
    }

    /// A path as a URI reference (RFC 3986). A relative path remains relative, as code scanning services require.
    static func uri(of path: String) -> String {
        var uri = path.hasPrefix("/") ? "file://" : ""
        for byte in path.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"), UInt8(ascii: "/"):
                uri.unicodeScalars.append(Unicode.Scalar(byte))
            default:
                let digits = String(byte, radix: 16, uppercase: true)
                uri += "%" + (digits.count == 1 ? "0" : "") + digits
            }
        }
        return uri
    }
}
