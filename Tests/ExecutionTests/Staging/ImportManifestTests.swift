import DiskImages
import Foundation
import Testing

@testable import EC2Types
@testable import Execution

@Suite("Import manifest")
struct ImportManifestTests {
    private let importManifest = ImportManifest(
        format: "VMDK",
        selfDestructURL: "https://s3/x?a=1&b=<2>",
        size: 12,
        volumeSize: 1,
        parts: [
            .init(start: 0, end: 9, key: "p/a&b", headURL: "h?x=1&y=2", getURL: "g?x=1&y=\"2\"", deleteURL: "d"),
            .init(start: 10, end: 11, key: "p/c", headURL: "h2", getURL: "g2", deleteURL: "d"),
        ]
    )

    @Test("Its texts are read back as they were")
    func texts() {
        let xml = importManifest.xml
        #expect(ImportManifest.partKeys(in: xml) == ["p/a&b", "p/c"])
        #expect(ImportManifest.texts(of: "get-url", in: xml) == ["g?x=1&y=\"2\"", "g2"])
        #expect(ImportManifest.texts(of: "self-destruct-url", in: xml) == ["https://s3/x?a=1&b=<2>"])
        #expect(ImportManifest.texts(of: "size", in: xml) == ["12"])
        #expect(ImportManifest.texts(of: "no-such", in: xml) == [])
    }

    @Test("What is cut off gives what is whole")
    func cut() {
        let xml = importManifest.xml
        for length in 0..<xml.count {
            #expect(["p/a&b", "p/c"].starts(with: ImportManifest.partKeys(in: Array(xml.prefix(length)))))
        }
    }
}
