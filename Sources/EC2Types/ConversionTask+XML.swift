import WireEncoding
package import XML

extension ConversionTask {
    /// Writes the contents of the task's element (EC2 API Reference, `ConversionTask`). Details that were dropped are
    /// omitted.
    package func write(to writer: inout XMLWriter) {
        writer.element("conversionTaskId", id)
        writer.element("expirationTime", optional: expiration?.text)
        let details = details
        writer.element("importVolume") { element in
            element.element("bytesConverted", bytesConverted)
            if let details {
                element.element("availabilityZone", details.availabilityZone)
                element.element("description", details.description ?? "")
                element.element("image") { details.image.write(to: &$0) }
            }
            element.element("volume") { volume in
                if let details { volume.element("size", details.volumeSize) }
                volume.element("id", optional: volumeID)
            }
        }
        writer.element("state", state.rawValue)
        writer.element("statusMessage", optional: statusMessage)
        if let tags = details?.tags, !tags.isEmpty {
            writer.element("tagSet") { TagSet.write(tags, to: &$0) }
        }
    }
}

extension ConversionTask.Image {
    fileprivate func write(to writer: inout XMLWriter) {
        writer.element("format", format)
        writer.element("size", bytes)
        writer.element("importManifestUrl", optional: importManifestURL?.absoluteString)
        writer.element("checksum", optional: checksum)
    }
}
