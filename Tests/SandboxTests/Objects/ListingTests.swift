import Testing

@testable import Sandbox

@Suite("Listings")
struct ListingTests {
    private static let keys = ["a", "b/1", "b/2", "b/3/x", "b!", "c", "é", "e\u{301}", "日/本", "日/語"]

    @Test("Pages of every size, put together, are the whole", arguments: 1...11, ["", "b", "b/", "日", "none"])
    func pages(size: Int, prefix: String) {
        for delimiter in ["", "/", "b/"] {
            let whole = list(prefix: prefix, delimiter: delimiter, after: nil, limit: 1000)
            #expect(whole.next == nil)
            var names: [[UInt8]] = []
            var after: ObjectKey?
            repeat {
                let page = list(prefix: prefix, delimiter: delimiter, after: after, limit: size)
                #expect(page.objects.count + page.commonPrefixes.count <= size)
                names += Self.names(of: page)
                after = page.next
            } while after != nil
            #expect(names == Self.names(of: whole))
        }
    }

    @Test("Common prefixes stand for what is below them, in byte order")
    func delimiter() {
        let listing = list(prefix: "", delimiter: "/", after: nil, limit: 1000)
        #expect(listing.objects.map(\.key) == ["a", "b!", "c", "e\u{301}", "é"])
        #expect(listing.commonPrefixes.map(\.text) == ["b/", "日/"])
    }

    @Test("Canonically equivalent keys are two keys")
    func equivalence() {
        #expect(ObjectKey("\u{e9}") != ObjectKey("e\u{301}"))
        #expect(ObjectKey("\u{e9}").fileName != ObjectKey("e\u{301}").fileName)
    }

    @Test("A page of nothing ends the listing only if there is nothing")
    func limitOfZero() {
        #expect(list(prefix: "none", delimiter: "", after: nil, limit: 0).next == nil)
        #expect(list(prefix: "", delimiter: "", after: nil, limit: 0).objects.isEmpty)
    }

    private func list(prefix: String, delimiter: String, after: ObjectKey?, limit: Int) -> Listing {
        let keys = Self.keys.map { ObjectKey($0) }
        let objects = Dictionary(uniqueKeysWithValues: keys.map { ($0, Self.object($0.text)) })
        let query = ListingQuery(
            prefix: ObjectKey(prefix),
            delimiter: Array(delimiter.utf8),
            after: after,
            limit: limit
        )
        return Listing(query, keys: SortedKeys(keys), objects: objects)
    }

    private static func names(of listing: Listing) -> [[UInt8]] {
        (listing.objects.map { Array($0.key.utf8) } + listing.commonPrefixes.map(\.bytes))
            .sorted { $0.lexicographicallyPrecedes($1) }
    }

    private static func object(_ key: String) -> StoredObject {
        StoredObject(
            key: key,
            blob: "",
            size: 0,
            etag: "",
            modified: Timestamp(milliseconds: 0),
            attributes: ObjectAttributes(HeaderFields()),
            checksum: nil
        )
    }
}
