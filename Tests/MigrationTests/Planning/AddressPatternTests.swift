import Migration
import Testing

@Suite("Patterns of addresses")
struct AddressPatternTests {
    static let address = ImportAddress(manifest: "erp", image: "db-01", zone: "us-east-1a")

    @Test(
        "a glob for each part; a part that is left out stands for all",
        arguments: [
            "erp", "erp/db-01", "erp/db-01@us-east-1a", "*", "*/*@*", "*@us-east-1a", "erp/db-*", "erp/*1", "erp/d*-*1",
            "e?p", "erp/db-0[0-9]", "erp/db-0[!2-9]", "erp/*@*[ab]", "**/db-01", "erp@us-*",
        ]
    )
    func matches(text: String) throws {
        #expect(try AddressPattern(text).matches(Self.address))
    }

    @Test(
        "what crosses no border and ends where the name ends",
        arguments: [
            "er", "rp", "erp/db", "erp/db-01@us-east-1", "e*1", "*@us-west-*", "erp/db-0[2-9]", "e??p", "erp/?",
        ]
    )
    func doesNotMatch(text: String) throws {
        #expect(try !AddressPattern(text).matches(Self.address))
    }

    @Test(
        "slips are refused with the form",
        arguments: ["", "erp/", "/db", "erp/db@", "a/b/c", "a@b@c", "erp/db-[0-9"]
    )
    func refused(text: String) {
        let error = #expect(throws: AddressPatternError.self) { try AddressPattern(text) }
        #expect(error?.description.contains("manifest/image@zone") == true)
    }

    @Test("many runs of a pattern take no long time")
    func manyRuns() throws {
        let address = ImportAddress(manifest: "m", image: String(repeating: "a", count: 60), zone: "z")
        #expect(try !AddressPattern("m/" + String(repeating: "*a", count: 40) + "*b").matches(address))
    }

    @Test("an option that means nothing is a slip, with what was probably meant")
    func slips() throws {
        var options = PlanOptions(targets: [try AddressPattern("erp/bd-01")], exclusions: [try AddressPattern("epr")])
        options.replacements = [ImportAddress(manifest: "erp", image: "db-02", zone: "us-east-1a")]
        let slips = options.slips(desired: [Self.address], recorded: [])
        #expect(
            slips.map(\.description) == [
                "--target “erp/bd-01”: no import matches; did you mean “erp/db-01”?",
                "--exclude “epr”: no import matches; did you mean “erp”?",
                "--replace “erp/db-02@us-east-1a”: the plan has no such import; did you mean “erp/db-01@us-east-1a”?",
            ]
        )
        #expect(PlanOptions(targets: [try AddressPattern("erp/*")]).slips(desired: [Self.address], recorded: []) == [])
    }
}
