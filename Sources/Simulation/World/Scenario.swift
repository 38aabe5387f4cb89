import Hashing
import WireEncoding

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

    /// The number of machines that run ferry, each with a state of its own.
    var machines: Int
    /// Whether the second machine's state is a copy of the first one's.
    var copiesState: Bool
    /// Whether states are restored from old backups.
    var restoresStates: Bool
    /// How long EC2 accepts a signature, in seconds.
    var signatureValidity: Int
    /// How long EC2 lists a task after it has ended, in milliseconds; forever if `nil`.
    var taskRetention: Int?
    /// How far EC2's clock is ahead of S3's, in milliseconds.
    var ec2ClockOffset: Int
    /// The chance, in thousandths, that a process is paused before it sends a request, and for how long at most.
    var pauseChance: Int
    var longestPause: Int
    /// The chance, in thousandths, that ImportVolume rejects a call for good.
    var rejectionChance: Int
    /// The chance, in thousandths, that a user replaces an import.
    var replaceChance: Int
    /// The chance, in thousandths, that a proxy answers a list of tasks with a page of its own.
    var pageChance: Int
    /// How often ferry looks at claims and tasks, in seconds.
    var poll: ClosedRange<Int>
    /// Whether volumes are copied, with their tags.
    var copiesVolumes: Bool
    /// The chance, in thousandths, that a run has the credentials of another account.
    var otherAccountChance: Int
    /// Whether runs are given one of the two migration manifests.
    var splitsManifests: Bool
    /// The most conversions that EC2 permits the account at a time; no limit if `nil`.
    var quota: Int?
    /// Whether an image is an object in S3, and whether its bucket keeps versions.
    var hasObjects: Bool
    var hasVersions: Bool
    /// The chance, in thousandths, that an image in S3 is overwritten during a run.
    var overwriteChance: Int
    /// Whether users apply saved plans, and apply one again that was not finished.
    var savesPlans: Bool
    /// Whether S3 honors the conditions of writes.
    var honorsConditions: Bool
    /// The forms of an import manifest's URL that ImportVolume rejects.
    var rejectedAddressings: Set<S3Addressing>

    init(_ random: inout SeededGenerator, seed: UInt64) {
        func some(_ most: Int) -> Int { random.chance(500) ? 0 : random.below(most) }
        conversions = random.within(1...3)
        uploads = random.within(1...3)
        requestsPerSecond = random.chance(500) ? nil : [0.2, 1, 5][random.below(3)]
        runs = random.within(1...4)
        staleness =
            random.chance(300) ? 0 : random.chance(500) ? random.within(1...20) * 1000 : random.within(1...20_000)
        urlLifetime = random.chance(900) ? 604_800_000 : 120_000
        throttleChance = some(200)
        lostRequestChance = some(100)
        lostAnswerChance = some(200)
        refusalChance = some(50)
        diskFullChance = some(10)
        failedConversionChance = some(200)
        stalledConversionChance = some(100)
        cancelledConversionChance = some(100)
        // Numbers of its own: the rest of a seed's history does not depend on them.
        var more = SeededGenerator(seed: seed ^ 0xC1A1)
        /// A value, but nothing in so many of a thousand histories.
        func often(_ value: Int, exceptIn thousandths: Int) -> Int { more.chance(thousandths) ? 0 : value }
        machines = 2 - often(1, exceptIn: 400)
        copiesState = more.chance(400)
        restoresStates = more.chance(200)
        signatureValidity = [20, 30, 60][more.below(3)]
        taskRetention = more.chance(700) ? nil : more.within(100_000...300_000)
        // Most often as far as the margin allows.
        ec2ClockOffset = max(-4_000, min(4_000, more.within(-9_000...9_000)))
        pauseChance = often(30, exceptIn: 700)
        longestPause = 120_000
        rejectionChance = often(100, exceptIn: 700)
        replaceChance = often(200, exceptIn: 800)
        pageChance = often(50, exceptIn: 700)
        copiesVolumes = more.chance(300)
        // A look at the very moment at which a claim may be taken over shows whether that is too early.
        poll = more.chance(400) ? 5...60 : 1...2
        splitsManifests = more.chance(300)
        quota = more.chance(850) ? nil : more.within(1...2)
        hasObjects = more.chance(300)
        hasVersions = more.chance(300)
        overwriteChance = often(500, exceptIn: 400)
        honorsConditions = machines > 1 || more.chance(900)
        savesPlans = more.chance(300)
        otherAccountChance = often(300, exceptIn: 800)
        rejectedAddressings = more.chance(700) ? [] : [[.virtual], [.path], [.virtual, .path]][more.below(3)]
    }

    /// How long EC2's lists may lag, in seconds.
    var listConsistency: Int { (staleness + 999) / 1000 }
}
