import Hashing

/// What the seed chooses for a whole history: how much there is to do, and how bad the world is.
struct Scenario {
    /// The most conversions at once.
    var conversions: Int
    /// The most uploads at once.
    var uploads: Int
    /// The most ImportVolume calls a second, if there is a limit.
    var requestsPerSecond: Double?
    /// The number of runs before the last, each of which may be killed.
    var runs: Int
    /// How long a replica of EC2 may lag behind, in milliseconds.
    var staleness: Int
    /// How long a presigned URL is valid, in milliseconds.
    var urlLifetime: Int
    /// The chances of trouble, in thousandths of the calls.
    var throttleChance: Int
    var lostRequestChance: Int
    var lostAnswerChance: Int
    var refusalChance: Int
    var diskFullChance: Int
    /// The chances of what becomes of a conversion, in thousandths.
    var failedConversionChance: Int
    var stalledConversionChance: Int
    var cancelledConversionChance: Int

    init(_ random: inout SeededGenerator) {
        func some(_ most: Int) -> Int { random.chance(500) ? 0 : random.below(most) }
        conversions = random.within(1...3)
        uploads = random.within(1...3)
        requestsPerSecond = random.chance(500) ? nil : [0.2, 1, 5][random.below(3)]
        runs = random.within(1...4)
        staleness = random.chance(300) ? 0 : random.within(1...20_000)
        urlLifetime = random.chance(900) ? 604_800_000 : 120_000
        throttleChance = some(200)
        lostRequestChance = some(100)
        lostAnswerChance = some(200)
        refusalChance = some(50)
        diskFullChance = some(10)
        failedConversionChance = some(200)
        stalledConversionChance = some(100)
        cancelledConversionChance = some(100)
    }
}
