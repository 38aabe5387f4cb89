import AWS
import Foundation
import Synchronization
import TestSupport
import Testing

@testable import EC2Types
@testable import HTTPClient
@testable import WireEncoding

@Suite("EC2 client")
struct EC2ClientTests {
    private func client(_ server: LoopbackServer) throws -> EC2Client {
        EC2Client(serviceClient(.ec2, server.url, transport: try HTTPTransport()))
    }

    @Test("ImportVolume sends what the API Reference names, signed")
    func importVolume() async throws {
        let server = try LoopbackServer { _, _ in
            .answer(
                200,
                """
                <ImportVolumeResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><requestId>r</requestId>
                <conversionTask><conversionTaskId>import-vol-fh95npoc</conversionTaskId>
                <expirationTime>2010-12-22T12:01Z</expirationTime><importVolume><bytesConverted>0</bytesConverted>
                <availabilityZone>us-east-1c</availabilityZone><description/><image><format>VDMK</format>
                <size>128696320</size><importManifestUrl>
                    https://s3.amazonaws.com/b/a.vmdk?AWSAccessKeyId=AKID&amp;Signature=theSignature </importManifestUrl>
                </image><volume><size>8</size></volume></importVolume><state>active</state>
                <statusMessage>Pending</statusMessage></conversionTask></ImportVolumeResponse>
                """
            )
        }
        let task = try await client(server).importVolume(
            EC2Client.ImportVolumeRequest(
                availabilityZone: "us-east-1c",
                format: "VMDK",
                bytes: 128_696_320,
                importManifestURL: "https://b.s3.amazonaws.com/m x?X-Amz-Signature=a+b&c=d",
                volumeSize: 8,
                description: "Grüße & [ferry:1]"
            )
        )
        #expect(task.id == "import-vol-fh95npoc")
        let details = try #require(task.details)
        #expect(task.state == .active)
        #expect(task.statusMessage == "Pending")
        #expect(task.expiration?.seconds == 1_293_019_260)
        #expect(details.availabilityZone == "us-east-1c")
        #expect(details.description == nil)
        #expect(details.image.format == "VDMK")
        #expect(details.image.bytes == 128_696_320)
        #expect(
            details.image.importManifestURL?.absoluteString
                == "https://s3.amazonaws.com/b/a.vmdk?AWSAccessKeyId=AKID&Signature=theSignature"
        )
        #expect(details.volumeSize == 8)
        #expect(task.volumeID == nil)
        var dumped = ""
        dump(task, to: &dumped)
        #expect(!"\(task) \(dumped)".contains("theSignature"))

