import DiskImages

/// Why an import can't succeed: what EC2 would call the client's error.
enum ConversionFailure: Error, CustomStringConvertible {
    /// The import manifest can't be fetched; the text says what the server answered.
    case importManifestUnreadable(String)
    /// The import manifest isn't what it must be.
    case importManifestInvalid(String)
    /// A part can't be fetched.
    case partUnreadable(index: Int, key: String, detail: String)
    /// The image isn't one that EC2 imports.
    case imageInvalid(String)
    /// The image's disk doesn't fit into the volume. All sizes in bytes.
    case imageTooLarge(virtualSize: Int64, volumeSizeGiB: Int)
    /// The task's time is over.
    case expired

    /// The task's `statusMessage`, worded as EC2 words it.
    var description: String {
        switch self {
        case .importManifestUnreadable(let detail): "ClientError: Unable to read the import manifest: \(detail)"
        case .importManifestInvalid(let detail): "ClientError: Invalid import manifest: \(detail)"
        case .partUnreadable(let index, let key, let detail):
            "ClientError: Unable to read part \(index) (\(key)): \(detail)"
        case .imageInvalid(let detail): "ClientError: Disk validation failed [\(detail)]"
        case .imageTooLarge(let virtualSize, let volumeSizeGiB):
            """
            ClientError: The disk of \(virtualSize) bytes is larger than the volume of \(volumeSizeGiB) GiB; \
            it needs \((virtualSize - 1) / (1 << 30) + 1) GiB
            """
        case .expired: "ClientError: The task expired before the conversion was done"
        }
    }
}
