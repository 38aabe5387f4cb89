import Hashing
import Migration
import Testing

@testable import Execution

@Suite("Volume tags")
struct VolumeTagsTests {
    private static func tagged(_ changes: [String: String?] = [:], id: String = "vol-1") throws -> TaggedVolume {
        let record = try #require(MachineSamples.record(in: .completed))
        var tags = VolumeTags.tags(of: record, volumeID: "vol-1", isNew: true)
        for (key, value) in changes { tags[key] = value }
        return TaggedVolume(id: id, created: "2026-11-29T00:00:00.000Z", tags: tags)
    }

    @Test("a volume has the user's tags and those that identify its import, which win")
    func tags() throws {
        let record = try #require(MachineSamples.record(in: .completed))
        let subject = VolumeImport.tagged(record.subject, ["tier": "db", "ferry:task": "another"])
        let tags = VolumeTags.tags(of: record.with(subject: subject), volumeID: "vol-1", isNew: true)
        #expect(
            tags == [
                "Name": "db",
                "tier": "db",
                "ferry:address": "erp/db@us-east-1a",
                "ferry:fingerprint": record.fingerprint.hex,
                "ferry:generation": "1",
                "ferry:task": "task",
                "ferry:volume": "vol-1",
            ]
        )
    }

    @Test("the default name is written once, and never over the user's")
    func name() throws {
        let record = try #require(MachineSamples.record(in: .completed))
        #expect(VolumeTags.tags(of: record, volumeID: "vol-1", isNew: false)["Name"] == nil)
        let named = record.with(subject: VolumeImport.tagged(record.subject, ["Name": "mine"]))
        #expect(VolumeTags.tags(of: named, volumeID: "vol-1", isNew: true)["Name"] == "mine")
    }

    @Test("the tags of a volume identify its import")
    func evidence() throws {
        let evidence = try #require(VolumeEvidence(try Self.tagged(["ferry:generation": "3"])))
        #expect(evidence.address == MachineSamples.subject.address)
        #expect(evidence.fingerprint == MachineSamples.subject.fingerprint)
        #expect(evidence.generation == 3)
        #expect(evidence.taskID == "task")
        #expect(!evidence.isRejected)
    }

    @Test("a volume that ferry 0.1.0 tagged is of generation 1")
    func oldVolume() throws {
        let old = try Self.tagged(["ferry:generation": String?.none, "ferry:volume": String?.none])
        #expect(VolumeEvidence(old)?.generation == 1)
    }

    @Test("a copy of a volume is evidence of nothing")
    func copy() throws {
        #expect(VolumeEvidence(try Self.tagged(id: "vol-2")) == nil)
    }

    @Test(
        "tags that are not an import's are evidence of nothing",
        arguments: [
            ["ferry:address": "erp"], ["ferry:fingerprint": "abc"], ["ferry:generation": "0"],
            ["ferry:generation": "x"],
        ]
    )
    func foreign(changes: [String: String?]) throws {
        #expect(VolumeEvidence(try Self.tagged(changes)) == nil)
    }

    @Test("a rejected volume says so")
    func rejected() throws {
        let volume = try Self.tagged(VolumeTags.rejection(String(repeating: "x", count: 300)))
        #expect(VolumeEvidence(volume)?.isRejected == true)
        #expect(volume.tags["ferry:rejected"]?.count == 255)
    }
}

extension VolumeImport {
    fileprivate static func tagged(_ item: VolumeImport, _ tags: [String: String]) -> VolumeImport {
        var item = item
        item.tags = tags
        return item
    }
}
