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
        guard
            let slash = text.firstIndex(of: "/"),
            let at = text[slash...].firstIndex(of: "@")
        else { return nil }
        let parts = [text[..<slash], text[text.index(after: slash)..<at], text[text.index(after: at)...]]
        guard parts.allSatisfy({ !$0.isEmpty && !$0.contains("/") && !$0.contains("@") }) else { return nil }
        self.init(manifest: String(parts[0]), image: String(parts[1]), zone: String(parts[2]))
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

extension ImportAddress: Codable {
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let address = Self(text) else {
            throw DecodingError.dataCorruptedError(
                in: container,
                debugDescription: "“\(text)” is not an address of the form manifest/image@zone"
            )
        }
        self = address
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
