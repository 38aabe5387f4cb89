import DiskImages
import XML

/// The XML of a conversion task (Amazon EC2 API Reference, "ConversionTask").
enum ConversionTaskElement {
    /// Writes what stands inside the task's element.
    static func write(_ task: ConversionTask, to writer: inout XMLWriter) {
        writer.element("conversionTaskId", task.id)
        writer.element("expirationTime", task.expiration.iso8601Minutes)
        writer.element("importVolume") { details in
            details.element("bytesConverted", task.bytesConverted)
            details.element("availabilityZone", task.availabilityZone)
            details.element("description", task.description ?? "")
            details.element("image") { image in
                image.element("format", task.format.rawValue)
                image.element("size", task.imageBytes)
                image.element("importManifestUrl", task.importManifestURL)
            }
            details.element("volume") { volume in
                volume.element("size", task.volumeSizeGiB)
                if task.hasVolume {
                    volume.element("id", task.volumeID)
                }
            }
        }
        writer.element("state", task.state.rawValue)
        writer.element("statusMessage", optional: task.statusMessage)
        if !task.tags.isEmpty {
            writer.element("tagSet") { TagSetElement.write(task.tags, to: &$0) }
        }
    }
}
