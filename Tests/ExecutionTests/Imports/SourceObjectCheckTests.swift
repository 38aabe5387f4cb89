import EC2Types
import Migration
import Testing

@testable import Execution

@Suite("Checks of images in S3")
struct SourceObjectCheckTests {
    private let planned = S3ObjectVersion(bucket: "exports", key: "db.raw", entityTag: "first", bytes: 100)
    private let objects = ScriptedObjects()

    private func record(_ object: S3ObjectVersion?) -> ImportRecord {
        var item = RunFixture.item("db", nil)
        item.image.object = object
        return ImportRecord(subject: item, attempts: 1, updated: 0)
    }

    private var staged: StagedImage {
        let item = record(planned).subject
        return StagedImage(
            image: item.image,
            location: item.staging,
            path: "s3://exports/db.raw",
            bytes: 100,
            parts: []
        )
    }

    @Test("the only part is the whole object, by URLs that change nothing")
    func part() async throws {
        objects.put(planned)
        let check = SourceObjectCheck(objects: objects, imagePath: "s3://exports/db.raw")
        let part = try await check.part(planned, of: staged, deleteURL: "https://example.com/none")
        #expect(part.start == 0 && part.end == 99 && part.key == "db.raw")
        #expect(part.headURL.hasSuffix("?HEAD") && part.getURL.hasSuffix("?GET"))
        #expect(part.deleteURL == "https://example.com/none")
    }

    @Test("an object that changed, or is gone, is neither called for nor accepted")
    func changed() async throws {
        let check = SourceObjectCheck(objects: objects, imagePath: "s3://exports/db.raw")
        let absent = await #expect(throws: ServiceError.self) {
            try await check.part(planned, of: staged, deleteURL: "")
        }
        #expect(absent?.outcome == .rejected)
        objects.put(S3ObjectVersion(bucket: "exports", key: "db.raw", entityTag: "second", bytes: 100))
        let changed = await #expect(throws: ServiceError.self) {
            try await check.part(planned, of: staged, deleteURL: "")
        }
        #expect(changed?.description.contains("changed after the plan was made") == true)
        let objection = try await check.objection(to: "vol-1", record(planned))
        #expect(objection?.contains("nobody can tell what is in volume vol-1") == true)
    }

    @Test("S3 that does not answer is no objection, and no acceptance")
    func unreachable() async throws {
        objects.fail("no answer")
        let check = SourceObjectCheck(objects: objects, imagePath: "s3://exports/db.raw")
        let error = await #expect(throws: ServiceError.self) { try await check.objection(to: "vol-1", record(planned)) }
        #expect(error?.outcome == .unknown)
    }

    @Test("a file, and a version that lasts, need no second look")
    func lasting() async throws {
        objects.fail("nobody asks")
        let check = SourceObjectCheck(objects: objects, imagePath: "db.raw")
        #expect(try await check.objection(to: "vol-1", record(nil)) == nil)
        let version = S3ObjectVersion(
            bucket: "exports",
            key: "db.raw",
            version: "v.1",
            entityTag: "first",
            bytes: 100
        )
        #expect(version.isLasting)
        #expect(try await check.objection(to: "vol-1", record(version)) == nil)
    }

    @Test("without access to images in S3, the import fails with the reason")
    func noObjects() async throws {
        let check = SourceObjectCheck(objects: nil, imagePath: "s3://exports/db.raw")
        let error = await #expect(throws: ServiceError.self) {
            try await check.part(planned, of: staged, deleteURL: "")
        }
        #expect(error?.description == "s3://exports/db.raw: images are not imported from S3 here")
    }
}
