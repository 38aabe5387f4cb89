import DiskImages
import Hashing
import Migration

/// The imports that are recorded, and the steps of their lives.
struct Fleet {
    /// The imports.
    let imports: [VolumeImport]

    /// Makes so many imports.
    init(count: Int) {
        imports = (0..<count).map(Self.item)
    }

    /// The step by which work on an import begins.
    func beginning(_ index: Int) -> StateEvent.Step { .began(imports[index]) }

    /// The steps from there to the end of an import's life.
    func steps(_ index: Int) -> [StateEvent.Step] {
        let task = "import-vol-\(Self.hexadecimal(index))"
        return [
            .requested(attempt: 1), .submitted(attempt: 1, taskID: task, expiration: "2026-12-22T12:01:30Z"),
            .completed(taskID: task, volumeID: "vol-\(Self.hexadecimal(index))"), .settled,
        ]
    }

    /// The number of ``steps(_:)``.
    static let stepCount = 4

    static func item(_ index: Int) -> VolumeImport {
        let name = "server-\(hexadecimal(index))"
        return VolumeImport(
            address: ImportAddress(manifest: "datacenter-exit", image: name, zone: "us-east-1a"),
            region: "us-east-1",
            zone: "us-east-1a",
            image: SourceImage(
                path: "/srv/exports/\(name).vmdk",
                format: .vmdk,
                bytes: 12_884_901_888,
                virtualSize: 42_949_672_960,
                digest: SHA256.digest(of: name)
            ),
            volumeSize: 40,
            description: "The server \(name)",
            tags: ["project": "exit", "tier": "application", "owner": "platform", "name": name],
            staging: StagingLocation(bucket: "datacenter-exit-staging", prefix: "ferry/")
        )
    }

    private static func hexadecimal(_ index: Int) -> String {
        let digits = String(index, radix: 16)
        return String(repeating: "0", count: 17 - digits.count) + digits
    }
}
