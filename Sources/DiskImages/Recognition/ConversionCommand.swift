/// Shell commands that turn an image into one EC2 imports, as they are shown to a person.
enum ConversionCommand {
    /// The command by which ferry itself writes a readable image as a stream-optimised VMDK beside it.
    static func ferry(from path: String) -> String {
        local(path) { path in "ferry convert \(quoted(path)) \(quoted(stem(of: path) + "-stream.vmdk"))" }
    }

    /// The command of QEMU that writes the image at `path` as a stream-optimised VMDK beside it.
    ///
    /// - Parameter driver: QEMU's name of the format that is read.
    static func streamOptimised(from path: String, driver: String) -> String {
        local(path) { path in
            let target = quoted(stem(of: path) + "-stream.vmdk")
            return "qemu-img convert -f \(driver) -O vmdk -o subformat=streamOptimized \(quoted(path)) \(target)"
        }
    }

    /// A command on the image at `path`; one in S3 is first copied to this machine, under its own name.
    private static func local(_ path: String, _ command: (String) -> String) -> String {
        guard let (url, version) = S3URL.split(path) else { return command(path) }
        let name = FileName.last(of: url)
        // The former knows no versions.
        guard let version else { return "aws s3 cp \(quoted(url)) \(quoted(name)) && \(command(name))" }
        let (bucket, key) = S3URL.parts(of: url)
        let object = "--bucket \(quoted(bucket)) --key \(quoted(key)) --version-id \(quoted(version))"
        return "aws s3api get-object \(object) \(quoted(name)) && \(command(name))"
    }

    /// `text` as one word of a POSIX shell.
    static func quoted(_ text: String) -> String {
        let plain = text.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "/"), UInt8(ascii: "."),
                UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "+"), UInt8(ascii: ","):
                true
            default: false
            }
        }
        guard !plain || text.isEmpty || text.hasPrefix("-") else { return text }
        return "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
    }

    private static func stem(of path: String) -> String {
        guard let suffix = FileName.suffix(of: path) else { return path }
        return String(path.dropLast(suffix.count + 1))
    }
}
