import DiskImages
import Hashing
import Migration

/// The images and what the migration manifest says of them, as somebody edits both between runs.
struct Fleet {
    private struct Image {
        var parts: [Int]
    }

    private static let zones = ["us-east-1a", "us-east-1b", "us-east-1c"]

    /// The contents that parts have: few, so that images share some.
    private let contents: [SHA256Digest]
    private var images: [Image]
    /// Which image goes into which zone.
    private var wanted: [(image: Int, zone: Int)] = []

    /// Whether ferry converts every other image before it is uploaded.
    private let hasRepackaging: Bool

    init(_ random: inout SeededGenerator, distinctParts: Int, hasRepackaging: Bool) {
        self.hasRepackaging = hasRepackaging
        contents = (0..<distinctParts).map { SHA256.digest(of: "part \($0)") }
        let count = random.within(1...3)
        images = (0..<count).map { _ in Image(parts: Self.parts(&random, of: distinctParts)) }
        for image in 0..<count {
            for zone in 0..<random.within(1...2) { wanted.append((image, zone)) }
        }
    }

    /// What the migration manifest asks for.
    var desired: [VolumeImport] {
        wanted.map { item in
            let zone = Self.zones[item.zone]
            let digest = digest(of: item.image)
            return VolumeImport(
                address: ImportAddress(manifest: "sim", image: "image-\(item.image)", zone: zone),
                region: "us-east-1",
                zone: zone,
                image: SourceImage(
                    path: Self.path(item.image),
                    format: .raw,
                    bytes: digest?.bytes ?? 0,
                    virtualSize: digest?.bytes ?? 0,
                    digest: digest?.digest ?? contents[0],
                    repackaging: hasRepackaging && item.image % 2 == 0 ? .streamOptimized : nil
                ),
                volumeSize: 1,
                description: "simulated",
                staging: StagingLocation(bucket: "staging", prefix: "ferry/")
            )
        }
    }

    /// The digests of an image's parts, as reading the file gives them; `nil` if there is no such file.
    func digest(ofPath path: String) -> ImageDigest? {
        images.indices.first { Self.path($0) == path }.flatMap { digest(of: $0) }
    }

    /// Somebody changes an image, removes an import or adds one.
    mutating func edit(_ random: inout SeededGenerator) {
        switch random.below(4) {
        case 0: images[random.below(images.count)].parts = Self.parts(&random, of: contents.count)
        case 1 where wanted.count > 1: wanted.remove(at: random.below(wanted.count))
        case 2:
            let item = (image: random.below(images.count), zone: random.below(Self.zones.count))
            if !wanted.contains(where: { $0 == item }) { wanted.append(item) }
        default: break
        }
    }

    private func digest(of image: Int) -> ImageDigest? {
        let parts = images[image].parts.map { contents[$0] }
        return ImageDigest(bytes: Int64(parts.count * ImageParts.size), parts: parts)
    }

    private static func path(_ image: Int) -> String { "image-\(image).raw" }

    private static func parts(_ random: inout SeededGenerator, of distinctParts: Int) -> [Int] {
        (0..<random.within(1...3)).map { _ in random.below(distinctParts) }
    }
}
