import Migration

/// Changes of one action that are told together, because one by one they would be too many to read.
struct ChangeGroup: Sendable {
    /// How finely changes are told apart.
    enum Grain: CaseIterable {
        case manifestAndZone, manifest, action
    }

    /// The word and the sign of the action.
    let word: String
    let symbol: String
    let action: Action
    /// The migration manifest and zone they have in common; `nil` where they differ.
    let manifest: String?
    let zone: String?
    private(set) var count = 0
    /// The bytes of their images, each change counted.
    private(set) var bytes: Int64 = 0

    /// Groups changes, in the order of the first of each group.
    static func groups(of changes: [Change], by grain: Grain) -> [ChangeGroup] {
        struct Key: Hashable {
            var word: String
            var manifest: String?
            var zone: String?
        }
        var places: [Key: Int] = [:]
        var groups: [ChangeGroup] = []
        for change in changes {
            let key = Key(
                word: PlanReport.word(of: change),
                manifest: grain == .action ? nil : change.address.manifest,
                zone: grain == .manifestAndZone ? change.address.zone : nil
            )
            let place = places[key] ?? groups.count
            if place == groups.count {
                places[key] = place
                groups.append(
                    ChangeGroup(
                        word: key.word,
                        symbol: PlanReport.symbol(of: change),
                        action: change.action,
                        manifest: key.manifest,
                        zone: key.zone
                    )
                )
            }
            groups[place].count += 1
            let (sum, overflow) = groups[place].bytes.addingReportingOverflow(change.desired?.image.bytes ?? 0)
            groups[place].bytes = overflow ? .max : sum
        }
        return groups
    }

    /// Such as `340 imports, 1.20 TiB`.
    var size: String {
        "\(count) \(count == 1 ? "import" : "imports")" + (bytes > 0 ? ", \(ByteText.string(bytes))" : "")
    }
}
