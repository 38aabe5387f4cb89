import Diagnostics
package import Migration
import WireEncoding

/// The settled imports of a state. They need neither their images nor lock entries to be planned.
package struct SettledImports: Sendable {
    private let records: [ImportAddress: ImportRecord]
    /// The names that imports had before, by the present one.
    private let earlierNames: [MovedImport.Name: [MovedImport.Name]]

    /// Finds the settled imports of migration manifests.
    ///
    /// - Parameters:
    ///   - manifests: The migration manifests, with the names that their imports had before.
    ///   - state: The state; `nil` if there is none.
    package init(of manifests: [MigrationManifest] = [], recordedIn state: MigrationState? = nil) {
        records = state?.imports ?? [:]
        earlierNames = Dictionary(grouping: manifests.flatMap(\.moved), by: \.to).mapValues { $0.map(\.from) }
    }

    /// The imports of an image, made from their records; `nil` if the image is needed.
    ///
    /// The image is needed if its import is not settled in each of its zones, or if the manifest describes another image
    /// than the records do.
    func imports(of item: ImageImport, in manifest: MigrationManifest) -> [VolumeImport]? {
        guard !records.isEmpty else { return nil }
        let name = MovedImport.Name(manifest: manifest.name.value, image: item.name.value)
        let names = [name] + (earlierNames[name] ?? [])
        var imports: [VolumeImport] = []
        for zone in item.zones {
            let found = names.lazy.compactMap { name in
                records[ImportAddress(manifest: name.manifest, image: name.image, zone: zone.value)]
            }
            guard let record = found.first, case .settled = record.phase, Self.describes(item, record.subject.image)
            else { return nil }
            var image = record.subject.image
            image.path = item.imagePath
            imports.append(VolumeImport(item, zone: zone.value, in: manifest, image: image))
        }
        return imports
    }

    /// Whether a manifest's entry can be of the image that was imported.
    ///
    /// Working folders differ from machine to machine. The path that the manifest has, from its last `..` on, does not.
    private static func describes(_ item: ImageImport, _ image: SourceImage) -> Bool {
        switch (item.source, image.object) {
        case (.file, nil):
            let written = item.image.value.split(separator: "/").filter { $0 != "." }
            let components = written.lastIndex(of: "..").map { written[($0 + 1)...] } ?? written[...]
            guard image.path.split(separator: "/").suffix(components.count) == components else { return false }
        case (.object(let location), let object?):
            guard (location.bucket, location.key) == (object.bucket, object.key) else { return false }
        default: return false
        }
        if let repackaging = image.repackaging { return item.repackaging?.value == repackaging }
        return item.format.map { $0.value == image.format } ?? true
    }
}
