import Testing

@testable import Migration

@Suite struct ZoneRulesTests {
    @Test(
        "A zone begins with its region",
        arguments: [
            ("us-east-1a", "us-east-1"), ("us-gov-west-1b", "us-gov-west-1"), ("ap-southeast-2c", "ap-southeast-2"),
            ("us-west-2-lax-1a", "us-west-2"), ("ap-northeast-1-tpe-1a", "ap-northeast-1"),
            ("eusc-de-east-1a", "eusc-de-east-1"), ("us-isob-east-1a", "us-isob-east-1"),
            ("xx-north-10f", "xx-north-10"),
        ]
    )
    func zones(_ zone: String, _ region: String) throws {
        #expect(try ZoneValidator.zone(zone).region == region)
        #expect(try ZoneValidator.region(region) == region)
    }

    @Test("A zone's id says no region", arguments: ["use1-az1", "usw2-lax1-az1", "apse2-az12", "usgw1-az3"])
    func ids(_ id: String) throws {
        let zone = try ZoneValidator.zone(id)
        #expect(zone.name == id && zone.region == nil)
        #expect(ZoneValidator.isID(id))
    }

    @Test(
        "What is no zone is refused, with what was likely meant",
        arguments: [
            ("us-east-1", nil), ("us-east-1A", "us-east-1a"), ("US-EAST-1B", "us-east-1b"), ("use1-az", nil),
            ("usw-az1", nil), ("2-az1", nil), ("us-east-1ab", nil), ("us-east-100a", nil), ("us-1a", nil),
            ("useast-1a", nil),
            ("us--east-1a", nil), ("us-east-1-", nil), ("us-east-1-a", nil), ("us-east-1a-", nil), ("", nil),
            ("-", nil),
            ("us-east-1a\n", nil), ("us-éast-1a", nil), (String(repeating: "us-east-", count: 1000) + "1a", nil),
        ]
    )
    func notZones(_ text: String, _ suggestion: String?) {
        let violation = #expect(throws: Violation.self) { try ZoneValidator.zone(text) }
        #expect(violation?.suggestion == suggestion)
    }
}
