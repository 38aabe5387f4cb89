/// Why a sandbox can't be started.
package enum SandboxError: Error, CustomStringConvertible {
    /// Another sandbox serves the data folder; `holder` is what that one wrote into the lock: its process and since when.
    case dataDirectoryInUse(path: String, holder: String)
    /// The address can't be listened on, for example because another program does.
    case cannotListen(host: String, port: Int, reason: String)
    /// A bucket that the configuration asks for has a name that S3 refuses.
    case invalidBucketName(String)
    /// A number of the configuration is out of its range.
    case invalidConfiguration(String)
    /// The data folder can't be read or written, or holds something that the sandbox hasn't written.
    case storage(String)

    package var description: String {
        switch self {
        case .dataDirectoryInUse(let path, let holder):
            """
            The sandbox's data folder \(path) is in use by another sandbox (\(holder)). \
            Stop that one, or give this one another folder.
            """
        case .cannotListen(let host, let port, let reason):
            """
            The sandbox can't listen on \(host):\(port): \(reason). \
            Choose another port, or 0 for one that is free.
            """
        case .invalidBucketName(let name):
            """
            "\(name)" is no name for a bucket: use 3 to 63 lower-case letters, digits, dots and hyphens, \
            with a letter or digit first and last.
            """
        case .invalidConfiguration(let detail):
            "The sandbox's configuration is wrong: \(detail)."
        case .storage(let detail):
            "The sandbox's data folder failed. \(detail)"
        }
    }
}
