import EC2Types
import Testing
import WireEncoding
import XML

@Suite("A conversion task")
struct ConversionTaskTests {
    private static func task(
        _ state: ConversionTask.State,
        description: String?,
        volumeID: String? = nil
    )
        -> ConversionTask
    {
        ConversionTask(
            id: "import-vol-1",
            state: state,
            statusMessage: "see https://b/k?X-Amz-Signature=secret now",
            volumeID: volumeID,
            bytesConverted: 7,
            expiration: TaskExpiration("2026-12-01T00:00Z"),
            details: ConversionTask.Details(
                availabilityZone: "us-east-1a",
                description: description,
                image: ConversionTask.Image(
                    format: "RAW",
                    bytes: 9,
                    importManifestURL: PresignedURL(absoluteString: "https://b/m?a=1&X-Amz-Signature=secret"),
                    checksum: "c"
                ),
                volumeSize: 8,
                tags: ["k": "<v>", "a": ""]
            )
        )
    }

    /// Decodes what a task encodes to.
    private static func decoded(_ task: ConversionTask) throws -> ConversionTask? {
        var writer = XMLWriter()
        writer.element("R") { root in
            root.element("conversionTasks") { list in list.element("item") { task.write(to: &$0) } }
        }
        let reader = ConversionTaskReader()
        let parser = try XMLParser(bytes: reader)
        try writer.bytes.withUnsafeBytes { try parser.parse($0) }
        try parser.finish()
        return reader.takeFound().first
    }

    @Test(
        "is decoded as it was encoded",
        arguments: [nil, "ERP & <more>", "ERP [ferry:1:0000000000000001:0000000000000002:3]"]
    )
    func roundTrip(description: String?) throws {
        for task in [
            Self.task(.active, description: description),
            Self.task(.completed, description: description, volumeID: "vol-1"),
        ] {
            #expect(try Self.decoded(task) == task)
        }
    }

    @Test("has the marker of its description, also without its details")
    func marker() {
        let marker = TaskMarker(address: 1, fingerprint: 2, attempt: 3)
        let task = Self.task(.active, description: marker.description(after: "ERP"))
        #expect(task.marker == marker)
        #expect(task.withoutDetails.marker == marker)
        #expect(task.withoutDetails.details == nil)
        #expect(Self.task(.active, description: "ERP").marker == nil)
        #expect(Self.task(.active, description: nil).marker == nil)
    }

    @Test("has no signature in its message, however it is set, nor when it is printed")
    func redaction() {
        var task = Self.task(.active, description: nil)
        #expect(task.statusMessage == "see https://b/k?… now")
        task.statusMessage = "https://b/k?X-Amz-Signature=secret"
        #expect(task.statusMessage == "https://b/k?…")
        task.statusMessage = "Cannot read https://b/k.xml?X-Amz-Signature=secret&X-Amz-Date=1 now?"
        #expect(task.statusMessage == "Cannot read https://b/k.xml?… now?")
        task.statusMessage = "Pending?"
        #expect(task.statusMessage == "Pending?")
        var dumped = ""
        dump(task, to: &dumped)
        #expect(!dumped.isEmpty)
        #expect(!"\(task) \(dumped)".contains("secret"))
    }

    @Test("takes less than 130 bytes in a list")
    func size() {
        #expect(MemoryLayout<ConversionTask>.stride < 130)
    }
}
