package import Diagnostics
package import DiskImages
import YAML

/// One image of a migration manifest with its zones, the manifest's defaults applied.
package struct ImageImport: Sendable {
    /// The second part of its addresses.
    package var name: Located<String>
    /// The image's path as it was written.
    package var image: Located<String>
    /// Where the image lies: the path of a file begins at the migration manifest's folder.
    package var source: ImageSource
    /// The format, where it was written.
    package var format: Located<DiskImageFormat>?
    /// The zones by name or id, at least one, each once and all of one region.
    package var zones: [Located<String>]
    /// The region of its zones.
    package var region: String
    /// The volume's size in GiB, 1 to 16,384, where it was written.
    package var size: Located<Int>?
    /// What the conversion task's description says before the marker: one line of at most 200 bytes.
    package var description: String?
    /// The volume's tags, those of `defaults` included.
    package var tags: [String: String]
    /// What is made of an image that EC2 would refuse for its layout alone; located where it was written.
    package var repackaging: Located<Repackaging>?

    /// Whether the image is an object in S3, and no file.
    package var isObject: Bool {
        if case .object = source { true } else { false }
    }

    /// The image's path from the working folder, or its URL.
    package var imagePath: String { source.description }
}
