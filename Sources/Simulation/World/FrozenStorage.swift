import Migration
import StateStore

/// Files as they were at one moment, to be read only.
struct FrozenStorage: StateStorage {
    let files: [String: [UInt8]]

    func perform<Success: Sendable>(
        _ body: @Sendable () throws(StateError) -> Success
    ) async throws(StateError) -> Success {
        try body()
    }

    func read(_ path: String) throws(StateError) -> [UInt8]? { files[path] }
    func write(_ bytes: [UInt8], to path: String, replacing original: String?) throws(StateError) {
        throw refusal(path)
    }
    func appender(to path: String) throws(StateError) -> any StateAppender { throw refusal(path) }
    func rename(_ path: String, to target: String) throws(StateError) { throw refusal(path) }
    func link(_ path: String, to other: String) throws(StateError) { throw refusal(path) }
    func remove(_ path: String) throws(StateError) { throw refusal(path) }
    func synchronizeFolder(of path: String) throws(StateError) { throw refusal(path) }
    func lock(_ path: String, command: String) throws(StateError) -> any StateLock { throw refusal(path) }

    private func refusal(_ path: String) -> StateError {
        .system(path: path, operation: "write", reason: "it is a picture of the past")
    }
}
