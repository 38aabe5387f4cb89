import Foundation
import Migration
import Operations

/// Reads migration manifests and measures it, in processes of their own.
@main
struct ManifestBenchmark {
    /// What the medians of ferry and libyaml may be to each other, and the most memory in MiB.
    private static let largestRatio = 4.0
    private static let mostMemory = 400.0

    static func main() async throws {
        let arguments = CommandLine.arguments.dropFirst()
        switch (arguments.first, arguments.count) {
        case ("libyaml", 2...): report(try EventFloor.seconds(for: Array(arguments.dropFirst())))
        case ("ferry", 2...): report(try load(Array(arguments.dropFirst())))
        case (let folder?, 2): try compare(in: folder, rounds: max(1, Int(arguments.last ?? "") ?? 7))
        default:
            print("usage: manifest-benchmark FOLDER ROUNDS")
            exit(64)
        }
    }

    /// The seconds that ferry takes to read manifests.
    private static func load(_ paths: [String]) throws -> Double {
        let clock = ContinuousClock()
        let start = clock.now
        let (manifests, diagnostics) = ManifestLoader.load(paths: paths)
        let seconds = (clock.now - start).seconds
        let imports = manifests.map(\.imports.count).reduce(0, +)
        guard diagnostics.isEmpty, imports == Fleet.imports else {
            throw Failure(description: "\(imports) imports, \(diagnostics.count) diagnostics")
        }
        return seconds
    }

    /// Prints what this process took: seconds of the clock and of the processor, and the peak of its memory in MiB.
    private static func report(_ seconds: Double) {
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        let processor = usage.ru_utime.seconds + usage.ru_stime.seconds
        print(seconds, processor, Double(usage.ru_maxrss) / 1024)
    }

    private static func compare(in folder: String, rounds: Int) throws {
        let (file, files) = try Fleet.write(to: folder)
        var isKept = true
        print("100,000 imports, \(rounds) rounds, alternating; seconds of the processor as median (of the clock)")
        for (what, path) in [("one file", file), ("1,000 files", files)] {
            var floor: [Measurement] = []
            var ferry: [Measurement] = []
            for _ in 0..<rounds {
                floor.append(try measure("libyaml", path))
                ferry.append(try measure("ferry", path))
            }
            let ratio = ferry.median / floor.median
            let memory = ferry.map(\.memory).max() ?? 0
            print(
                "\(what): libyaml \(floor.median.text) (\(floor.clock.text)), ferry \(ferry.median.text) "
                    + "(\(ferry.clock.text)): ratio \(ratio.text) (\((ferry.clock / floor.clock).text)); "
                    + "ferry's peak \(memory.text) MiB"
            )
            isKept = isKept && ratio <= largestRatio && memory <= mostMemory
        }
        guard isKept else {
            print("NOT within \(largestRatio.text) times libyaml and \(mostMemory.text) MiB")
            exit(1)
        }
    }

    private static func measure(_ what: String, _ path: String) throws -> Measurement {
        let process = Process()
        let program = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        process.executableURL = URL(filePath: program)
        process.arguments = [what, path]
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        let output = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        let numbers = output.split { $0 == " " || $0 == "\n" }.compactMap { Double($0) }
        guard process.terminationStatus == 0, numbers.count == 3 else {
            throw Failure(description: "\(what) \(path) failed: \(output)")
        }
        return Measurement(clock: numbers[0], processor: numbers[1], memory: numbers[2])
    }

    struct Failure: Error, CustomStringConvertible {
        let description: String
    }
}

/// What one process took.
struct Measurement {
    var clock: Double
    var processor: Double
    var memory: Double
}

extension [Measurement] {
    /// The median of the processor's seconds.
    var median: Double { map(\.processor).sorted()[count / 2] }
    /// The median of the clock's seconds.
    var clock: Double { map(\.clock).sorted()[count / 2] }
}

extension timeval {
    var seconds: Double { Double(tv_sec) + Double(tv_usec) / 1e6 }
}

extension Duration {
    var seconds: Double { Double(components.seconds) + Double(components.attoseconds) / 1e18 }
}

extension Double {
    var text: String { String(format: "%.2f", self) }
}
