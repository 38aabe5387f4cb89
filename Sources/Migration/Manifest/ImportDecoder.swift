import DiskImages
import YAML

/// Turns the nodes of imports into imports, with the defaults of their migration manifest.
struct ImportDecoder {
    /// The keys of an import.
    static let keys = NodeReader.Keys(
        owner: "an import",
        known: ["name", "image", "format", "region", "zones", "size", "description", "tags"],
        required: ["name", "image"],
        unsupported: [("convert", "convert the image with qemu-img before, and name the converted image here")]
    )

    /// Zones that were read, and whether all that were written could be.
    private struct Zones {
        var names: [Located<String>] = []
        /// The region of each; empty if all are of the first one's.
        var otherRegions: [String] = []
        /// The region of the first.
        var region = ""
        var areAll: Bool

        mutating func append(_ zone: Located<ZoneRules.Zone>) {
            if names.isEmpty { region = zone.value.region }
            if zone.value.region != region, otherRegions.isEmpty {
                otherRegions = [String](repeating: region, count: names.count)
            }
            if zone.value.region != region || !otherRegions.isEmpty { otherRegions.append(zone.value.region) }
            names.append(Located(zone.value.name, at: zone.location))
        }

        func region(at index: Int) -> String { otherRegions.isEmpty ? region : otherRegions[index] }
    }

    /// More zones than any region has, local ones included.
    private static let mostZones = 200

    private let path: FilePath
    private let region: Located<String>?
    private var defaultZones: Zones?
    private var defaultTags: [String: String] = [:]
    /// Whether there are default zones, even if they can't be read.
    private var hasDefaultZones = false

    /// Begins with the region of the migration manifest.
    init(file: SourceFile, region: Located<String>?) {
        path = FilePath(besides: file.path)
        self.region = region
    }

    /// Reads the defaults; they are used by every import decoded afterwards.
    mutating func setDefaults(zones: YAMLNode?, tags: YAMLNode?, _ reader: inout NodeReader) {
        hasDefaultZones = zones != nil
        defaultZones = zones.flatMap { Self.zones($0, &reader) }
        defaultTags = tags.map { Self.tags($0, adding: [:], &reader) } ?? [:]
        if let defaultZones { Self.checkRegion(of: defaultZones, region, &reader) }
    }

    /// Reads an import. What has a name is declared, even if it is not complete.
    func decode(_ node: YAMLNode, _ reader: inout NodeReader) -> (import: ImageImport?, declared: DeclaredImport?) {
        guard let entries = reader.entries(of: node, Self.keys) else { return (nil, nil) }
        let name = entries["name"].flatMap { reader.value(of: $0, "an import's name", rule: NameRules.name) }
        let image = entries["image"].flatMap { reader.value(of: $0, "image", rule: ImageRules.path) }
        let format = entries["format"].flatMap { reader.value(of: $0, "format", rule: ImageRules.format) }
        let ownRegion = entries["region"].map { reader.value(of: $0, "region", rule: ZoneRules.region) }
        let region = ownRegion ?? region
        let size = entries["size"].flatMap { reader.value(of: $0, "size", rule: Quantity.volumeSize) }
        let description = entries["description"].flatMap {
            reader.value(of: $0, "description", rule: TagRules.description)?.value
        }
        let tags = entries["tags"].map { Self.tags($0, adding: defaultTags, &reader) } ?? defaultTags
        let zones = entries["zones"].map { Self.zones($0, &reader) } ?? defaultZones
        if entries.lacks("zones"), !hasDefaultZones, !node.isDoubtfullyComplete {
            reportMissingZones(of: node, &reader)
        }
        if let zones, entries["zones"] != nil || entries["region"] != nil {
            Self.checkRegion(of: zones, region, &reader)
        }
        guard let name else { return (nil, nil) }
        let declared = DeclaredImport(
            name: name,
            zones: zones?.names ?? [],
            zonesAreCertain: zones?.areAll ?? false
        )
        guard let image, let zones, !zones.names.isEmpty else { return (nil, declared) }
        let complete = ImageImport(
            name: name,
            image: image,
            imagePath: path.resolve(image.value),
            format: format,
            zones: zones.names,
            region: zones.region,
            size: size,
            description: description,
            tags: tags
        )
        return (complete, declared)
    }

