import Testing
import WireEncoding

@Suite struct QueryParametersTests {
    @Test("A query is read in order, with its escapes and its empty values")
    func decoding() throws {
        let parameters = try #require(QueryParameters(decoding: "b=2&a=x+y%2B%C3%A9&flag&empty=&a=again"))
        #expect(parameters.pairs.map(\.name) == ["b", "a", "flag", "empty", "a"])
        #expect(parameters.pairs.map(\.value) == ["2", "x y+é", "", "", "again"])
        #expect(parameters["a"] == "x y+é")
        #expect(parameters["absent"] == nil)
    }

    @Test("A damaged escape, and bytes that are not UTF-8, are no query", arguments: ["a=%", "a=%4", "a=%zz", "a=%ff"])
    func damage(query: String) {
        #expect(QueryParameters(decoding: query) == nil)
    }
}
