import Migration
import StateStore
import Synchronization

/// The file system of this machine, with a count of what is appended and made durable.
final class CountingStorage: StateStorage {
    private struct Appender: StateAppender {
        let appender: any StateAppender
        let counter: CountingStorage

        func append(_ bytes: [UInt8]) throws(StateError) {
            counter.appended.add(1, ordering: .relaxed)
            try appender.append(bytes)
        }
    }

    private let storage = LocalStorage()
    private let appended = Atomic(0)

    /// How often something was appended, and synchronised to the disk.
    var count: Int { appended.load(ordering: .relaxed) }

    func perform<Success: Sendable>(
        _ body: @Sendable () throws(StateError) -> Success
    ) async throws(StateError) -> Success {
        try await storage.perform(body)
    }

    func read(_ path: String) throws(StateError) -> [UInt8]? { try storage.read(path) }
    func write(_ bytes: [UInt8], to path: String) throws(StateError) { try storage.write(bytes, to: path) }
    func appender(to path: String) throws(StateError) -> any StateAppender {
        Appender(appender: try storage.appender(to: path), counter: self)
    }
    func rename(_ path: String, to target: String) throws(StateError) { try storage.rename(path, to: target) }
    func link(_ path: String, to other: String) throws(StateError) { try storage.link(path, to: other) }
    func remove(_ path: String) throws(StateError) { try storage.remove(path) }
    func synchronizeFolder(of path: String) throws(StateError) { try storage.synchronizeFolder(of: path) }
    func lock(_ path: String, command: String) throws(StateError) -> any StateLock {
        try storage.lock(path, command: command)
    }
}
