import Diagnostics
import WireEncoding
import YAML

/// Turns the nodes that say where imports go into targets.
struct TargetDecoder {
    /// The keys of a place in S3.
    static let stagingKeys = NodeReader.Keys(
        owner: "staging",
        known: ["bucket", "prefix", "owner", "addressing"],
        required: ["bucket"]
    )
    /// The keys of a region's target.
    static let targetKeys = NodeReader.Keys(
        owner: "a target",
        known: ["staging", "account", "profile", "roleArn"],
        required: ["staging"],
        unsupported: [("region", "the region is the target's own key")]
    )

    /// The targets of a migration manifest, as far as they could be read.
    struct Targets {
        /// The target that the top of the file describes; `nil` if its bucket could not be read.
        var standard: MigrationTarget?
        /// The others by region.
        var others: [String: MigrationTarget] = [:]
        /// The regions that stand in `targets`, with their places, whether or not their targets could be read.
        var regions: [Located<String>] = []
        /// Whether all that were written could be read.
        var isComplete = true
    }

    /// Reads what the top of a file says, and `targets`.
    static func targets(
        _ entries: NodeReader.Entries,
        region: Located<String>?,
        _ reader: inout NodeReader
    ) -> Targets {
        var targets = Targets(standard: target(entries, &reader))
        guard let node = entries["targets"] else { return targets }
        guard node.kind == .mapping else {
            reader.reportKind(of: node, "targets is a mapping from regions")
            targets.isComplete = false
            return targets
        }
        targets.isComplete = !node.isDoubtfullyComplete
        for pair in node.pairs {
            let location = SourceLocation(file: node.document.file, range: pair.keyRange)
            let target = reader.entries(of: pair.value, targetKeys).flatMap { self.target($0, &reader) }
            do throws(Violation) {
                let name = try ZoneValidator.region(pair.key)
                targets.regions.append(Located(name, at: location))
                if let region, region.value == name {
                    reader.report(
                        Diagnostic(
                            .badTarget,
                            "“\(name)” is the region of the file, whose target stands at the top",
                            at: location,
                            help: "keep what is right for it there, and take it out of targets"
                        )
                        .noting("the region of the file", at: region.location)
                    )
                }
                targets.others[name] = target
            } catch {
                targets.isComplete = false
                if !pair.isDoubtful { reader.report(error, at: location) }
            }
        }
        return targets
    }

    private static func target(_ entries: NodeReader.Entries, _ reader: inout NodeReader) -> MigrationTarget? {
        let staging = entries["staging"].flatMap { self.staging($0, &reader) }
        let owner = entries["staging"].flatMap { self.owner($0, &reader) }
        let account = entries["account"].flatMap {
            reader.value(of: $0, "account", rule: CredentialValidator.account)
        }
        let profile = entries["profile"].flatMap { reader.value(of: $0, "profile", rule: CredentialValidator.profile) }
        let role = entries["roleArn"].flatMap { reader.value(of: $0, "roleArn", rule: CredentialValidator.roleARN) }
        let addressing = entries["staging"].flatMap { self.addressing($0, &reader) }
        return staging.map {
            MigrationTarget(
                staging: $0,
                addressing: addressing,
                stagingOwner: owner,
                account: account,
                profile: profile,
                roleARN: role
            )
        }
    }

    /// The form of import manifests' URLs; `nil` for `auto`, and for a word that is reported.
    private static func addressing(_ node: YAMLNode, _ reader: inout NodeReader) -> S3Addressing? {
        guard node.kind == .mapping, let pair = node.pairs.first(where: { $0.key == "addressing" }) else { return nil }
        return reader.value(of: pair.value, "staging's addressing", rule: StagingValidator.addressing)?.value.style
    }

    /// The account that must own the bucket. The other keys of staging, and wrong ones, are reported by ``staging(_:_:)``.
    private static func owner(_ node: YAMLNode, _ reader: inout NodeReader) -> Located<String>? {
        guard node.kind == .mapping, let pair = node.pairs.first(where: { $0.key == "owner" }) else { return nil }
        return reader.value(of: pair.value, "staging's owner", rule: CredentialValidator.account)
    }

    private static func staging(_ node: YAMLNode, _ reader: inout NodeReader) -> Located<StagingLocation>? {
        guard let entries = reader.entries(of: node, stagingKeys) else { return nil }
        let prefix = entries["prefix"].map {
            reader.value(of: $0, "staging's prefix", canBeEmpty: true, rule: StagingValidator.prefix)?.value
        }
        let bucket = entries["bucket"].flatMap {
            reader.value(of: $0, "staging's bucket", rule: StagingValidator.bucket)
        }
        guard let bucket else { return nil }
        let location = StagingLocation(bucket: bucket.value, prefix: (prefix ?? "ferry/") ?? "ferry/")
        return Located(location, at: bucket.location)
    }

    /// Says which regions have no bucket, at the first import that goes there. The bucket at the top of a file is for the file's
    /// region; without one, for the region of the first import that has no target of its own.
    static func check(
        _ imports: [ImageImport],
        _ targets: Targets,
        region: Located<String>?,
        _ reader: inout NodeReader
    ) {
        guard targets.isComplete else { return }
        let own = Set(targets.regions.map(\.value))
        var standard = region
        var reported: Set<String> = []
        for item in imports where !own.contains(item.region) {
            guard let place = item.zones.first?.location else { continue }
            guard let expected = standard else {
                standard = Located(item.region, at: place)
                continue
            }
            guard item.region != expected.value, reported.insert(item.region).inserted else { continue }
            let what = "no staging bucket is named for region “\(item.region)”"
            let entry = "targets: {\(item.region): {staging: {bucket: …}}}"
            let help = "add \(entry); a bucket serves imports of its own region"
            let note = "the bucket at the top of the file is for “\(expected.value)”"
            reader.report(
                Diagnostic(.badTarget, what, at: place, help: help).noting(note, at: expected.location)
            )
        }
    }
}
