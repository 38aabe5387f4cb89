/// An import's stable name: `manifest-name/image-name@zone`.
package struct ImportAddress: Hashable, Sendable {
    /// The name of the migration manifest.
    package let manifest: String
    /// The name of the image in it.
    package let image: String
    /// The Availability Zone.
    package let zone: String

    /// Names an import. The parts hold neither `/` nor `@`.
    package init(manifest: String, image: String, zone: String) {
        self.manifest = manifest
        self.image = image
        self.zone = zone
    }

    /// Reads an address; `nil` for anything that is not of the form.
    package init?(_ text: String) {
        let bytes = text.utf8
        guard
            let slash = bytes.firstIndex(of: UInt8(ascii: "/")),
            let at = bytes[slash...].firstIndex(of: UInt8(ascii: "@"))
        else { return nil }
        let (image, zone) = (bytes.index(after: slash), bytes.index(after: at))
        func isName(_ part: Substring.UTF8View) -> Bool {
            !part.isEmpty && !part.contains(UInt8(ascii: "/")) && !part.contains(UInt8(ascii: "@"))
        }
        guard isName(bytes[..<slash]), isName(bytes[image..<at]), isName(bytes[zone...]) else { return nil }
        self.init(manifest: String(text[..<slash]), image: String(text[image..<at]), zone: String(text[zone...]))
    }
}

extension ImportAddress: CustomStringConvertible {
    package var description: String { "\(manifest)/\(image)@\(zone)" }
}

extension ImportAddress: Comparable {
    package static func < (left: Self, right: Self) -> Bool {
        (left.manifest, left.image, left.zone) < (right.manifest, right.image, right.zone)
    }
}
