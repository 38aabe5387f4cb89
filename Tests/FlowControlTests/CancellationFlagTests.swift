import Testing

@testable import FlowControl

@Suite("Cancellation flag")
struct CancellationFlagTests {
    @Test("A set flag cancels work, an unset flag does not")
    func flag() throws {
        let flag = CancellationFlag()
        #expect(!flag.isSet)
        try flag.check()
        flag.set()
        #expect(flag.isSet)
        #expect(throws: CancellationError.self) { try flag.check() }
    }
}
