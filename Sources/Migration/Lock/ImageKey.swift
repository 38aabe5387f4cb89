import Diagnostics
package import DiskImages
import YAML

/// What names an image within one migration manifest: the path as it is written, and the format where one is given,
/// because a file read as RAW is another disk than the same file read as VHD.
package struct ImageKey: Hashable, Sendable {
    /// The image as the migration manifest writes it.
    package var image: String
    /// The format the migration manifest gives.
    package var declaredFormat: DiskImageFormat?

    /// Names an image.
    package init(image: String, declaredFormat: DiskImageFormat? = nil) {
        self.image = image
        self.declaredFormat = declaredFormat
    }

    /// Names the image of an import.
    package init(_ item: ImageImport) {
        self.init(image: item.image.value, declaredFormat: item.format?.value)
    }
}

extension ImageKey: Comparable {
    package static func < (left: Self, right: Self) -> Bool {
        (left.image, left.declaredFormat?.rawValue ?? "") < (right.image, right.declaredFormat?.rawValue ?? "")
    }
}
