package import FoundationEssentials

/// A conversion task of EC2 that imports a volume (EC2 API Reference, `ConversionTask`).
package struct ConversionTask: Hashable, Sendable {
    /// The states of a task.
    package enum State: String, Sendable {
        case active, cancelling, cancelled, completed
    }

    /// The disk image of a task (EC2 API Reference, `DiskImageDescription`).
    package struct Image: Hashable, Sendable {
        /// `VMDK`, `VHD` or `RAW`, as EC2 wrote it.
        package var format: String
        /// The length of the image file in bytes.
        package var bytes: Int64
        /// The presigned URL of the import manifest, which EC2 repeats to whoever may list tasks.
        package var importManifestURL: PresignedURL?
        /// The checksum that EC2 computed, if it did.
        package var checksum: String?
    }

    /// The task's id.
    package var id: String
    /// The task's state.
    package var state: State
    /// What EC2 says about the state, without the signatures of URLs in it.
    package var statusMessage: String?
    /// When EC2 gives it up, as EC2 wrote it.
    package var expirationTime: String?
    /// The zone of the volume.
    package var availabilityZone: String
    /// What the caller said of it.
    package var description: String?
    /// The image's bytes converted so far.
    package var bytesConverted: Int64
    /// The disk image.
    package var image: Image
    /// The volume's size in GiB.
    package var volumeSize: Int
    /// The volume's id, once there is one.
    package var volumeID: String?
    /// The task's tags.
    package var tags: [String: String]

    /// When EC2 gives it up; `nil` if it did not say, or in no form that is known.
    package var expiration: Date? { expirationTime.flatMap(ISO8601Time.date) }

    /// Reads a task; `nil` if it imports no volume.
    ///
    /// AWS's page of the operation nests the fields in `conversionTask` below each item; its clients read them from the
    /// item itself. Both are taken.
    ///
    /// - Throws: ``XMLError`` if what ferry acts on is not there. A state that is not known is an error too: taken for
    ///   another one, or left out, it could lead to a second import.
    init?(_ element: XMLElement) throws(XMLError) {
        let element = element.child("conversionTask") ?? element
        guard let volume = element.child("importVolume") else { return nil }
        guard let id = element.text("conversionTaskId"), let word = element.text("state") else {
            throw XMLError(description: "a conversion task has no id or no state")
        }
        guard let state = State(rawValue: word) else {
            throw XMLError(description: "conversion task \(id) has the unknown state “\(word)”")
        }
        self.id = id
        self.state = state
        statusMessage = element.text("statusMessage").map(URLText.redactingSignatures)
        expirationTime = element.text("expirationTime")
        availabilityZone = volume.text("availabilityZone") ?? ""
        description = volume.text("description")
        bytesConverted = volume.text("bytesConverted").flatMap { Int64($0) } ?? 0
        let image = volume.child("image")
        self.image = Image(
            format: image?.text("format") ?? "",
            bytes: image?.text("size").flatMap { Int64($0) } ?? 0,
            importManifestURL: image?.text("importManifestUrl").map { PresignedURL(absoluteString: $0) },
            checksum: image?.text("checksum")
        )
        volumeSize = volume.child("volume")?.text("size").flatMap { Int($0) } ?? 0
        volumeID = volume.child("volume")?.text("id")
        tags = [:]
        for item in element.child("tagSet")?.children ?? [] {
            if let key = item.text("key") { tags[key] = item.text("value") ?? "" }
        }
    }
}
