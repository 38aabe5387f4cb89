import Diagnostics
import Migration
import TestSupport
import Testing

@testable import Operations

@Suite struct TargetCheckTests {
    @Test("A bucket that two profiles, roles or regions would use is refused, with both places")
    func sharedBucket() async throws {
        let folder = try TemporaryDirectory()
        func write(_ file: String, _ name: String, _ more: String, zone: String = "us-east-1a") throws -> String {
            try folder.write(
                """
                version: 1
                name: \(name)
                staging: {bucket: fleet-us}
                \(more)
                imports: [{name: a, image: a.raw, zones: [\(zone)]}]

                """,
                to: file
            )
        }
        let files = [
            try write("first.yaml", "fleet", "roleArn: arn:aws:iam::123456789012:role/ferry"),
            try write("second.yaml", "other", "profile: europe"),
            try write("third.yaml", "third", "", zone: "eu-west-1a"),
        ]
        let manifests = await ManifestSet.read(files).manifests
        let problems = TargetCheck.problems(of: manifests)
        #expect(problems.map(\.code.rawValue) == ["F0115", "F0115"])
        #expect(
            problems.map(\.message) == [
                "bucket “fleet-us” is to be used by two: profile “europe”, and the role "
                    + "arn:aws:iam::123456789012:role/ferry",
                "bucket “fleet-us” is to serve eu-west-1 and us-east-1, and lies in one region",
            ]
        )
        func place(_ location: Diagnostics.SourceLocation?) -> String {
            location.map { "\($0.file.path):\($0.range.start.line):\($0.range.start.column)" } ?? ""
        }
        #expect(problems.map { place($0.location) } == [files[1] + ":4:10", files[2] + ":3:19"])
        let notes = problems.flatMap(\.notes)
        #expect(
            notes.map(\.message) == [
                "the role arn:aws:iam::123456789012:role/ferry is chosen here", "it serves us-east-1 here",
            ]
        )
        #expect(notes.map { place($0.location) } == [files[0] + ":4:10", files[0] + ":3:19"])
        #expect(TargetCheck.problems(of: [manifests[0]]).isEmpty)
    }
}
