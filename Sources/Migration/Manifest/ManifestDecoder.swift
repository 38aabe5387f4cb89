package import Diagnostics
import Hashing
import TerminalText
import YAML

/// Turns the nodes of one file into a migration manifest and says everything that is wrong with them.
package struct ManifestDecoder {
    /// What a file says, as far as it could be read.
    package struct Output {
        /// The migration manifest; `nil` if the file does not say enough to be one.
        package var manifest: MigrationManifest?
        /// The imports with a name, to be compared with those of other files, whatever else is wrong with them.
        package var declared: [DeclaredImport]
        /// What is wrong.
        package var diagnostics: [Diagnostic]
    }

    private static let manifestKeys = NodeReader.Keys(
        owner: "a migration manifest",
        known: [
            "version", "name", "region", "staging", "account", "profile", "roleArn", "targets", "limits", "defaults",
            "imports", "moved",
        ],
        required: ["version", "name", "staging", "imports"]
    )
    private static let limitKeys = NodeReader.Keys(
        owner: "limits",
        known: [
            "uploads", "conversions", "bandwidth", "requests", "listConsistency", "signatureValidity", "taskRetention",
        ]
    )
    private static let defaultKeys = NodeReader.Keys(
        owner: "defaults",
        known: ["zones", "format", "convert", "size", "description", "tags"],
        unsupported: [("region", "write the region at the top of the file, beside name")],
        refused: VolumeSettings.refused
    )

    private static let movedKeys = NodeReader.Keys(
        owner: "an entry of moved",
        known: ["from", "to"],
        required: ["from", "to"]
    )

    /// The keys of all mappings.
    static let allKeys = Set(
        [
            manifestKeys, movedKeys, TargetDecoder.stagingKeys, TargetDecoder.targetKeys, limitKeys, defaultKeys,
            ImportDecoder.keys,
        ].flatMap(\.known)
    )

    private let file: SourceFile
    private var reader = NodeReader()

    /// Decodes a file.
    package static func decode(_ file: SourceFile) -> Output {
        let parsed = YAMLParser.parse(file)
        guard let root = parsed.root else {
            var diagnostics = parsed.diagnostics
            if diagnostics.isEmpty {
                let location = SourceLocation(file: file, range: SourceRange(at: .start))
                diagnostics = [Diagnostic(.documentCount, "the file holds no migration manifest", at: location)]
            }
            return Output(declared: [], diagnostics: diagnostics)
        }
        var decoder = ManifestDecoder(file: file)
        var output = decoder.manifest(root)
        output.diagnostics = parsed.diagnostics + decoder.reader.diagnostics.all
        return output
    }

    private init(file: SourceFile) {
        self.file = file
    }

    private mutating func manifest(_ root: YAMLNode) -> Output {
        guard let entries = reader.entries(of: root, Self.manifestKeys) else {
            return Output(declared: [], diagnostics: [])
        }
        if let node = entries["version"] { checkVersion(node) }
        let name = entries["name"].flatMap { reader.value(of: $0, "name", rule: NameValidator.name) }
        let region = entries["region"].flatMap { reader.value(of: $0, "region", rule: ZoneValidator.region) }
        let targets = TargetDecoder.targets(entries, region: region, &reader)
        let limits = entries["limits"].map { self.limits($0) } ?? MigrationManifest.Limits()
        var imports = ImportDecoder(file: file, region: region)
        if let node = entries["defaults"], let defaults = reader.entries(of: node, Self.defaultKeys) {
            imports.setDefaults(defaults, &reader)
        }
        let items = entries["imports"].flatMap { reader.items(of: $0, "imports") }
        if let node = entries["imports"], let items, items.isEmpty, !node.isDoubtfullyComplete {
            reader.report(.missingKey, "imports is empty", at: node, help: "a migration manifest imports something")
        }
        var output = Output(declared: [], diagnostics: [])
        var complete: [ImageImport] = []
        complete.reserveCapacity(items?.count ?? 0)
        for item in items ?? [] {
            let (imported, declared) = imports.decode(item, &reader)
            if let imported { complete.append(imported) }
            if var declared {
                declared.manifest = name?.value
                output.declared.append(declared)
            }
        }
        TargetDecoder.check(complete, targets, region: region, &reader)
        let moved = entries["moved"].map { self.moved($0, complete, name?.value) } ?? []
        if let name, let target = targets.standard {
            output.manifest = MigrationManifest(
                file: file,
                digest: SHA256.digest(of: file.bytes),
                name: name,
                region: region,
                target: target,
                targets: targets.others,
                limits: limits,
                imports: complete,
                hasObjects: imports.hasObjects
            )
            output.manifest?.moved = moved
        }
        return output
    }

    private mutating func checkVersion(_ node: YAMLNode) {
        guard let version = reader.text(of: node, "version"), version != "1" || !node.isPlain else { return }
        let message =
            "this ferry reads version 1, and this is \(version == "1" ? "a text" : QuotedText.quoted(version))"
        reader.report(.unsupportedVersion, message, at: node, help: "write version: 1")
    }

    /// Reads the entries of `moved`. Each leads to an import of this file, from a name that no import has any more.
    private mutating func moved(_ node: YAMLNode, _ imports: [ImageImport], _ manifest: String?) -> [MovedImport] {
        var moved: [MovedImport] = []
        let names = Set(imports.map(\.name.value))
        for item in reader.items(of: node, "moved") ?? [] {
            guard let entries = reader.entries(of: item, Self.movedKeys),
                let from = entries["from"].flatMap({ movedName($0, manifest) }),
                let to = entries["to"].flatMap({ movedName($0, manifest) })
            else { continue }
            if to.manifest != manifest || !names.contains(to.image) {
                reader.report(
                    .badMove,
                    "moved leads to \(to.manifest)/\(to.image), which this file does not import",
                    at: item,
                    help: "name an import of this file in to"
                )
            } else if from.manifest == manifest, names.contains(from.image) {
                reader.report(
                    .badMove,
                    "\(from.manifest)/\(from.image) is moved and imported",
                    at: item,
                    help: "remove the entry of moved, or the import of the old name"
                )
            } else {
                moved.append(MovedImport(from: from, to: to))
            }
        }
        return moved
    }

    /// Reads `image` or `manifest/image`.
    private mutating func movedName(_ node: YAMLNode, _ manifest: String?) -> MovedImport.Name? {
        guard let text = reader.value(of: node, "a name in moved", rule: NameValidator.moved)?.value else { return nil }
        let parts = text.split(separator: "/")
        guard parts.count == 2 else {
            return manifest.map { MovedImport.Name(manifest: $0, image: text) }
        }
        return MovedImport.Name(manifest: String(parts[0]), image: String(parts[1]))
    }

    private mutating func limits(_ node: YAMLNode) -> MigrationManifest.Limits {
        var limits = MigrationManifest.Limits()
        guard let entries = reader.entries(of: node, Self.limitKeys) else { return limits }
        if let node = entries["uploads"] {
            limits.uploads = reader.integer(of: node, "uploads", in: 1...256) ?? limits.uploads
        }
        if let node = entries["conversions"] {
            limits.conversions = reader.integer(of: node, "conversions", in: 1...10_000) ?? limits.conversions
        }
        limits.bandwidth = entries["bandwidth"].flatMap {
            reader.value(of: $0, "bandwidth", rule: Quantity.bandwidth)?.value
        }
        limits.requestsPerSecond = entries["requests"].flatMap {
            reader.value(of: $0, "requests", rule: Quantity.requests)?.value
        }
        func duration(_ key: String) -> Int64? {
            entries[key].flatMap { reader.value(of: $0, key, rule: Quantity.duration)?.value }
        }
        limits.listConsistency = duration("listConsistency")
        limits.signatureValidity = duration("signatureValidity")
        limits.taskRetention = duration("taskRetention")
        return limits
    }
}
