import Hashing
import Migration

/// A file system that keeps after a crash only what was made durable, and perhaps more.
///
/// A file's bytes are durable once it was synchronised; of bytes that were not, any beginning may survive, with garbage
/// behind it. Names are durable once their folder was synchronised; of changes that were not, any first few may survive.
final class SimulatedDisk {
    private struct File {
        var durable: [UInt8]
        var current: [UInt8]
    }

    private enum NameChange {
        case set(String, Int)
        case rename(String, String)
        case remove(String)
    }

    private var files: [Int: File] = [:]
    private var nextFile = 0
    private var names: [String: Int] = [:]
    private var durableNames: [String: Int] = [:]
    private var changes: [NameChange] = []

    /// Creates a disk with durable files.
    init(files contents: [String: [UInt8]] = [:]) {
        for (path, bytes) in contents.sorted(by: { $0.key < $1.key }) {
            files[nextFile] = File(durable: bytes, current: bytes)
            names[path] = nextFile
            nextFile += 1
        }
        durableNames = names
    }

    /// The bytes of a file as its readers see them.
    func read(_ path: String) -> [UInt8]? {
        names[path].flatMap { files[$0]?.current }
    }

    /// The files as a crash at this moment would leave them in the worst case.
    var durableFiles: [String: [UInt8]] {
        durableNames.compactMapValues { files[$0]?.durable }
    }

    /// The bytes of all files.
    var contents: [[UInt8]] { files.values.map(\.current) }

    /// The names of all files.
    var paths: [String] { names.keys.sorted() }

    func open(_ path: String) -> Int? { names[path] }

    /// Empties a file.
    func truncate(_ file: Int) {
        files[file]?.current = []
    }

    /// Makes a new file.
    func create(_ path: String) -> Int {
        if names[path] != nil { remove(path) }
        let file = nextFile
        nextFile += 1
        files[file] = File(durable: [], current: [])
        change(.set(path, file))
        return file
    }

    func append(_ bytes: some Sequence<UInt8>, to file: Int) {
        files[file]?.current.append(contentsOf: bytes)
    }

    func synchronise(_ file: Int) {
        guard let current = files[file]?.current else { return }
        files[file]?.durable = current
    }

    func set(_ path: String, to file: Int) {
        change(.set(path, file))
    }

    func rename(_ path: String, to target: String) {
        change(.rename(path, target))
    }

    func remove(_ path: String) {
        change(.remove(path))
    }

    func synchroniseNames() {
        durableNames = names
        changes = []
        // What has no name is gone, unless somebody holds it open: nobody does for long here.
        let kept = Set(names.values)
        for file in files.keys where !kept.contains(file) { files[file] = nil }
    }

    /// The power fails, or the process is killed in the worst way.
    func crash(_ random: inout SeededGenerator) {
        for change in changes.prefix(random.below(changes.count + 1)) { Self.apply(change, to: &durableNames) }
        changes = []
        names = durableNames
        for file in files.keys.sorted() {
            guard let content = files[file], content.durable != content.current else { continue }
            var kept = content.durable
            let isGrown = content.current.starts(with: content.durable)
            if isGrown {
                let rest = content.current.dropFirst(content.durable.count)
                let count = random.below(rest.count + 1)
                kept += rest.prefix(count)
                if random.chance(300) {
                    kept += (count..<rest.count).map { _ in UInt8(truncatingIfNeeded: random.next()) }
                }
            } else if random.chance(500) {
                kept = Array(content.current.prefix(random.below(content.current.count + 1)))
            }
            files[file] = File(durable: kept, current: kept)
        }
    }

    private func change(_ change: NameChange) {
        Self.apply(change, to: &names)
        changes.append(change)
    }

    private static func apply(_ change: NameChange, to names: inout [String: Int]) {
        switch change {
        case .set(let path, let file): names[path] = file
        case .rename(let path, let target): names[target] = names.removeValue(forKey: path) ?? names[target]
        case .remove(let path): names[path] = nil
        }
    }
}
