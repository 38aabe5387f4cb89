import WireEncoding
import XML

/// The fields of a conversion task as they are found, before it is known whether they make one.
struct ConversionTaskDraft {
    var importsVolume = false
    var id: String?
    var expirationTime: String?
    var state: String?
    var statusMessage: String?
    var bytesConverted: String?
    var availabilityZone: String?
    var description: String?
    var format: String?
    var imageSize: String?
    var importManifestURL: String?
    var checksum: String?
    var volumeSize: String?
    var volumeID: String?
    var tagKey: String?
    var tagValue: String?
    private var tags: [String: String] = [:]

    /// Takes over the tag whose key and value were found.
    mutating func endTag() {
        if let tagKey { tags[tagKey] = tagValue ?? "" }
        (tagKey, tagValue) = (nil, nil)
    }

    /// The task; `nil` if it imports no volume.
    ///
    /// - Throws: ``XMLError`` if what ferry acts on is not there. A state that is not known is an error too: taken for
    ///   another one, or left out, it could lead to a second import.
    func task() throws(XMLError) -> ConversionTask? {
        guard importsVolume else { return nil }
        guard let id, let word = state else {
            throw XMLError(description: "a conversion task has no id or no state")
        }
        guard let state = ConversionTask.State(rawValue: word) else {
            throw XMLError(description: "conversion task \(id) has the unknown state “\(word)”")
        }
        return ConversionTask(
            id: id,
            state: state,
            statusMessage: statusMessage,
            volumeID: volumeID,
            bytesConverted: bytesConverted.flatMap { Int64($0) } ?? 0,
            expiration: expirationTime.map(TaskExpiration.init),
            details: ConversionTask.Details(
                availabilityZone: availabilityZone ?? "",
                description: description,
                image: ConversionTask.Image(
                    format: format ?? "",
                    bytes: imageSize.flatMap { Int64($0) } ?? 0,
                    importManifestURL: importManifestURL.map { PresignedURL(absoluteString: $0) },
                    checksum: checksum
                ),
                volumeSize: volumeSize.flatMap { Int($0) } ?? 0,
                tags: tags
            )
        )
    }
}
