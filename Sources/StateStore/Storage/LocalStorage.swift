import FileSystem

/// The file system of this machine.
package struct LocalStorage: StateStorage {
    private let files = LocalFiles(permissions: 0o600)
    private let pulse: LockPulse

    /// The file system; there is only one.
    ///
    /// - Parameter pulse: How the holder of a lock shows that it is alive.
    package init(pulse: LockPulse = LockPulse()) {
        self.pulse = pulse
    }

    package func perform<Success: Sendable>(
        _ body: @Sendable () throws(StateError) -> Success
    ) async throws(StateError) -> Success {
        try await BlockingExecutor.shared.run(body)
    }

    package func read(_ path: String) throws(StateError) -> [UInt8]? {
        do throws(FileContents.Failure) {
            return try FileContents(path: path).bytes
        } catch {
            switch error {
            case _ where error.isAbsence: return nil
            case .system(let error): throw StateError(error, error.call == "open" ? "open" : "read")
            case .notRegular, .tooLarge: throw .system(path: path, operation: "read", reason: "\(error)")
            }
        }
    }

    package func write(_ bytes: [UInt8], to path: String, replacing original: String?) throws(StateError) {
        try StateError.catching({ $0.call == "open" ? "create" : "write" }) { () throws(FileError) in
            try files.write(bytes, to: path, replacing: original)
        }
    }

    package func writeInPlace(_ bytes: [UInt8], to path: String) throws(StateError) -> Bool {
        try StateError.catching({ $0.call }) { () throws(FileError) in try files.writeInPlace(bytes, to: path) }
    }

    package func appender(to path: String) throws(StateError) -> any StateAppender {
        try StateError.catching({ _ in "open" }) { () throws(FileError) in
            FileAppender(file: try OpenFile(path, .append))
        }
    }

    package func rename(_ path: String, to target: String) throws(StateError) {
        try StateError.catching({ _ in "rename to \(target)" }) { () throws(FileError) in
            try files.rename(path, to: target)
        }
    }

    package func link(_ path: String, to other: String) throws(StateError) {
        try StateError.catching({ $0.call == "rename" ? "rename to \(other)" : "keep a copy as \(other)" }) {
            () throws(FileError) in try files.link(path, to: other)
        }
    }

    package func remove(_ path: String) throws(StateError) {
        try StateError.catching({ _ in "remove" }) { () throws(FileError) in try files.remove(path) }
    }

    package func target(of path: String) -> String { files.target(of: path) }

    package func synchronizeFolder(of path: String) throws(StateError) {
        try StateError.catching({ $0.call == "open" ? "open" : "write" }) { () throws(FileError) in
            try files.synchronizeFolder(of: path)
        }
    }

    package func lock(_ path: String, command: String) throws(StateError) -> any StateLock {
        try FileLock.take(path: path, command: command, pulse: pulse)
    }
}

/// A file that is open for appending.
private struct FileAppender: StateAppender {
    let file: OpenFile

    func append(_ bytes: [UInt8]) throws(StateError) {
        try StateError.catching({ _ in "write" }) { () throws(FileError) in
            try file.append(bytes)
            try file.synchronizeContent()
        }
    }
}

extension StateError {
    /// Describes a failed system call.
    init(_ error: FileError, _ operation: String) {
        self = .system(path: error.path, operation: operation, reason: error.reason)
    }

    /// Runs system calls and names the operation that failed.
    static func catching<Success>(
        _ operation: (FileError) -> String,
        _ body: () throws(FileError) -> Success
    ) throws(StateError) -> Success {
        do throws(FileError) {
            return try body()
        } catch {
            throw StateError(error, operation(error))
        }
    }
}
