import Diagnostics
import DiskImages
import EC2Types
import YAML

/// Turns the nodes of imports into imports, with the defaults of their migration manifest.
struct ImportDecoder {
    /// The keys of an import.
    static let keys = NodeReader.Keys(
        owner: "an import",
        known: ["name", "image", "format", "convert", "region", "zones", "size", "description", "tags"],
        required: ["name", "image"],
        refused: VolumeSettings.refused
    )

    /// The most zones that are remembered, which is more than there are.
    private static let mostKnownZones = 1000
    /// More zones than any region has, local ones included.
    private static let mostZones = 200

    /// Whether an image that was decoded is an object in S3.
    private(set) var hasObjects = false

    private let path: FilePath
    private let region: Located<String>?
    private var defaults = Defaults()
    /// Whether there are default zones, even if they can't be read.
    private var hasDefaultZones = false
    /// Zones that were read before: a fleet has many imports and few zones.
    private var knownZones: [String: ZoneValidator.Zone] = [:]

    /// What an import has that does not say otherwise.
    private struct Defaults {
        var zones: ZoneList?
        var format: Located<DiskImageFormat>?
        var repackaging: Located<Repackaging>?
        var size: Located<Int>?
        var description: String?
        var tags: [String: String] = [:]
    }

    /// Begins with the region of the migration manifest.
    init(file: SourceFile, region: Located<String>?) {
        path = FilePath(besides: file.path)
        self.region = region
    }

    /// Reads the defaults; they are used by every import decoded afterwards.
    mutating func setDefaults(_ entries: NodeReader.Entries, _ reader: inout NodeReader) {
        hasDefaultZones = entries["zones"] != nil
        defaults = values(entries, &reader)
        if let zones = defaults.zones { checkRegion(of: zones, region, &reader) }
    }

    /// Reads an import. What has a name is declared, even if it is not complete.
    mutating func decode(
        _ node: YAMLNode,
        _ reader: inout NodeReader
    ) -> (import: ImageImport?, declared: DeclaredImport?) {
        guard let entries = reader.entries(of: node, Self.keys) else { return (nil, nil) }
        let name = entries["name"].flatMap { reader.value(of: $0, "an import's name", rule: NameValidator.name) }
        let image = entries["image"].flatMap { reader.value(of: $0, "image", rule: ImageValidator.source) }
        let ownRegion = entries["region"].map { reader.value(of: $0, "region", rule: ZoneValidator.region) }
        let region = ownRegion ?? region
        var values = values(entries, &reader)
        if image?.value.object != nil {
            hasObjects = true
            // That of the defaults is for the images that ferry uploads.
            if entries["convert"] != nil, let repackaging = values.repackaging {
                reader.report(ImageValidator.repackagingOfObject(repackaging.value), at: repackaging.location)
            }
            values.repackaging = nil
        }
        if entries.lacks("zones"), !hasDefaultZones, !node.isDoubtfullyComplete {
            reportMissingZones(of: node, &reader)
        }
        let zones = values.zones
        if let zones, entries["zones"] != nil || entries["region"] != nil {
            checkRegion(of: zones, region, &reader)
        }
        guard let name else { return (nil, nil) }
        let declared = DeclaredImport(
            name: name,
            zones: zones?.names ?? [],
            zonesAreCertain: zones?.isComplete ?? false
        )
        guard let image, let zones, !zones.names.isEmpty, let region = region?.value ?? zones.region else {
            return (nil, declared)
        }
        let complete = ImageImport(
            name: name,
            image: Located(image.value.text, at: image.location),
            source: image.value.source(path),
            format: values.format,
            zones: zones.names,
            region: region,
            size: values.size,
            description: values.description,
            tags: values.tags,
            repackaging: values.repackaging
        )
        return (complete, declared)
    }

    /// Reads what defaults and imports have in common, with the present defaults for what is not there.
    private mutating func values(_ entries: NodeReader.Entries, _ reader: inout NodeReader) -> Defaults {
        var values = defaults
        if let node = entries["format"] {
            values.format = reader.value(of: node, "format", rule: ImageValidator.format)
        }
        if let node = entries["convert"] { values.repackaging = Self.repackaging(node, &reader) }
        if let node = entries["size"] { values.size = reader.value(of: node, "size", rule: Quantity.volumeSize) }
        if let node = entries["description"] {
            values.description = reader.value(of: node, "description", rule: TagValidator.description)?.value
        }
        if let node = entries["tags"] { values.tags = Self.tags(node, adding: defaults.tags, &reader) }
        if let node = entries["zones"] { values.zones = zones(node, &reader) }
        return values
    }

    /// `stream-optimized`, or `true` for the same; `false` for none, whatever the defaults say.
    private static func repackaging(_ node: YAMLNode, _ reader: inout NodeReader) -> Located<Repackaging>? {
        guard let text = reader.text(of: node, "convert") else { return nil }
        if let repackaging = Repackaging(rawValue: text) { return Located(repackaging, at: node.location) }
        if node.isPlain, text == "true" { return Located(.streamOptimized, at: node.location) }
        if node.isPlain, text == "false" { return nil }
        reader.report(ImageValidator.unknownRepackaging(text, isPlain: node.isPlain), at: node.location)
        return nil
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

    private mutating func zones(_ node: YAMLNode, _ reader: inout NodeReader) -> ZoneList? {
        guard let items = reader.items(of: node, "zones") else { return nil }
        var result = ZoneList(isComplete: !node.isDoubtfullyComplete)
        if items.isEmpty, result.isComplete { reader.report(.missingKey, "zones is empty", at: node) }
        guard items.count <= Self.mostZones else {
            let message = "an import has at most \(Self.mostZones) zones, and this has \(items.count)"
            reader.report(.excessive, message, at: node)
            return nil
        }
        for item in items {
            guard let zone = reader.value(of: item, "a zone", rule: { text throws(Violation) in try self.zone(text) })
            else {
                result.isComplete = false
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

    private mutating func zone(_ text: String) throws(Violation) -> ZoneValidator.Zone {
        if let zone = knownZones[text] { return zone }
        let zone = try ZoneValidator.zone(text)
        if knownZones.count < Self.mostKnownZones { knownZones[text] = zone }
        return zone
    }

    /// Says which zones are not of the region; without one, which are not of the first zone's. A zone's id does not say
    /// its region.
    private func checkRegion(of zones: ZoneList, _ region: Located<String>?, _ reader: inout NodeReader) {
        guard let first = zones.names.first else { return }
        guard let expected = region?.value ?? zones.region else {
            let message = "“\(first.value)” is a zone's id, which does not say its region"
            let help = "write region: beside zones, or at the top of the file"
            return reader.report(Violation(.badZone, message, help: help), at: first.location)
        }
        guard expected != zones.region || !zones.areOfOneRegion else { return }
        for (index, zone) in zones.names.enumerated() {
            guard let written = zones.region(at: index), written != expected else { continue }
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
                try TagValidator.check(key: pair.key, value: value)
                tags[pair.key] = value
            } catch {
                reader.report(
                    error,
                    at: SourceLocation(file: node.document.file, range: pair.keyRange),
                    of: pair.value
                )
            }
        }
        if tags.count > EC2Limits.userTags {
            let message =
                "a volume has at most \(EC2Limits.userTags) tags besides ferry's own, and this makes \(tags.count)"
            reader.report(.badTag, message, at: node)
        }
        return tags
    }
}
