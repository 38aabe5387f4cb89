import Hashing

/// The clock of the machine that ferry runs on, which somebody sets: between two runs, and back while one is under way.
///
/// When that happens it decides by numbers of its own, so that a seed's history is the same with it and without.
struct WallClock {
    /// The seconds from 1970 to the beginning of a history.
    private static let beginning: Int64 = 1_790_000_000

    private var offset = Self.beginning
    /// When it goes back in the present run, and by how many seconds.
    private var setback: (time: VirtualInstant, seconds: Int64)?
    private var random: SeededGenerator

    init(seed: UInt64) {
        random = SeededGenerator(seed: seed ^ 0xC10C)
    }

    /// What it shows, in seconds since 1970.
    func seconds(at time: VirtualInstant) -> Int64 {
        let back = setback.map { time < $0.time ? 0 : $0.seconds } ?? 0
        return Int64(time.milliseconds / 1000) + offset - back
    }

    /// Sets it forward or back.
    mutating func set(by seconds: Int64) {
        offset += seconds
    }

    /// Chooses whether it goes back while the run that begins is under way.
    mutating func beginRun(at time: VirtualInstant) {
        if let setback, setback.time <= time { offset -= setback.seconds }
        setback = nil
        guard random.chance(300) else { return }
        let moment = time.advanced(by: .milliseconds(random.below(60_000)))
        setback = (moment, Int64(random.within(1...1_000_000)))
    }
}
