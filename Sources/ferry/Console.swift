import Dispatch
import Glibc
import Logging
import Reports
import Synchronization
import TerminalText

/// Standard output and standard error: whole texts at a time, in the order of the calls.
final class Console: Sendable {
    /// The most bytes of progress lines that wait for a slow reader of standard output.
    private static let longestBacklog = 4 << 20

    /// The progress lines that wait to be written.
    private struct Backlog {
        var bytes = 0
        var dropped = 0
    }

    /// How text for a person looks.
    let style: TextStyle
    /// Writes on a thread of its own: a slow reader must not occupy the threads of the Swift runtime.
    private let queue = DispatchQueue(label: "ferry.console")
    private let backlog = Mutex(Backlog())

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

    /// Writes to standard output. Waits for the reader, so it is not for use while imports run.
    func print(_ text: String) { print(Array(text.utf8)) }

    /// Writes bytes to standard output. Waits for the reader, so it is not for use while imports run.
    func print(_ bytes: [UInt8]) { queue.sync { write(bytes, to: STDOUT_FILENO) } }

    /// Writes plain lines to standard output, without the characters that a terminal would interpret. Waits for the reader.
    func print(sanitizing lines: String) { print(TextWidth.sanitizedLinesForTerminal(lines)) }

    /// Writes a line of progress to standard output without waiting for the reader.
    ///
    /// If the reader is so slow that ``longestBacklog`` bytes wait, the line is dropped. The next line that is written says
    /// how many were.
    func report(_ line: String) {
        let bytes = Array((TextWidth.sanitizedForTerminal(line) + "\n").utf8)
        let isAccepted = backlog.withLock { backlog in
            guard backlog.bytes + bytes.count <= Self.longestBacklog else {
                backlog.dropped += 1
                return false
            }
            backlog.bytes += bytes.count
            return true
        }
        guard isAccepted else { return }
        queue.async { [self] in
            write(bytes, to: STDOUT_FILENO)
            backlog.withLock { $0.bytes -= bytes.count }
        }
    }

    /// Writes to standard error.
    func printError(_ text: String) { queue.sync { write(Array(text.utf8), to: STDERR_FILENO) } }

    /// Writes one line to standard error, without the characters that a terminal would interpret.
    func printError(sanitizing line: String) { printError(TextWidth.sanitizedForTerminal(line) + "\n") }

    /// A logger that writes to standard error: warnings, and all with `--verbose`.
    func logger(isVerbose: Bool) -> Logger {
        var logger = Logger(label: "ferry") { SanitizingLogHandler(StreamLogHandler.standardError(label: $0)) }
        logger.logLevel = isVerbose ? .debug : .warning
        return logger
    }

    /// Writes bytes on the queue, after a note on the lines that were dropped before them.
    private func write(_ bytes: [UInt8], to descriptor: Int32) {
        if descriptor == STDOUT_FILENO {
            let dropped = backlog.withLock { backlog in
                defer { backlog.dropped = 0 }
                return backlog.dropped
            }
            if dropped > 0 {
                let note =
                    "(\(dropped) progress \(dropped == 1 ? "line" : "lines") dropped: the output was read too slowly)\n"
                writeAll(Array(note.utf8), to: descriptor)
            }
        }
        writeAll(bytes, to: descriptor)
    }

    private func writeAll(_ bytes: [UInt8], to descriptor: Int32) {
        var bytes = bytes[...]
        while !bytes.isEmpty {
            let count = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            // A reader that has gone away (`ferry plan | head`) is no reason to fail.
            guard count > 0 || errno == EINTR else { return }
            bytes = bytes.dropFirst(max(0, count))
        }
    }
}
