import AWS
import EC2Types
import Foundation
import XML

/// An answer of DescribeConversionTasks with many tasks.
enum TaskList {
    /// Writes one of about a thousand bytes a task, as EC2's is.
    static func write(_ count: Int, to path: String) throws {
        var text = """
            <?xml version="1.0" encoding="UTF-8"?>
            <DescribeConversionTasksResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/">
                <requestId>59dbff89-35bd-4eac-99ed-be587EXAMPLE</requestId>
                <conversionTasks>

            """
        let credential = "AKIDEXAMPLE%2F20261124%2Fus-east-1%2Fs3%2Faws4_request"
        for number in 0..<count {
            text += """
                        <item>
                            <conversionTaskId>import-vol-\(String(number, radix: 36))</conversionTaskId>
                            <expirationTime>2026-12-01T12:01:00.000Z</expirationTime>
                            <importVolume>
                                <bytesConverted>\(number * 4096)</bytesConverted>
                                <availabilityZone>us-east-1a</availabilityZone>
                                <description>ERP database \(number) [ferry:1:0123456789abcdef:0123456789abcdef:1]</description>
                                <image>
                                    <format>VMDK</format>
                                    <size>128696320</size>
                                    <importManifestUrl>https://erp-staging.s3.amazonaws.com/ferry/manifests/\(number).xml?X-Amz-Algorithm=AWS4-HMAC-SHA256&amp;X-Amz-Credential=\(credential)&amp;X-Amz-Date=20261124T000000Z&amp;X-Amz-Expires=604800&amp;X-Amz-SignedHeaders=host&amp;X-Amz-Signature=5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7</importManifestUrl>
                                </image>
                                <volume>
                                    <size>8</size>
                                    <id>vol-\(String(number, radix: 16))</id>
                                </volume>
                            </importVolume>
                            <state>active</state>
                            <statusMessage>Pending</statusMessage>
                        </item>

                """
        }
        text += "    </conversionTasks>\n</DescribeConversionTasksResponse>\n"
        try Data(text.utf8).write(to: URL(filePath: path))
    }

    /// Reads one several times, and prints the best CPU time.
    static func read(_ path: String) throws {
        let bytes = Array(try Data(contentsOf: URL(filePath: path)))
        var best = Double.infinity
        var tasks = 0
        for _ in 0..<5 {
            let cpu = Main.cpu()
            let reader = ConversionTaskReader()
            let parser = try XMLParser(bytes: reader)
            tasks = 0
            for start in stride(from: 0, to: bytes.count, by: 256 << 10) {
                let piece = bytes[start..<min(start + (256 << 10), bytes.count)]
                try piece.withUnsafeBytes { try parser.parse($0) }
                tasks += reader.takeFound().count
            }
            try parser.finish()
            best = min(best, Main.cpu() - cpu)
        }
        print("{\"seconds\": \(best), \"tasks\": \(tasks), \"bytes\": \(bytes.count)}")
    }
}
