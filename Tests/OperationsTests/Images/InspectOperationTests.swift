import AWS
import HTTPClient
import ImportReadiness
import TestSupport
import Testing

@testable import Operations

@Suite struct InspectOperationTests {
    private func operation(_ images: [String], isDeep: Bool = false) -> InspectOperation {
        InspectOperation(images: images, format: nil, computesDigests: false, isDeep: isDeep)
    }

    @Test("Reports come in the order of the images, readable or not", arguments: [false, true])
    func order(isDeep: Bool) async throws {
        let folder = try TemporaryDirectory()
        var images: [String] = []
        for number in 1...9 {
            let path = folder.path("disk-\(number).raw")
            if number % 3 != 0 {
                try folder.write([UInt8](repeating: 1, count: number * 512), to: "disk-\(number).raw")
            }
            images.append(path)
        }
        let reports = try await operation(images, isDeep: isDeep).run(objects: nil, cancellation: Cancellation())
        #expect(reports.map(\.path) == images)
        #expect(reports.map(\.verdict) == (1...9).map { $0 % 3 == 0 ? .unreadable : .importable })
        #expect(reports.map { $0.verification != nil } == (1...9).map { isDeep && $0 % 3 != 0 })
    }

    @Test("An object in S3 is inspected there; one that is missing is a report")
    func objects() async throws {
        let fixture = try OperationFixture()
        let reports = try await fixture.withAWS { aws in
            let clients = try await aws.clients(region: "us-east-1")
            try await clients.s3.createBucket("exports")
            try await clients.s3.putObject(
                bucket: "exports",
                key: "db.raw",
                body: .bytes([UInt8](repeating: 1, count: 2048)),
                payloadHash: nil
            )
            let operation = operation(["s3://exports/db.raw", "s3://exports/absent.raw", "s3://exports"])
            #expect(operation.needsObjects)
            return try await operation.run(objects: ObjectReports(clients), cancellation: Cancellation())
        }
        #expect(reports.map(\.verdict) == [.importable, .unreadable, .unreadable])
    }

    @Test("A cancellation ends it")
    func cancellation() async throws {
        let folder = try TemporaryDirectory()
        let path = try folder.write([UInt8](repeating: 1, count: 512), to: "disk.raw")
        await #expect(throws: Cancellation.Requested.self) {
            try await operation([path], isDeep: true)
                .run(objects: nil, cancellation: Cancellation(isRequested: true))
        }
    }
}
