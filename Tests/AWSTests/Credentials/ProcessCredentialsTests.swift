import AWS
import TestSupport
import Testing

@testable import SigV4
@testable import WireEncoding

@Suite("Credentials that a program prints")
struct ProcessCredentialsTests {
    private let fixture: CredentialsFixture

    init() throws {
        fixture = try CredentialsFixture()
    }

    /// Makes a program of the profile's.
    private func program(_ lines: String) throws {
        let path = try fixture.folder.write("#!/bin/sh\n\(lines)\n", to: "my program")
        try fixture.folder.write(
            "[default]\ncredential_process = sh \"\(path)\" first 'second argument'\n",
            to: ".aws/config"
        )
    }

    @Test("A program is run with its arguments, and again when its credentials end")
    func whole() async throws {
        try program(
            #"""
            echo x >> "$(dirname "$0")/runs"
            [ "$1/$2" = "first/second argument" ] || exit 9
            n=$(wc -l < "$(dirname "$0")/runs")
            echo "{\"Version\":1,\"AccessKeyId\":\"ID$((n))\",\"SecretAccessKey\":\"theSecret\","
            echo "\"SessionToken\":\"theToken\",\"Expiration\":\"2027-01-15T09:00:00Z\"}"
            """#
        )
        let provider = try fixture.provider([:])
        for _ in 0..<3 { #expect(try await provider.credentials() == CredentialsAnswer.credentials("ID1")) }
        fixture.time.advance(3301)
        #expect(try await provider.credentials().accessKeyID == "ID2")
    }

    @Test(
        "The end may have any form that botocore reads",
        arguments: [
            "2027-01-15T09:00:00UTC", "2027-01-15T09:00:00+00:00", "2027-01-15 09:00:00 UTC",
            "2027-01-15T09:00:00.000Z",
            "Fri, 15 Jan 2027 09:00:00 GMT",
        ]
    )
    func ends(text: String) async throws {
        try program(
            "echo '{\"Version\":1,\"AccessKeyId\":\"ID\",\"SecretAccessKey\":\"theSecret\",\"SessionToken\":\"theToken\","
                + "\"Expiration\":\"\(text)\"}'"
        )
        #expect(try await fixture.credentials([:]) == CredentialsAnswer.credentials("ID"))
        #expect(try CredentialsAnswer.credentials("ID").expiration != nil)
    }

    @Test(
        "An end without a zone, or a number, is an error",
        arguments: ["\"2027-01-15T09:00:00\"", "1800000000", "\"\""]
    )
    func damagedEnds(json: String) async throws {
        try program(
            "echo '{\"Version\":1,\"AccessKeyId\":\"ID\",\"SecretAccessKey\":\"theSecret\",\"Expiration\":\(json)}'"
        )
        let text = await fixture.failure([:])
        #expect(text.contains("Expiration that is not a time with its zone"), "\(text)")
        #expect(text.contains("the AWS CLI"))
    }

    @Test("Credentials without an end are kept")
    func endless() async throws {
        try program(#"echo '{"Version":1,"AccessKeyId":"ID","SecretAccessKey":"s"}'"#)
        let expected = AWSCredentials(accessKeyID: "ID", secretAccessKey: Secret("s"))
        #expect(try await fixture.credentials([:]) == expected)
    }

    @Test(
        "A program that fails is an error with what it said, and without what it printed",
        arguments: [
            ("echo theSecret; echo 'log in first' >&2; exit 3", "exit code 3: log in first"),
            ("echo theSecret", "no JSON"), ("echo '{\"Version\":2,\"SecretAccessKey\":\"theSecret\"}'", "\"Version\""),
            ("echo '{\"Version\":1,\"SecretAccessKey\":\"theSecret\"}'", "AccessKeyId"),
            ("kill -9 $$", "exit code 137"), ("head -c 2000000 /dev/zero", "more than 1 MiB"),
        ]
    )
    func failures(lines: String, part: String) async throws {
        try program(lines)
        let text = await fixture.failure([:])
        #expect(text.contains(part), "\(text)")
        #expect(text.contains("\"default\""))
        #expect(!text.contains("theSecret"))
    }

    @Test("A program that does not exist is an error")
    func absent() async throws {
        try fixture.folder.write("[default]\ncredential_process = /no/such/program\n", to: ".aws/config")
        #expect(await fixture.failure([:]).contains("exit code 127"))
    }
}
