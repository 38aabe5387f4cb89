import AWS
import Foundation
import Testing

/// A row of `Suites/endpoints/endpoints.json`.
struct EndpointCase: Decodable, Sendable, CustomTestStringConvertible {
    let service: String
    let region: String
    let fips: Bool
    let dualStack: Bool
    let url: String?

    var testDescription: String { "\(service) \(region)\(fips ? " FIPS" : "")\(dualStack ? " dual-stack" : "")" }

    static let all: [EndpointCase] = {
        let folder = "Suites/endpoints"
        guard let url = Bundle.module.url(forResource: "endpoints", withExtension: "json", subdirectory: folder),
            let cases = try? JSONDecoder().decode([EndpointCase].self, from: Data(contentsOf: url))
        else {
            Issue.record("\(folder)/endpoints.json cannot be read")
            return []
        }
        return cases
    }()
}

@Suite("AWS's endpoints")
struct AWSEndpointTests {
    @Test("They are those of the AWS SDKs, in each partition", arguments: EndpointCase.all)
    func endpoint(_ example: EndpointCase) throws {
        // S3 has no FIPS endpoints in China: there the SDKs refuse, and ferry finds no such host.
        guard let expected = example.url else {
            #expect(example.service == "s3" && example.region.hasPrefix("cn-") && example.fips)
            return
        }
        let environment = AWSEnvironment([
            "AWS_USE_FIPS_ENDPOINT": String(example.fips), "AWS_USE_DUALSTACK_ENDPOINT": String(example.dualStack),
        ])
        let service = try #require(AWSService(rawValue: example.service))
        let endpoint = try environment.endpoint(of: service, region: example.region)
        #expect(endpoint.url == expected)
        #expect(endpoint.isAWS)
    }

    @Test("the table is whole")
    func count() {
        #expect(EndpointCase.all.count == 144)
        #expect(Set(EndpointCase.all.map { AWSPartition(region: $0.region).id }).count == 6)
    }
}
