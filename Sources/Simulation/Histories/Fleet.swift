import DiskImages
import Hashing
import Migration
import WireEncoding

/// The images and what the migration manifest says of them, as somebody edits both between runs.
struct Fleet {
    private struct Image {
        var parts: [Int]
        /// The state of an image that is an object in S3: its content is called by a number. `nil` for a file.
        var object: Int?
    }

    private static let zones = ["us-east-1a", "us-east-1b", "us-east-1c"]

    /// The contents that parts have: few, so that images share some.
    private let contents: [SHA256Digest]
    private var images: [Image]
    /// Which image goes into which zone.
    private var wanted: [(image: Int, zone: Int)] = []

    /// Whether ferry converts every other image before it is uploaded.
    private let hasRepackaging: Bool
    /// The highest number of a content of the image in S3.
    private var newestObject = 0
    /// Whether the bucket of images keeps versions.
    private let hasVersions: Bool

    init(
        _ random: inout SeededGenerator,
        distinctParts: Int,
        hasRepackaging: Bool,
        hasObjects: Bool,
        hasVersions: Bool
    ) {
        self.hasRepackaging = hasRepackaging
        self.hasVersions = hasVersions
        contents = (0..<distinctParts).map { SHA256.digest(of: "part \($0)") }
        let count = random.within(1...3)
        images = (0..<count).map { _ in Image(parts: Self.parts(&random, of: distinctParts)) }
        if hasObjects { images[0].object = 0 }
        for image in 0..<count {
            for zone in 0..<random.within(1...2) { wanted.append((image, zone)) }
        }
    }

    /// The names of the migration manifests. Every other image is in the second one.
    static let manifests = ["sim", "sim-b"]

    /// What the migration manifests ask for.
    var desired: [VolumeImport] {
        wanted.map { item in
            let zone = Self.zones[item.zone]
            return VolumeImport(
                address: ImportAddress(
                    manifest: Self.manifests[item.image % 2],
                    image: "image-\(item.image)",
                    zone: zone
                ),
                region: "us-east-1",
                zone: zone,
                image: source(item.image),
                volumeSize: 1,
                description: "simulated",
                staging: StagingLocation(bucket: "staging", prefix: "ferry/")
            )
        }
    }

    private func source(_ image: Int) -> SourceImage {
        if let object = object(image) {
            return SourceImage(
                path: object.location.name,
                format: .raw,
                bytes: object.bytes,
                virtualSize: object.bytes,
                digest: object.digest,
                object: object
            )
        }
        let digest = digest(of: image)
        return SourceImage(
            path: Self.path(image),
            format: .raw,
            bytes: digest?.bytes ?? 0,
            virtualSize: digest?.bytes ?? 0,
            digest: digest?.digest ?? contents[0],
            repackaging: hasRepackaging && image % 2 == 0 ? .streamOptimized : nil
        )
    }

    /// The object that an image is; `nil` for a file.
    private func object(_ image: Int) -> S3ObjectVersion? {
        images[image].object.map { number in
            S3ObjectVersion(
                bucket: SimulatedCloud.imageBucket,
                key: "image-\(image)",
                version: hasVersions ? "\(number)" : nil,
                entityTag: "content-\(number)",
                bytes: Int64(ImageParts.size)
            )
        }
    }

    /// The images that are objects in S3, as they are.
    var objects: [S3ObjectVersion] { images.indices.compactMap(object) }

    /// Somebody uploads other content in place of an image in S3.
    ///
    /// - Parameter mayRevert: Whether it may be the content of before.
    mutating func overwriteObject(_ random: inout SeededGenerator, mayRevert: Bool) {
        guard let number = images[0].object else { return }
        let reverts = mayRevert && number > 0 && !hasVersions && random.chance(800)
        if !reverts { newestObject += 1 }
        images[0].object = reverts ? number - 1 : newestObject
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
