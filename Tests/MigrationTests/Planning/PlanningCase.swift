import EC2Types
import Migration
import MigrationSamples

/// A random number generator whose whole sequence follows from its seed (SplitMix64).
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }
}

/// One random combination of what is wanted, recorded and there.
struct PlanningCase {
    var desired: [VolumeImport] = []
    var world = PerfectWorld()
    var options = PlanOptions()

    /// Three addresses, each with up to three contents over time: few enough that every combination comes up.
    init(_ random: inout SeededGenerator) {
        for name in ["a", "b", "c"] {
            let contents = ["one", "two", "three"].map { VolumeImport.sample(name: name, content: $0) }
            if Int.random(in: 0..<4, using: &random) > 0 { desired.append(contents[0]) }
            recordSomething(of: contents, &random)
            strayTask(of: contents, &random)
        }
        world.observed.unmarkedTasks = Int.random(in: 0..<3, using: &random)
        chooseOptions(&random)
    }

    /// Takes a record through some steps of one or two imports, as runs of ferry would have left it, and the world with it or
    /// not.
    private mutating func recordSomething(of contents: [VolumeImport], _ random: inout SeededGenerator) {
        let address = contents[0].address
        for _ in 0..<Int.random(in: 0..<3, using: &random) {
            let subject = contents[Int.random(in: 0..<3, using: &random)]
            var steps = Int.random(in: 0..<6, using: &random)
            world.take(.began(subject), of: address)
            let attempt = (world.state.imports[address]?.attempts ?? 0) + 1
            guard steps > 0 else { continue }
            world.take(.requested(attempt: attempt), of: address)
            let taskID = world.newTask(of: subject, attempt: attempt, state: .active)
            steps -= 1
            guard steps > 0 else {
                // The call may not have had an effect.
                if Bool.random(using: &random) { world.observed.tasks.removeLast() }
                continue
            }
            world.take(.submitted(attempt: attempt, taskID: taskID, expiration: nil), of: address)
            steps -= 1
            guard steps > 0 else {
                world.changeLastTask(&random)
                if Bool.random(using: &random) { world.observed.missingParts[address] = 2 }
                continue
            }
            if steps == 3 {
                world.take(.failed(taskID: taskID, message: "no"), of: address)
                world.end(taskID, as: .cancelled)
                continue
            }
            let volumeID = world.end(taskID, as: .completed)
            world.take(.completed(taskID: taskID, volumeID: volumeID), of: address)
            if steps > 1 { world.take(.settled, of: address) }
            if Int.random(in: 0..<4, using: &random) == 0 { world.observed.volumes.remove(volumeID) }
            if Int.random(in: 0..<4, using: &random) == 0 { world.observed.tasks.removeAll { $0.id == taskID } }
        }
    }

    /// A task that no record speaks of: the state was lost, or is an old copy.
    private mutating func strayTask(of contents: [VolumeImport], _ random: inout SeededGenerator) {
        guard Int.random(in: 0..<3, using: &random) == 0 else { return }
        let attempts = world.state.imports[contents[0].address]?.attempts ?? 0
        let attempt = Int.random(in: 1...(attempts + 2), using: &random)
        _ = world.newTask(of: contents[Int.random(in: 0..<3, using: &random)], attempt: attempt, state: .active)
        world.changeLastTask(&random)
    }

    private mutating func chooseOptions(_ random: inout SeededGenerator) {
        options.recreatesMissing = Bool.random(using: &random)
        options.cancelsRemoved = Bool.random(using: &random)
        options.refresh = [.full, .full, .only][Int.random(in: 0..<3, using: &random)]
        if Int.random(in: 0..<4, using: &random) == 0, let pattern = try? AddressPattern("erp/[ab]") {
            options.targets = [pattern]
        }
        if Int.random(in: 0..<4, using: &random) == 0, let pattern = try? AddressPattern("*/b@*") {
            options.exclusions = [pattern]
        }
        if Int.random(in: 0..<3, using: &random) == 0, let item = desired.randomElement(using: &random) {
            options.replacements = [item.address]
        }
    }

    /// The plan of the case.
    var plan: Plan {
        Planner.plan(
            desired: desired,
            manifests: [],
            recorded: world.state,
            observed: world.observed,
            options: options
        )
    }
}
