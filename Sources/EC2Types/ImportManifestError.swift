package import XML

/// Why a document is not a valid import manifest.
package enum ImportManifestError: Error, Hashable, Sendable {
    /// The document is not well-formed XML.
    case malformedXML(XMLError)
    /// The root element has another name.
    case unexpectedRoot(String)
    /// The text of an element is longer than any that is valid.
    case textTooLong(element: String)
    /// An element is missing or empty; its path, such as `import/size`.
    case missingElement(String)
    /// A text is not a whole number; what the number stands for and the text.
    case invalidNumber(String, text: String)
    /// A URL is missing, or has another scheme than `http` and `https`; what the URL stands for.
    case invalidURL(String)
    /// The version is unknown.
    case unknownVersion(String)
    /// The image format is unknown.
    case unknownFormat(String)
    /// The image is larger than any that EC2 imports; its size in bytes.
    case imageTooLarge(bytes: Int64)
    /// The number of parts differs from the announced number.
    case partCount(Int, announced: Int64)
    /// The part of an index is missing or out of order.
    case partOutOfOrder(Int)
    /// A part does not begin where the previous part ends.
    case partRange(Int, first: Int64, last: Int64, expected: Int64)
    /// A part has no key.
    case missingKey(part: Int)
    /// The parts have another length than the image.
    case partLengths(bytes: Int64, image: Int64)
}

extension ImportManifestError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .malformedXML(let error): "it is not well-formed XML: \(error)"
        case .unexpectedRoot(let element): "the document's element is <\(element)>"
        case .textTooLong(let element): "the text of <\(element)> is too long"
        case .missingElement(let path): "<\(path)> is missing"
        case .invalidNumber(let name, let text): "the \(name) is \"\(text.prefix(40))\", which is no number"
        case .invalidURL(let name): "\(name) is missing or no http or https URL"
        case .unknownVersion(let version): "version \(version), where \(ImportManifest.version) is known"
        case .unknownFormat(let format): "file-format \(format)"
        case .imageTooLarge(let bytes): "an image of \(bytes) bytes is larger than any that is imported"
        case .partCount(let count, let announced): "\(count) parts, where the count says \(announced)"
        case .partOutOfOrder(let index): "part \(index) is missing or out of order"
        case .partRange(let index, let first, let last, let expected):
            "part \(index) covers bytes \(first) to \(last), where it must begin at \(expected)"
        case .missingKey(let part): "part \(part) has no <key>"
        case .partLengths(let bytes, let image): "the parts have \(bytes) bytes, the image \(image)"
        }
    }
}
