package import Diagnostics
package import Migration
import YAML

/// Holds the zones of migration manifests against those that the account has, and finds the names behind ids.
package struct ZoneCheck {
    private let region: String
    private let zones: [KnownZone]
    private let names: Set<String>
    private let namesByID: [String: String]

    /// Knows the zones of a region.
    init(region: String, zones: [KnownZone]) {
        self.region = region
        self.zones = zones
        names = Set(zones.map(\.name))
        namesByID = Dictionary(zones.compactMap { zone in zone.id.map { ($0, zone.name) } }) { first, _ in first }
    }

    /// The name of a zone that is written by name or id; `nil` if the region has none such.
    package func name(of zone: String) -> String? {
        names.contains(zone) ? zone : namesByID[zone]
    }

    /// What is wrong with the zones of imports in the region.
    package func problems(of imports: [ImageImport]) -> [Diagnostic] {
        // The place is looked up in the array: of a hundred thousand imports most are as they should be.
        imports.indices.flatMap { imports[$0].region == region ? problems(of: imports[$0]) : [] }
    }

    private func problems(of item: ImageImport) -> [Diagnostic] {
        var diagnostics: [Diagnostic] = []
        var seen: [String: Located<String>] = [:]
        for zone in item.zones {
            guard let name = name(of: zone.value) else {
                // A zone that is not of the region has been told already.
                if ZoneValidator.isID(zone.value) || zone.value.hasPrefix(region) { diagnostics.append(unknown(zone)) }
                continue
            }
            guard item.zones.count > 1 else { continue }
            if let first = seen[name] {
                let message = "“\(zone.value)” and “\(first.value)” are the same zone in this account"
                diagnostics.append(
                    Diagnostic(.duplicateAddress, message, at: zone.location, help: "keep one of them")
                        .noting("the other one stands here", at: first.location)
                )
            }
            seen[name] = zone
        }
        return diagnostics
    }

    private func unknown(_ zone: Located<String>) -> Diagnostic {
        let isID = ZoneValidator.isID(zone.value)
        let known = zones.compactMap { isID ? $0.id : $0.name }.sorted()
        return Diagnostic(
            .zoneUnknown,
            "region \(region) has no zone “\(zone.value)”",
            at: zone.location,
            help: known.isEmpty ? nil : "it has \(known.joined(separator: ", "))"
        )
    }
}
