import Testing

@testable import Migration

@Suite struct SpellingTests {
    @Test(
        "The nearest word is one slip away, or two in a long word",
        arguments: [
            ("zone", "zones"), ("imgae", "image"), ("Name", "name"), ("descrption", "description"), ("tag", "tags"),
            ("nmae", "name"), ("colour", nil), ("x", nil), ("", nil), (String(repeating: "name", count: 1000), nil),
        ]
    )
    func nearest(_ word: String, _ near: String?) {
        let keys = ["name", "image", "zones", "size", "description", "tags"]
        #expect(Spelling.nearest(to: word, among: keys) == near)
    }
}
