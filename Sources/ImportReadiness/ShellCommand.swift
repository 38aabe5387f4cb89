import DiskImages
import WireEncoding

/// Shell commands that turn an image into one that EC2 imports, to be shown to a person.
///
/// A command for an object in S3 copies it to this machine first, under the last component of its key.
enum ShellCommand {
    /// The command by which ferry writes a readable image as a stream-optimized VMDK next to it.
    static func repackaging(_ path: String) -> String {
        onThisMachine(path) { path in "ferry convert \(quoted(path)) \(quoted(stem(of: path) + "-stream.vmdk"))" }
    }

    /// The QEMU command that writes an image as a stream-optimized VMDK next to it.
    ///
    /// - Parameter driver: QEMU's name of the format to read.
    static func qemuConvert(_ path: String, driver: String) -> String {
        onThisMachine(path) { path in
            let target = quoted(stem(of: path) + "-stream.vmdk")
            return "qemu-img convert -f \(driver) -O vmdk -o subformat=streamOptimized \(quoted(path)) \(target)"
        }
    }

    private static func onThisMachine(_ path: String, _ command: (String) -> String) -> String {
        guard let object = ObjectLocation(splitting: path) else { return command(path) }
        let file = object.fileName
        // `aws s3 cp` cannot select a version.
        guard let version = object.version else {
            return "aws s3 cp \(quoted(object.name)) \(quoted(file)) && \(command(file))"
        }
        let arguments = "--bucket \(quoted(object.bucket)) --key \(quoted(object.key)) --version-id \(quoted(version))"
        return "aws s3api get-object \(arguments) \(quoted(file)) && \(command(file))"
    }

    /// `text` as one word of a POSIX shell.
    static func quoted(_ text: String) -> String {
        let isPlain = text.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "/"), UInt8(ascii: "."),
                UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "+"), UInt8(ascii: ","):
                true
            default: false
            }
        }
        guard !isPlain || text.isEmpty || text.hasPrefix("-") else { return text }
        return "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
    }

    /// A path without the suffix of its last component.
    private static func stem(of path: String) -> String {
        guard let suffix = FileName.suffix(of: path) else { return path }
        return String(path.dropLast(suffix.count + 1))
    }
}
