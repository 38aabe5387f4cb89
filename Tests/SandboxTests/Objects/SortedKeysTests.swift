import Testing

@testable import Hashing
@testable import Sandbox

@Suite("Sorted keys")
struct SortedKeysTests {
    @Test("Keys inserted and removed in any order stay sorted and single")
    func order() {
        var keys = SortedKeys([])
        var generator = SeededGenerator(seed: 1)
        var expected: Set<ObjectKey> = []
        for _ in 0..<2_000 {
            let key = ObjectKey(String(Int.random(in: 0..<300, using: &generator), radix: 36))
            if Bool.random(using: &generator) {
                keys.insert(key)
                expected.insert(key)
            } else {
                keys.remove(key)
                expected.remove(key)
            }
        }
        #expect(keys.keys == expected.sorted())
    }

    @Test(
        "What comes after all keys of a prefix",
        arguments: [("a", "b" as String?), ("a/", "a0"), ("", nil), ("a\u{7f}", "a\u{80}")]
    )
    func afterPrefix(prefix: String, next: String?) {
        let bound = ObjectKey(prefix).afterPrefix
        if prefix == "a\u{7f}" {
            // The bound need not be UTF-8 itself.
            #expect(bound?.bytes == [0x61, 0x80])
        } else {
            #expect(bound == next.map { ObjectKey($0) })
        }
    }

    @Test(
        "Names of buckets",
        arguments: [
            ("abc", true), ("a-b.c", true), ("123", true), ("ab", false), ("Abc", false), ("a_c", false), ("..", false),
            ("a..b", false), ("-ab", false), ("ab-", false), ("a/b", false), (String(repeating: "a", count: 64), false),
        ]
    )
    func bucketNames(name: String, isValid: Bool) {
        #expect(BucketName.isValid(name) == isValid)
    }
}
