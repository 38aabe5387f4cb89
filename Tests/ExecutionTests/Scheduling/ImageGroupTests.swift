import DiskImages
import Hashing
import Migration
import Testing

@testable import Execution

@Suite("Image groups")
struct ImageGroupTests {
    private static func item(
        _ image: String,
        zone: String = "us-east-1a",
        bytes: Int64 = 1 << 20,
        bucket: String = "bucket"
    ) -> VolumeImport {
        VolumeImport(
            address: ImportAddress(manifest: "erp", image: image, zone: zone),
            region: "us-east-1",
            zone: zone,
            image: SourceImage(
                path: "\(image).raw",
                format: .raw,
                bytes: bytes,
                virtualSize: bytes,
                digest: SHA256.digest(of: image)
            ),
            volumeSize: 1,
            staging: StagingLocation(bucket: bucket, prefix: "ferry/")
        )
    }

    private static func change(_ item: VolumeImport, _ action: Action) -> Change {
        Change(address: item.address, action: action, reasons: [], desired: action == .forget ? nil : item)
    }

    private static func record(_ item: VolumeImport, _ phase: ImportPhase) -> ImportRecord {
        var record = ImportRecord(subject: item, attempts: 1, updated: 0)
        record.phase = phase
        return record
    }

    private static func groups(_ changes: [Change], _ records: [ImportRecord] = []) -> [ImageGroup] {
        ImageGroup.groups(
            of: Plan(lineage: nil, serial: 0, manifests: [], changes: changes, unmarkedTasks: 0),
            state: MigrationState(
                lineage: "x",
                imports: Dictionary(uniqueKeysWithValues: records.map { ($0.subject.address, $0) })
            )
        )
    }

    @Test("the zones of an image form one group; another staging bucket forms its own")
    func zones() {
        let (first, second) = (Self.item("db"), Self.item("db", zone: "us-east-1b"))
        let other = Self.item("db", zone: "us-east-1c", bucket: "other")
        let groups = Self.groups([first, second, other].map { Self.change($0, .create) })
        #expect(groups.map { $0.changes.map(\.address.zone) } == [["us-east-1a", "us-east-1b"], ["us-east-1c"]])
        #expect(groups.map(\.location.bucket) == ["bucket", "other"])
    }

    @Test("groups that hold a conversion slot come first, then larger images, then addresses in order")
    func order() {
        let converting = Self.item("z", bytes: 1)
        let (small, large, equal) = (Self.item("b", bytes: 10), Self.item("c", bytes: 20), Self.item("a", bytes: 10))
        let groups = Self.groups(
            [small, large, equal].map { Self.change($0, .create) } + [Self.change(converting, .wait)],
            [Self.record(converting, .converting(Conversion(taskID: "task")))]
        )
        #expect(groups.map(\.changes[0].address.image) == ["z", "c", "a", "b"])
        #expect(groups.map(\.converting.count) == [1, 0, 0, 0])
    }

    @Test("a replaced import holds a slot, and its conversion does not continue")
    func replaced() throws {
        let item = Self.item("db")
        let group = try #require(
            Self.groups([Self.change(item, .replace)], [Self.record(item, .requested)]).first
        )
        #expect(group.converting == [item.address])
        #expect(group.continued == [])
        #expect(group.needsStaging)
    }

    @Test("an adopted task holds a slot, and its image is not staged")
    func adopted() throws {
        let item = Self.item("db")
        let group = try #require(Self.groups([Self.change(item, .adopt)]).first)
        #expect(group.converting == [item.address])
        #expect(group.continued == [item.address])
        #expect(!group.needsStaging)
    }

    @Test("a forgotten import is followed as what it was, and only if something of it is left")
    func forgotten() {
        let (settled, converting) = (Self.item("settled"), Self.item("converting"))
        let conversion = Conversion(taskID: "task")
        let groups = Self.groups(
            [settled, converting].map { Self.change($0, .forget) },
            [
                Self.record(settled, .settled(conversion, volumeID: "vol")),
                Self.record(converting, .converting(conversion)),
            ]
        )
        #expect(
            groups.map(\.changes) == [
                [Change(address: converting.address, action: .forget, reasons: [], desired: converting)]
            ]
        )
        #expect(groups.map(\.continued) == [[converting.address]])
    }

    @Test("an unchanged import is in no group")
    func unchanged() {
        #expect(Self.groups([Self.change(Self.item("db"), .none)]).isEmpty)
    }
}
