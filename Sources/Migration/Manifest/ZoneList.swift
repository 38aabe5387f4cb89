import Diagnostics
import YAML

/// The zones of an import as they were read, and whether all that were written could be.
struct ZoneList {
    /// The zones' names or ids.
    private(set) var names: [Located<String>] = []
    /// The region of the first zone that says one.
    private(set) var region: String?
    /// The region of each; empty while all are of one, which is nearly always so.
    private var regions: [String?] = []
    /// Whether all that were written could be read.
    var isComplete: Bool

    /// An empty list.
    init(isComplete: Bool) {
        self.isComplete = isComplete
    }

    /// Whether all zones are of one region.
    var areOfOneRegion: Bool { regions.isEmpty }

    /// The region of a zone; `nil` if it does not say one.
    func region(at index: Int) -> String? { regions.isEmpty ? region : regions[index] }

    /// Adds a zone.
    mutating func append(_ zone: Located<ZoneValidator.Zone>) {
        let isFirst = names.isEmpty
        if isFirst { region = zone.value.region }
        if zone.value.region != region, regions.isEmpty {
            regions = [String?](repeating: region, count: names.count)
        }
        if !isFirst, zone.value.region != region || !regions.isEmpty { regions.append(zone.value.region) }
        if region == nil { region = zone.value.region }
        names.append(Located(zone.value.name, at: zone.location))
    }
}