    private func reportMissingZones(
        of node: YAMLNode,
        _ reader: inout NodeReader
    ) {
        let example = (region?.value ?? "us-east-1") + "a"
        reader.report(
            Violation(
                .missingKey,
                "an import needs “zones”, or defaults must have them",
                help: "add zones: [\(example)] to the import or to defaults"
            ),
            at: reader.head(of: node)
        )
    }

    private static func zones(_ node: YAMLNode, _ reader: inout NodeReader) -> Zones? {
        guard let items = reader.items(of: node, "zones") else { return nil }
        var result = Zones(areAll: !node.isDoubtfullyComplete)
        if items.isEmpty, result.areAll { reader.report(.missingKey, "zones is empty", at: node) }
        guard items.count <= mostZones else {
            reader.report(.excessive, "an import has at most \(mostZones) zones, and this has \(items.count)", at: node)
            return nil
        }
        for item in items {
            guard let zone = reader.value(of: item, "a zone", rule: ZoneRules.zone) else {
                result.areAll = false
                continue
            }
            if let first = result.names.first(where: { $0.value == zone.value.name }) {
                let message = "zone “\(zone.value.name)” stands twice in this list"
                reader.report(
                    Diagnostic(.duplicateAddress, message, at: zone.location, help: "keep one of them")
                        .noting("it stands here first", at: first.location)
                )
                continue
            }
            result.append(zone)
        }
        return result
    }

    /// Says which zones are not of the region; without one, which are not of the first zone's.
    private static func checkRegion(of zones: Zones, _ region: Located<String>?, _ reader: inout NodeReader) {
        guard let first = zones.names.first else { return }
        let expected = region?.value ?? zones.region
        guard expected != zones.region || !zones.otherRegions.isEmpty else { return }
        for (index, zone) in zones.names.enumerated() where zones.region(at: index) != expected {
            let written = zones.region(at: index)
            let suggestion = expected + zone.value.dropFirst(written.count)
            let isSlip = Spelling.isSlip(written, for: expected)
            let note = region == nil ? "the region is that of the first zone" : "the region is chosen here"
            reader.report(
                Diagnostic(
                    .badZone,
                    "zone “\(zone.value)” is not in region “\(expected)”",
                    at: zone.location,
                    help: isSlip ? "did you mean “\(suggestion)”?" : "one import has zones of one region",
                    suggestion: isSlip ? suggestion : nil
                )
                .noting(note, at: region?.location ?? first.location)
            )
        }
    }

    private static func tags(
        _ node: YAMLNode,
        adding defaults: [String: String],
        _ reader: inout NodeReader
    ) -> [String: String] {
        guard node.kind == .mapping else {
            if node.kind != .unreadable {
                reader.report(.wrongType, "tags is a mapping, and this is \(node.kindName)", at: node)
            }
            return defaults
        }
        var tags = defaults
        for pair in node.pairs {
            guard let value = reader.text(of: pair.value, "a tag's value", canBeEmpty: true) else { continue }
            guard !pair.isDoubtful || !pair.key.unicodeScalars.contains("\u{FFFD}") else { continue }
            do throws(Violation) {
                try TagRules.check(key: pair.key, value: value)
                tags[pair.key] = value
            } catch {
                reader.report(error, at: SourceLocation(file: node.document.file, range: pair.keyRange))
            }
        }
        if tags.count > TagRules.most {
            let message = "a volume has at most \(TagRules.most) tags besides ferry's own, and this makes \(tags.count)"
            reader.report(.badTag, message, at: node)
        }
        return tags
    }
}
