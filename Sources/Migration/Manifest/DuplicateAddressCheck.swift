package import Diagnostics
import YAML

/// Finds addresses that stand twice.
///
/// Where the zones of an import could not all be read, its name alone decides: a second import of that name would most
/// likely be reported once the zones are mended.
package struct DuplicateAddressCheck {
    private struct Name: Hashable {
        var manifest: String
        var image: String
    }

    /// The imports of one name. Nearly always there is one; only with a second is it worth knowing which zone is whose.
    private struct Entry {
        var first: DeclaredImport
        var zonesAreCertain: Bool
        var zones: [String: SourceLocation]?

        init(_ first: DeclaredImport) {
            self.first = first
            zonesAreCertain = first.zonesAreCertain
        }
    }

    private var entries: [Name: Entry] = [:]
    /// What stands twice, each with a note of where it stands first.
    package private(set) var diagnostics: [Diagnostic] = []

    /// Starts without any address.
    package init() {}

    /// Enters the addresses of several imports.
    package mutating func enter(_ declared: [DeclaredImport]) {
        // Once for a large file. To reserve again for each of many small ones would copy all entries each time.
        if declared.count > entries.count { entries.reserveCapacity(entries.count + declared.count) }
        for declared in declared { enter(declared) }
    }

    /// Enters the addresses of an import.
    private mutating func enter(_ declared: DeclaredImport) {
        // Imports of a manifest without a name can only be compared within their file.
        let manifest = declared.manifest ?? "\(declared.name.file.path)/"
        let name = Name(manifest: manifest, image: declared.name.value)
        guard var entry = entries.updateValue(Entry(declared), forKey: name) else { return }
        let firstLocation = entry.first.name.location
        var zones = entry.zones ?? Dictionary(entry.first.zones.map { ($0.value, firstLocation) }) { first, _ in first }
        entry.zones = nil
        let doubled = declared.zones.map(\.value).filter { zones[$0] != nil }
        if let zone = doubled.first, let first = zones[zone] {
            let address = ImportAddress(manifest: manifest, image: name.image, zone: zone)
            let more = doubled.count == 1 ? "" : ", and \(doubled.count - 1) more of this import do"
            let what =
                declared.manifest == nil
                ? "the import “\(name.image)” stands twice" : "the address “\(address)” stands twice\(more)"
            report(what, declared, first)
        } else if !entry.zonesAreCertain || !declared.zonesAreCertain {
            report("the import “\(name.image)” stands twice", declared, firstLocation)
        }
        for zone in declared.zones where zones[zone.value] == nil { zones[zone.value] = declared.name.location }
        entry.zones = zones
        entry.zonesAreCertain = entry.zonesAreCertain && declared.zonesAreCertain
        entries[name] = entry
    }

    private mutating func report(_ message: String, _ declared: DeclaredImport, _ first: SourceLocation) {
        diagnostics.append(
            Diagnostic(
                .duplicateAddress,
                message,
                at: declared.name.location,
                help: "give each import a name of its own; one import takes several zones"
            )
            .noting("it stands here first", at: first)
        )
    }
}
