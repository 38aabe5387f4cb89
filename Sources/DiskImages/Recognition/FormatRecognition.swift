/// Decides which format a file is read as.
enum FormatRecognition {
    /// Suffixes that promise a certain content. A file that bears one without the content is damaged or misnamed, and
    /// taking it for RAW would import rubbish without a word.
    private static let promises: [String: DiskImageFormat?] = [
        "vmdk": .vmdk, "vhd": .vhd, "vhdx": nil, "avhd": .vhd, "avhdx": nil,
        "qcow": nil, "qcow2": nil, "vdi": nil, "ova": nil,
    ]

    /// The signature of a file that may be read; for `.none` it is read as RAW.
    ///
    /// The content decides. Without a known signature a file is RAW where `declared` says so, or where its name
    /// promises nothing else.
    static func recognise(
        _ file: ImageFile,
        declared: DiskImageFormat?
    ) throws(DiskImageError) -> ImageSignature {
        let signature = try ImageSignature.read(from: file)
        if case .foreign(let foreign) = signature { throw DiskImageError(path: file.path, reason: .foreign(foreign)) }
        let found = signature.format
        if let declared {
            guard declared == found ?? .raw else {
                throw DiskImageError(path: file.path, reason: .notAsDeclared(declared: declared, found: found))
            }
            return signature
        }
        let suffix = FileName.suffix(of: file.name)?.lowercased() ?? ""
        if let promised = promises[suffix], promised != found || found == nil {
            throw DiskImageError(path: file.path, reason: .notAsNamed(suffix: suffix, found: found))
        }
        return signature
    }
}