        let request = try #require(server.requests.first)
        #expect(request.method == "POST")
        #expect(request.target == "/")
        #expect(
            request.form(request.text) == [
                "Action": "ImportVolume", "Version": "2016-11-15", "AvailabilityZone": "us-east-1c",
                "Image.Format": "VMDK", "Image.Bytes": "128696320",
                "Image.ImportManifestUrl": "https://b.s3.amazonaws.com/m x?X-Amz-Signature=a+b&c=d", "Volume.Size": "8",
                "Description": "Grüße & [ferry:1]",
            ]
        )
        #expect(request.headers["content-type"] == "application/x-www-form-urlencoded")
        let authorization = request.headers["authorization"] ?? ""
        #expect(authorization.contains("Credential=AKIDEXAMPLE/20270115/us-east-1/ec2/aws4_request"))
        #expect(authorization.contains("SignedHeaders=content-type;host;x-amz-date,"))
        server.stop()
    }

    private static func task(_ id: Int, state: String = "active") -> String {
        """
        <item><conversionTaskId>import-vol-\(id)</conversionTaskId><expirationTime>2026-11-24T00:30:39.000Z\
        </expirationTime><importVolume><bytesConverted>\(id)</bytesConverted><availabilityZone>z</availabilityZone>\
        <description>d \(id)</description><image><format>RAW</format><size>9</size></image><volume><size>8</size>\
        <id>vol-\(id)</id></volume></importVolume><state>\(state)</state><statusMessage>see \
        https://b/k?X-Amz-Signature=theSignature now</statusMessage><tagSet><item><key>k</key><value>v</value></item>\
        </tagSet></item>
        """
    }

    private static func answer(_ items: String) -> String {
        "<DescribeConversionTasksResponse><requestId>r</requestId><conversionTasks>\(items)</conversionTasks></DescribeConversionTasksResponse>"
    }

    @Test("Tasks come with all that is known; those of ImportInstance are counted and left out")
    func tasks() async throws {
        let other = "<item><conversionTaskId>import-i-1</conversionTaskId><importInstance/><state>active</state></item>"
        let body = Self.answer(Self.task(1) + other + Self.task(2, state: "cancelled") + other)
        let server = try LoopbackServer { _, _ in .answer(200, body) }
        let client = try client(server)
        let tasks = try await client.describeConversionTasks(ids: ["import-vol-1", "import-vol-2"])
        #expect(tasks.map(\.id) == ["import-vol-1", "import-vol-2"])
        #expect(tasks.map(\.state) == [.active, .cancelled])
        #expect(tasks[0].volumeID == "vol-1")
        #expect(tasks[0].details?.tags == ["k": "v"])
        #expect(tasks[0].statusMessage == "see https://b/k?… now")
        #expect(tasks[0].expiration?.seconds == 1_795_480_239)
        #expect(try await client.describeConversionTasks { _ in } == 2)
        let form = try #require(server.requests.first.map { $0.form($0.text) })
        #expect(form["ConversionTaskId.1"] == "import-vol-1")
        #expect(form["ConversionTaskId.2"] == "import-vol-2")
        server.stop()
    }

    @Test("A long list arrives whole, in many pieces")
    func longList() async throws {
        let body = Self.answer((1...20_000).map { Self.task($0) }.joined())
        let server = try LoopbackServer { _, _ in .answer(200, body) }
        let seen = Mutex((tasks: 0, calls: 0, sum: 0))
        let skipped = try await client(server).describeConversionTasks { tasks in
            seen.withLock { seen in
                seen.tasks += tasks.count
                seen.calls += 1
                for task in tasks { seen.sum += Int(task.bytesConverted) }
            }
        }
        #expect(skipped == 0)
        #expect(seen.withLock { $0.tasks } == 20_000)
        #expect(seen.withLock { $0.sum } == 20_000 * 20_001 / 2)
        #expect(seen.withLock { $0.calls } > 10)
        server.stop()
    }

    @Test("A list that breaks off is read again from its beginning")
    func brokenList() async throws {
        let body = Self.answer(Self.task(1) + Self.task(2))
        let server = try LoopbackServer { number, _ in
            number == 0
                ? [.answer(200, String(body.prefix(700)), length: body.utf8.count), .close] : .answer(200, body)
        }
        #expect(try await client(server).describeConversionTasks().map(\.id) == ["import-vol-1", "import-vol-2"])
        #expect(server.requests.count == 2)
        server.stop()
    }

    @Test(
        "What cannot be trusted is an error, never a shorter list",
        arguments: [
            "", "<R>", answer(task(1, state: "paused")), answer("<item><importVolume/><state>active</state></item>"),
            "<!DOCTYPE R><R/>", answer(task(1)).replacing("</conversionTasks>", with: ""),
        ]
    )
    func untrustworthy(body: String) async throws {
        let server = try LoopbackServer { _, _ in .answer(200, body) }
        let client = try client(server)
        let error = await failure { () async throws(AWSError) in try await client.describeConversionTasks() }
        guard case .malformedAnswer = error?.kind else {
            Issue.record("\(error.map { "\($0)" } ?? "no error")")
            return
        }
        server.stop()
    }

    @Test("One task without end does not fill memory")
    func endlessTask() async throws {
        let body = Self.answer("<item><importVolume><description>" + String(repeating: "x", count: 2 << 20))
        let server = try LoopbackServer { _, _ in .answer(200, body) }
        let client = try client(server)
        let error = await failure { () async throws(AWSError) in try await client.describeConversionTasks() }
        #expect(error?.description.contains("too much text") == true)
        server.stop()
    }

    @Test(
        "A task that EC2 does not know is told from other errors",
        arguments: ["InvalidConversionTaskId", "InvalidConversionTaskId.Malformed"]
    )
    func unknownTask(code: String) async throws {
        let server = try LoopbackServer { _, _ in
            .answer(
                400,
                "<Response><Errors><Error><Code>\(code)</Code></Error></Errors><RequestID>r</RequestID></Response>"
            )
        }
        let client = try client(server)
        let error = await failure { () async throws(AWSError) in try await client.describeConversionTasks(ids: ["x"]) }
        #expect(error?.code == code)
        #expect(error?.isNotFound == true)
        server.stop()
    }

    @Test("Messages that quote a presigned URL are shown without its signature")
    func quotedURL() async throws {
        let message =
            "Invalid URL 'https://b.s3.amazonaws.com/m?X-Amz-Credential=c&amp;X-Amz-Signature=theSignature', really?"
        let server = try LoopbackServer { _, _ in
            .answer(
                400,
                "<Response><Errors><Error><Code>InvalidParameterValue</Code><Message>\(message)</Message></Error></Errors></Response>"
            )
        }
        let client = try client(server)
        let error = await failure { () async throws(AWSError) in try await client.availabilityZones() }
        #expect(
            error?.description
                == "EC2 DescribeAvailabilityZones: InvalidParameterValue, HTTP 400: Invalid URL 'https://b.s3.amazonaws.com/m?…', really?"
        )
        server.stop()
    }

    @Test("Volumes are asked for by a filter, 200 at a time and page by page; what is going does not count")
    func volumes() async throws {
        let server = try LoopbackServer { _, request in
            let form = request.form(request.text)
            let ids = form.filter { $0.key.hasPrefix("Filter.1.Value.") }.map(\.value).sorted()
            // Two pages for each request: the first half, the second half.
            let half = form["NextToken"] == nil ? ids.prefix(ids.count / 2) : ids.suffix(ids.count - ids.count / 2)
            // An attachment has elements of the same names.
            let attachments =
                "<attachmentSet><item><volumeId>vol-other</volumeId><status>deleting</status></item></attachmentSet>"
            let items = half.map { id in
                let status = id.hasSuffix("7") ? "deleting" : "available"
                return "<item><volumeId>\(id)</volumeId><status>\(status)</status>\(attachments)</item>"
            }
            let token = form["NextToken"] == nil ? "<nextToken>t==</nextToken>" : ""
            return .answer(
                200,
                "<DescribeVolumesResponse><volumeSet>\(items.joined())</volumeSet>\(token)</DescribeVolumesResponse>"
            )
        }
        let ids = (1000..<1450).map { "vol-\($0)" }
        #expect(try await client(server).existingVolumes(among: ids) == Set(ids.filter { !$0.hasSuffix("7") }))
        #expect(server.requests.count == 6)
        #expect(try await client(server).existingVolumes(among: []) == [])
        server.stop()
    }

    @Test("Volumes with a tag come from all pages, with all their tags, and without those that are being deleted")
    func taggedVolumes() async throws {
        let server = try LoopbackServer { _, request in
            let form = request.form(request.text)
            let isFirst = form["NextToken"] == nil
            let status = isFirst ? "in-use" : "deleting"
            let tags = (isFirst ? ["ferry:address": "a &amp; b", "empty": ""] : [:]).sorted { $0.key < $1.key }
                .map { "<item><key>\($0.key)</key><value>\($0.value)</value></item>" }.joined()
            let volume =
                "<item><volumeId>vol-\(isFirst ? 1 : 2)</volumeId><status>\(status)</status>"
                + "<createTime>2026-01-02T03:04:05.000Z</createTime><tagSet>\(tags)</tagSet></item>"
            let token = isFirst ? "<nextToken>next</nextToken>" : ""
            return .answer(
                200,
                "<DescribeVolumesResponse><volumeSet>\(volume)</volumeSet>\(token)</DescribeVolumesResponse>"
            )
        }
        let volumes = try await client(server).volumes(withTag: "ferry:address")
        #expect(volumes.map(\.id) == ["vol-1"])
        #expect(volumes.first?.tags == ["ferry:address": "a & b", "empty": ""])
        #expect(volumes.first?.created == "2026-01-02T03:04:05.000Z")
        let forms = server.requests.map { $0.form($0.text) }
        #expect(forms.map { $0["Filter.1.Name"] } == ["tag-key", "tag-key"])
        #expect(forms.map { $0["Filter.1.Value.1"] } == ["ferry:address", "ferry:address"])
        #expect(forms.map { $0["NextToken"] } == [nil, "next"])
        server.stop()
    }

    @Test("Pages that lead back to themselves end with an error")
    func circle() async throws {
        let server = try LoopbackServer { _, _ in
            .answer(200, "<DescribeVolumesResponse><volumeSet/><nextToken>t</nextToken></DescribeVolumesResponse>")
        }
        let client = try client(server)
        let error = await failure { () async throws(AWSError) in try await client.existingVolumes(among: ["vol-1"]) }
        #expect(error?.description.contains("same page") == true)
        let other = await failure { () async throws(AWSError) in try await client.volumes(withTag: "key") }
        #expect(other?.description.contains("same page") == true)
        server.stop()
    }

    @Test("Zones come with id and state; only those that are available are usable")
    func zones() async throws {
        let server = try LoopbackServer { _, _ in
            .answer(
                200,
                """
                <DescribeAvailabilityZonesResponse><availabilityZoneInfo><item><zoneName>us-east-1a</zoneName><zoneId>use1-az6</zoneId><zoneState>available\
                </zoneState><regionName>us-east-1</regionName></item><item><zoneName>us-east-1e</zoneName><zoneState>\
                impaired</zoneState></item></availabilityZoneInfo></DescribeAvailabilityZonesResponse>
                """
            )
        }
        let client = try client(server)
        #expect(try await client.availabilityZones() == ["us-east-1a"])
        let zones = try await client.describeAvailabilityZones()
        #expect(zones.map(\.id) == ["use1-az6", nil])
        #expect(zones.map(\.state) == ["available", "impaired"])
        server.stop()
    }

    @Test("Tags, cancellation and deletion send their parameters")
    func smallCalls() async throws {
        let server = try LoopbackServer { _, request in
            let root = "\(request.form(request.text)["Action"] ?? "")Response"
            return .answer(200, "<\(root)><return>true</return></\(root)>")
        }
        let client = try client(server)
        try await client.createTags(resources: ["vol-1", "vol-2"], tags: ["b": "2", "a": "1 & one"])
        try await client.deleteTags(resource: "vol-1", keys: ["b", "a"])
        try await client.cancelConversionTask(id: "import-vol-1", reason: "not wanted")
        try await client.deleteVolume(id: "vol-3")
        let forms = server.requests.map { $0.form($0.text).filter { $0.key != "Version" } }
        #expect(
            forms == [
                [
                    "Action": "CreateTags", "ResourceId.1": "vol-1", "ResourceId.2": "vol-2", "Tag.1.Key": "a",
                    "Tag.1.Value": "1 & one", "Tag.2.Key": "b", "Tag.2.Value": "2",
                ],
                ["Action": "DeleteTags", "ResourceId.1": "vol-1", "Tag.1.Key": "a", "Tag.2.Key": "b"],
                ["Action": "CancelConversionTask", "ConversionTaskId": "import-vol-1", "ReasonMessage": "not wanted"],
                ["Action": "DeleteVolume", "VolumeId": "vol-3"],
            ]
        )
        server.stop()
    }
}
