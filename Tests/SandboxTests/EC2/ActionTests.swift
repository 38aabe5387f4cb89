import AWS
import Sandbox
import Testing

@testable import EC2Types
@testable import HTTPClient
@testable import WireEncoding
@testable import XML

@Suite("EC2 actions")
struct ActionTests {
    /// Where nobody listens: a task of it stays active while the worker tries to reach it.
    private static let nowhere = "http://127.0.0.1:9/image.manifest.xml"

    @Test("All tasks come in one answer, however many, in the order of their creation")
    func manyTasks() async throws {
        try await SandboxFixture.run { fixture in
            let ec2 = fixture.ec2()
            var ids: [String] = []
            for number in 0..<450 {
                let request = EC2Client.ImportVolumeRequest(
                    availabilityZone: "us-east-1b",
                    format: "VMDK",
                    bytes: 1024,
                    importManifestURL: Self.nowhere,
                    volumeSize: 8,
                    description: "number \(number)"
                )
                ids.append(try await ec2.importVolume(request).id)
            }
            let tasks = try await ec2.describeConversionTasks()
            #expect(tasks.map(\.id) == ids)
            let details = tasks.compactMap(\.details)
            #expect(details.map(\.description) == (0..<450).map { "number \($0)" })
            #expect(!details.isEmpty)
            #expect(details.allSatisfy { $0.availabilityZone == "us-east-1b" && $0.volumeSize == 8 })
            let some = try await ec2.describeConversionTasks(ids: [ids[7], ids[3]])
            #expect(some.map(\.id) == [ids[7], ids[3]])
        }
    }

    @Test("The example of the 2013 API Reference is understood: VolumeSize, and its namespace in the answer")
    func version2013() async throws {
        try await SandboxFixture.run { fixture in
            let form = [
                "Action=ImportVolume", "AvailabilityZone=us-east-1c", "Image.Format=VMDK", "Image.Bytes=128696320",
                "Image.ImportManifestUrl=\(PercentEncoding.encode(Self.nowhere))", "VolumeSize=8", "Version=2013-02-01",
            ].joined(separator: "&")
            let answer = try await post(form, to: fixture)
            #expect(answer.status == 200)
            let root = try XMLElement.parse(answer.body)
            #expect(root.name == "ImportVolumeResponse")
            let text = String(decoding: answer.body, as: UTF8.self)
            #expect(text.contains("xmlns=\"http://ec2.amazonaws.com/doc/2013-02-01/\""))
            let task = try #require(root.child("conversionTask"))
            #expect(task.text("conversionTaskId")?.count == "import-vol-".count + 17)
            #expect(task.text("state") == "active")
            let expiration = try #require(task.text("expirationTime"))
            #expect(expiration.count == "2010-12-22T12:01Z".count && expiration.hasSuffix("Z"))
            let details = try #require(task.child("importVolume"))
            #expect(details.child("volume")?.text("size") == "8")
            #expect(details.child("image")?.text("importManifestUrl") == Self.nowhere)
        }
    }

    @Test("Tasks and zones are of one region")
    func regions() async throws {
        try await SandboxFixture.run { fixture in
            let request = EC2Client.ImportVolumeRequest(
                availabilityZone: "eu-west-3a",
                format: "RAW",
                bytes: 512,
                importManifestURL: Self.nowhere,
                volumeSize: 1,
                description: nil
            )
            let id = try await fixture.ec2(region: "eu-west-3").importVolume(request).id
            #expect(try await fixture.ec2(region: "eu-west-3").describeConversionTasks().map(\.id) == [id])
            #expect(try await fixture.ec2().describeConversionTasks().isEmpty)
            let missing = await #expect(throws: AWSError.self) {
                try await fixture.ec2().describeConversionTasks(ids: [id])
            }
            #expect(missing?.code == "InvalidConversionTaskId")
            let wrongZone = await #expect(throws: AWSError.self) { try await fixture.ec2().importVolume(request) }
            #expect(wrongZone?.code == "InvalidParameterValue")
            let unknown = await #expect(throws: AWSError.self) {
                try await fixture.ec2(region: "mars-north-1").availabilityZones()
            }
            #expect(unknown?.code == "AuthFailure")
        }
    }

    @Test(
        "A request that lacks something or holds nonsense is refused",
        arguments: [
            ("Action=ImportVolume&Version=2016-11-15", "MissingParameter"),
            ("Action=DescribeVolumes", "MissingParameter"),
            ("Version=2016-11-15", "MissingParameter"),
            ("Action=DescribeVolumes&Version=yesterday", "NoSuchVersion"),
            ("Action=RunInstances&Version=2016-11-15", "InvalidAction"),
            ("Action=DescribeVolumes&Version=2016-11-15&VolumeId.1=import-vol-1", "InvalidParameterValue"),
            ("Action=DescribeVolumes&Version=2016-11-15&VolumeId.1=vol-0123456789abcdef0", "InvalidVolume.NotFound"),
            ("Action=DescribeVolumes&Version=2016-11-15&Filter.1.Name=colour", "InvalidParameterValue"),
            ("Action=DescribeVolumes&Version=2016-11-15&MaxResults=0", "InvalidParameterValue"),
            ("Action=DescribeVolumes&Version=2016-11-15&NextToken=x", "InvalidParameterValue"),
            ("Action=DescribeVolumes&Version=2016-11-15&DryRun=true", "DryRunOperation"),
            ("Action=CancelConversionTask&Version=2016-11-15&ConversionTaskId=x", "InvalidConversionTaskId.Malformed"),
            (
                "Action=CancelConversionTask&Version=2016-11-15&ConversionTaskId=import-i-fh95npoc",
                "InvalidConversionTaskId"
            ),
            ("Action=CreateTags&Version=2016-11-15&ResourceId.1=i-1&Tag.1.Key=a&Tag.1.Value=b", "InvalidID"),
            ("Action=CreateTags&Version=2016-11-15&ResourceId.1=i-1&Tag.1.Key=aws:a", "InvalidParameterValue"),
            ("Action=%ZZ&Version=2016-11-15", "InvalidParameterValue"),
        ]
    )
    func refusal(form: String, code: String) async throws {
        try await SandboxFixture.run { fixture in
            let answer = try await post(form, to: fixture)
            #expect(answer.errorCode == code)
            let root = try XMLElement.parse(answer.body)
            #expect(root.name == "Response")
            #expect(root.text("RequestID") != nil)
        }
    }

    private func post(_ form: String, to fixture: SandboxFixture) async throws -> HTTPResponse {
        try await fixture.send(
            "POST",
            "/",
            service: "ec2",
            headers: [("Content-Type", "application/x-www-form-urlencoded; charset=utf-8")],
            body: Array(form.utf8)
        )
    }
}
