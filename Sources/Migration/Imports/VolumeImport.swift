package import DiskImages
package import Hashing

/// One disk image to be imported into one Availability Zone: one ImportVolume call, one EBS volume.
package struct VolumeImport: Hashable, Sendable {
    /// The import's stable name.
    package var address: ImportAddress
    /// The region of the zone, such as `us-east-1`.
    package var region: String
    /// The Availability Zone's name, such as `us-east-1a`.
    package var zone: String
    /// The disk image.
    package var image: SourceImage
    /// The volume's size in GiB.
    package var volumeSize: Int
    /// What the user wants to read in the conversion task's description.
    package var description: String?
    /// The volume's tags.
    package var tags: [String: String]
    /// Where the image's parts and import manifests are staged.
    package var staging: StagingLocation

    /// Makes an import from its facts.
    package init(
        address: ImportAddress,
        region: String,
        zone: String,
        image: SourceImage,
        volumeSize: Int,
        description: String? = nil,
        tags: [String: String] = [:],
        staging: StagingLocation
    ) {
        self.address = address
        self.region = region
        self.zone = zone
        self.image = image
        self.volumeSize = volumeSize
        self.description = description
        self.tags = tags
        self.staging = staging
    }

    /// The target that the import belongs to.
    package var target: TargetBindings.Target {
        TargetBindings.Target(manifest: address.manifest, region: region)
    }

    /// The same import under another address.
    package func renamed(to address: ImportAddress) -> VolumeImport {
        var renamed = self
        renamed.address = address
        return renamed
    }

    /// The import with the image and the staging of an earlier record of it.
    package func staged(as earlier: VolumeImport) -> VolumeImport {
        var staged = self
        staged.staging = earlier.staging
        return staged
    }

    /// SHA-256 over everything that makes the resulting volume what it is.
    ///
    /// Tags and descriptions are not in it: they can change without another import.
    package var fingerprint: SHA256Digest {
        var text: [UInt8] = []
        text.reserveCapacity(192)
        text += "ferry import 1\nimage ".utf8
        image.digest.appendHex(to: &text)
        text += "\nformat ".utf8
        text += image.format.rawValue.utf8
        text += "\nzone ".utf8
        text += zone.utf8
        text += "\nsize ".utf8
        text += String(volumeSize).utf8
        text += "\n".utf8
        // A conversion counts by what it is made of and what it makes, not by the bytes that come out: those are known
        // only when it is done, and the disk in them is the same.
        if let conversion = image.repackaging { text += "convert \(conversion.rawValue)\n".utf8 }
        return text.withUnsafeBytes { SHA256.digest(of: $0) }
    }
}

/// The disk image of an import, as it was inspected.
package struct SourceImage: Hashable, Sendable {
    /// The image's path, absolute or relative to the working folder; the URL of one in S3.
    package var path: String
    /// The format EC2 is told.
    package var format: DiskImageFormat
    /// The length of the file in bytes: what is uploaded. Of an image that is converted, of all its files as they are.
    package var bytes: Int64
    /// The size of the disk the guest sees, in bytes.
    package var virtualSize: Int64
    /// The digest of the file's content: SHA-256 over the digests of its parts. Of an image that is converted, the digest
    /// before the conversion.
    package var digest: SHA256Digest
    /// What is made of the image before it is uploaded; `nil` if it is uploaded as it is.
    package var repackaging: Repackaging?
    /// The object that the image is, in the state in which it was inspected; `nil` for a file. It is imported from where it
    /// lies, and ``digest`` is that of its state.
    package var object: S3ObjectVersion?

    /// Makes the record of an inspected image.
    package init(
        path: String,
        format: DiskImageFormat,
        bytes: Int64,
        virtualSize: Int64,
        digest: SHA256Digest,
        repackaging: Repackaging? = nil,
        object: S3ObjectVersion? = nil
    ) {
        self.repackaging = repackaging
        self.object = object
        self.path = path
        self.format = format
        self.bytes = bytes
        self.virtualSize = virtualSize
        self.digest = digest
    }

    /// In what its content differs from that of an earlier image of another digest: in what S3 says of the same object, or
    /// in the digests.
    func difference(from old: SourceImage) -> String {
        if let before = old.object, let now = object, before.bucket == now.bucket, before.key == now.key {
            if let version = now.version, before.version != version {
                return "version \(before.version ?? "none") → \(version)"
            }
            return "ETag \(before.entityTag) → \(now.entityTag)"
        }
        return "\(old.digest.hex.prefix(12)) → \(digest.hex.prefix(12))"
    }
}

/// Where parts and import manifests are kept until a conversion is done.
package struct StagingLocation: Hashable, Sendable {
    /// The name of the S3 bucket.
    package var bucket: String
    /// What every key starts with: empty, or ending in a slash.
    package var prefix: String
    /// The lineage of the state whose objects they are; `nil` as the migration manifest declares it, and for objects of
    /// ferry 0.1.0, which had no folder for each lineage.
    package var lineage: String?

    /// Names a place in a bucket.
    package init(bucket: String, prefix: String, lineage: String? = nil) {
        self.bucket = bucket
        self.prefix = prefix
        self.lineage = lineage
    }

    /// The prefix of what one state stages. A run never removes objects of another lineage.
    private var lineagePrefix: String { lineage.map { "\(prefix)\($0)/" } ?? prefix }

    /// The prefix of the keys of all parts.
    package var partsPrefix: String { lineagePrefix + "parts/" }
    /// The prefix of the keys of import manifests.
    package var importsPrefix: String { lineagePrefix + "imports/" }
    /// The prefix of the keys of claims, which all lineages share.
    package var claimsPrefix: String { prefix + "claims/" }
    /// Whether a key is one that ferry writes, whatever the lineage.
    package func isOwn(key: String) -> Bool {
        guard key.hasPrefix(prefix) else { return false }
        let folders = ["parts", "imports", "claims"]
        let components = key.dropFirst(prefix.count).split(separator: "/", omittingEmptySubsequences: false)
        guard let first = components.first, components.count > 1 else { return false }
        // A lineage is a UUID.
        return folders.contains(String(first))
            || first.utf8.count == 36 && components.count > 2 && folders.contains(String(components[1]))
    }

    /// The location for the objects of a lineage.
    package func of(lineage: String) -> StagingLocation {
        StagingLocation(bucket: bucket, prefix: prefix, lineage: lineage)
    }

    /// The location as a migration manifest declares it.
    package var declared: StagingLocation { StagingLocation(bucket: bucket, prefix: prefix) }
}
