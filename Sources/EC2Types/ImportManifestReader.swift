import XML

/// Reads an import manifest as it arrives, as strictly as EC2 (VM Import/Export User Guide, "VM Import Manifest").
///
/// It keeps no parts: the manifest of a large image has 100,000.
package final class ImportManifestReader {
    /// What an import manifest says about the whole image.
    package struct Header: Hashable, Sendable {
        /// The image format: `VMDK`, `VHD` or `RAW`.
        package var format: String
        /// The program that wrote the import manifest.
        package var importer: ImportManifest.Importer
        /// The presigned URL to delete the import manifest by.
        package var selfDestructURL: String
        /// The length of the image file in bytes.
        package var size: Int64
        /// The size of the volume in GiB.
        package var volumeSize: Int64
    }

    private let parser: XMLParser
    private let handler: ImportManifestHandler

    /// Begins a document.
    ///
    /// - Parameter takePart: Called with each part, in order.
    package init(_ takePart: @escaping (ImportManifest.Part) -> Void) throws(ImportManifestError) {
        handler = ImportManifestHandler(takePart)
        do {
            parser = try XMLParser(bytes: handler)
        } catch {
            throw .malformedXML(error)
        }
    }

    /// Reads the next bytes.
    package func parse(_ bytes: UnsafeRawBufferPointer) throws(ImportManifestError) {
        try translating { try parser.parse(bytes) }
    }

    /// Ends the document.
    package func finish() throws(ImportManifestError) -> Header {
        try translating { try parser.finish() }
        return try handler.header()
    }

    private func translating(_ body: () throws -> Void) throws(ImportManifestError) {
        do {
            try body()
        } catch let error as ImportManifestError {
            throw error
        } catch {
            throw .malformedXML(error as? XMLError ?? XMLError(description: "\(error)"))
        }
    }
}

extension ImportManifest {
    /// Reads a whole document.
    package init(xml: [UInt8]) throws(ImportManifestError) {
        var parts: [Part] = []
        let header = try Self.read(xml) { parts.append($0) }
        self.init(
            format: header.format,
            selfDestructURL: header.selfDestructURL,
            size: header.size,
            volumeSize: Int(header.volumeSize),
            parts: parts
        )
        importer = header.importer
    }

    /// The keys of the parts in a document; of an invalid one, those before the first error.
    package static func partKeys(in xml: [UInt8]) -> [String] {
        var keys: [String] = []
        _ = try? read(xml) { keys.append($0.key) }
        return keys
    }

    private static func read(
        _ xml: [UInt8],
        _ takePart: (Part) -> Void
    ) throws(ImportManifestError) -> ImportManifestReader.Header {
        let result = withoutActuallyEscaping(takePart) {
            takePart -> Result<ImportManifestReader.Header, ImportManifestError> in
            do throws(ImportManifestError) {
                let reader = try ImportManifestReader(takePart)
                let bytes = xml.span.bytes
                try bytes.withUnsafeBytes { (bytes) throws(ImportManifestError) in try reader.parse(bytes) }
                return .success(try reader.finish())
            } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }
}
