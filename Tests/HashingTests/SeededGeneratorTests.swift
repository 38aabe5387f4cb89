import Testing

@testable import Hashing

@Suite("Seeded generator")
struct SeededGeneratorTests {
    /// The first values of SplitMix64 from 1234567, as its author's reference program prints them.
    @Test("The generator is SplitMix64")
    func generator() {
        var generator = SeededGenerator(seed: 1_234_567)
        #expect(generator.next() == 6_457_827_717_110_365_317)
        #expect(generator.next() == 3_203_168_211_198_807_973)
        #expect(generator.next() == 9_817_491_932_198_370_423)
    }
}
