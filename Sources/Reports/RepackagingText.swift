package import TerminalText

/// What a conversion has done, in a line.
package enum RepackagingText {
    /// Such as `db-stream.vmdk: 5.12 GiB for a disk of 40.0 GiB, of which 12.3 GiB hold data.`
    package static func string(path: String, bytes: Int64, virtualSize: Int64, dataBytes: Int64) -> TerminalString {
        let disk = "a disk of \(ByteText.string(virtualSize)), of which \(ByteText.string(dataBytes)) hold data"
        return "\(path): \(ByteText.string(bytes)) for \(disk).\n"
    }
}
