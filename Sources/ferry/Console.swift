import Glibc
import Logging
import Reports
import Synchronization

/// Standard output and standard error: whole texts at a time, whoever writes.
final class Console: Sendable {
    /// How text for a person looks.
    let style: TextStyle
    private let lock = Mutex(())

    /// Chooses colours: on a terminal, unless `NO_COLOR`, `CI` or `--no-color` is against them.
    init(allowsColour: Bool, environment: [String: String]) {
        let isPlain = environment["NO_COLOR"].map { !$0.isEmpty } ?? false || environment["CI"] != nil
        style = TextStyle(hasColour: allowsColour && !isPlain && isatty(STDOUT_FILENO) == 1)
    }

    /// Whether somebody can answer a question.
    var isInteractive: Bool { isatty(STDIN_FILENO) == 1 && isatty(STDOUT_FILENO) == 1 }

    /// The columns of the terminal that standard output is; `nil` if it is none.
    var columns: Int? {
        var size = winsize()
        guard isatty(STDOUT_FILENO) == 1, ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else {
            return nil
        }
        return Int(size.ws_col)
    }

    /// Writes to standard output.
    func print(_ text: String) { write(Array(text.utf8), to: STDOUT_FILENO) }

    /// Writes bytes to standard output.
    func print(_ bytes: [UInt8]) { write(bytes, to: STDOUT_FILENO) }

    /// Writes to standard error.
    func printError(_ text: String) { write(Array(text.utf8), to: STDERR_FILENO) }

    /// A logger that writes to standard error: warnings, and all with `--verbose`.
    func logger(isVerbose: Bool) -> Logger {
        var logger = Logger(label: "ferry") { StreamLogHandler.standardError(label: $0) }
        logger.logLevel = isVerbose ? .debug : .warning
        return logger
    }

    private func write(_ bytes: [UInt8], to descriptor: Int32) {
        lock.withLock { _ in
            var bytes = bytes[...]
            while !bytes.isEmpty {
                let count = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
                // A reader that has gone away (`ferry plan | head`) is no reason to fail.
                guard count > 0 || errno == EINTR else { return }
                bytes = bytes.dropFirst(max(0, count))
            }
        }
    }
}
