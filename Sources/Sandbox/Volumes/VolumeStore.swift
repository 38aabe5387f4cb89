import Synchronization

/// The volumes on disk: a raw file each, with a record beside it.
///
/// The methods that change something block: call them on the disk's threads.
final class VolumeStore: Sendable {
    /// What is kept of a volume beside its bytes.
    struct Volume: Codable, Sendable {
        let id: String
        /// The account that owns it; `nil` in records from before there were several.
        var account: String?
        let region: String
        let availabilityZone: String
        let sizeGiB: Int
        let created: Timestamp
        var tags: [String: String]

        /// Whether a caller sees the volume.
        func isListed(to account: String, in region: String) -> Bool {
            self.region == region && self.account.map { $0 == account } ?? true
        }
    }

    private let directory: DataDirectory
    private let volumes: Mutex<[String: Volume]>

    /// Reads what is there. Files without a record are left to the worker, which takes up or redoes them.
    init(_ directory: DataDirectory) throws {
        self.directory = directory
        var volumes: [String: Volume] = [:]
        for name in try DataDirectory.names(in: directory.volumes) where name.hasSuffix(".json") {
            let volume = try DataDirectory.read(Volume.self, from: "\(directory.volumes)/\(name)")
            volumes[volume.id] = volume
        }
        self.volumes = Mutex(volumes)
    }

    /// The path of a volume's bytes.
    func path(of id: String) -> String { "\(directory.volumes)/\(id).raw" }

    /// All volumes, by creation.
    var all: [Volume] {
        volumes.withLock { Array($0.values) }.sorted { ($0.created, $0.id) < ($1.created, $1.id) }
    }

    /// A volume; `nil` if there is none of this id.
    func volume(_ id: String) -> Volume? {
        volumes.withLock { $0[id] }
    }

    /// Makes a volume known whose bytes are in place.
    func register(_ volume: Volume) throws {
        try save(volume)
        volumes.withLock { $0[volume.id] = volume }
    }

    /// Adds tags, or gives them new values; `false` if there is no such volume.
    func tag(_ id: String, _ tags: [String: String]) throws -> Bool {
        try volumes.withLock { volumes in
            guard var volume = volumes[id] else { return false }
            volume.tags.merge(tags) { $1 }
            try save(volume)
            volumes[id] = volume
            return true
        }
    }

    /// Removes the tags whose keys do not remain; `false` if there is no such volume.
    func keepTags(of id: String, _ remains: (_ key: String) -> Bool) throws -> Bool {
        try volumes.withLock { volumes in
            guard var volume = volumes[id] else { return false }
            volume.tags = volume.tags.filter { remains($0.key) }
            try save(volume)
            volumes[id] = volume
            return true
        }
    }

    /// Removes a volume and its bytes.
    func delete(_ id: String) throws {
        try volumes.withLock { volumes in
            guard volumes.removeValue(forKey: id) != nil else { throw EC2Error.volumeNotFound([id]) }
            DataDirectory.remove("\(directory.volumes)/\(id).json")
            DataDirectory.remove(path(of: id))
        }
    }

    private func save(_ volume: Volume) throws {
        try directory.write(volume, to: "\(directory.volumes)/\(volume.id).json")
    }
}
