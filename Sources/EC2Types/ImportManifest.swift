import XML

/// AWS's XML that describes an image's parts to the importer.
///
/// The form is that of the “VM Import Manifest” page of the VM Import/Export user guide, version 2010-11-15.
package struct ImportManifest: Hashable, Sendable {
    /// The version of the format.
    static let version = "2010-11-15"
    /// The image formats that EC2 imports.
    static let formats: Set<String> = ["VMDK", "VHD", "RAW"]
    /// The longest image file in bytes: twice the largest disk that EC2 imports, which no format needs.
    static let longestImage: Int64 = 32 << 40

    /// Who made it. EC2 is known to accept these values from AWS's own importer.
    package struct Importer: Hashable, Sendable {
        package var name = "ec2-upload-disk-image"
        package var version = "1.0.0"
        package var release = "2010-11-15"

        /// AWS's own importer.
        package init() {}
    }

    /// One part of the image.
    package struct Part: Hashable, Sendable {
        /// The first byte's place in the image file.
        package var start: Int64
        /// The last byte's place in the image file.
        package var end: Int64
        /// The object's key.
        package var key: String
        /// The presigned URL to ask for the part.
        package var headURL: String
        /// The presigned URL to fetch the part.
        package var getURL: String
        /// The presigned URL EC2 calls when it has the part.
        package var deleteURL: String

        /// Describes a part.
        package init(start: Int64, end: Int64, key: String, headURL: String, getURL: String, deleteURL: String) {
            self.start = start
            self.end = end
            self.key = key
            self.headURL = headURL
            self.getURL = getURL
            self.deleteURL = deleteURL
        }
    }

    /// The image's format as EC2 names it: `VMDK`, `VHD` or `RAW`.
    package var format: String
    /// Who made it.
    package var importer = Importer()
    /// The presigned URL EC2 calls to remove the import manifest.
    package var selfDestructURL: String
    /// The length of the image file in bytes.
    package var size: Int64
    /// The volume's size in GiB.
    package var volumeSize: Int
    /// The parts, in the order of the file and without gaps.
    package var parts: [Part]

    /// Describes an image and its parts.
    package init(format: String, selfDestructURL: String, size: Int64, volumeSize: Int, parts: [Part]) {
        self.format = format
        self.selfDestructURL = selfDestructURL
        self.size = size
        self.volumeSize = volumeSize
        self.parts = parts
    }

    /// The XML document in UTF-8.
    package var xml: [UInt8] {
        var xml: [UInt8] = []
        xml.reserveCapacity(1024 + parts.count * 1536)
        func write(_ text: String) { xml += text.utf8 }
        func element(_ name: String, _ text: String) {
            write("<\(name)>")
            XMLWriter.escape(text, to: &xml)
            write("</\(name)>")
        }
        write("<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n<manifest>\n")
        element("version", Self.version)
        element("file-format", format)
        write("<importer>")
        element("name", importer.name)
        element("version", importer.version)
        element("release", importer.release)
        write("</importer>")
        element("self-destruct-url", selfDestructURL)
        write(
            "<import>\n<size>\(size)</size><volume-size>\(volumeSize)</volume-size>\n<parts count=\"\(parts.count)\">\n"
        )
        for (index, part) in parts.enumerated() {
            write("<part index=\"\(index)\"><byte-range start=\"\(part.start)\" end=\"\(part.end)\"/>")
            element("key", part.key)
            element("head-url", part.headURL)
            element("get-url", part.getURL)
            element("delete-url", part.deleteURL)
            write("</part>\n")
        }
        write("</parts>\n</import>\n</manifest>\n")
        return xml
    }
}
