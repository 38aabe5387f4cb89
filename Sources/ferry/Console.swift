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

        /// A note on the lines that were dropped since the last note; empty if there were none.
        mutating func takeNote() -> [UInt8] {
            guard dropped > 0 else { return [] }
            defer { dropped = 0 }
            let lines = dropped == 1 ? "1 progress line" : "\(dropped) progress lines"
            return Array("(\(lines) dropped: standard output was read too slowly)\n".utf8)
        }
    }

    /// How long an error waits for progress lines that are written before it, in seconds.
    private static let longestWait = 1.0

    /// How text for a person looks.
    let style: TextStyle
    /// Writes standard output on a separate thread: a slow reader must not occupy the threads of the Swift runtime.
    private let queue = DispatchQueue(label: "ferry.console")
    private let errorQueue = DispatchQueue(label: "ferry.console.errors")
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
    func print(_ bytes: [UInt8]) {
        let note = backlog.withLock { $0.takeNote() }
        queue.sync { Self.write(note + bytes, to: STDOUT_FILENO) }
    }

    /// Writes plain lines to standard output, without the characters that a terminal would interpret. Waits for the reader.
    func print(sanitizing lines: String) { print(TextWidth.sanitizedLinesForTerminal(lines)) }

    /// Writes a line of progress to standard output without waiting for the reader.
    ///
    /// If the reader is so slow that ``longestBacklog`` bytes wait, the line is dropped. A note before the next line gives
    /// the number of dropped lines.
    func report(_ line: String) {
        let text = Array((TextWidth.sanitizedForTerminal(line) + "\n").utf8)
        let accepted = backlog.withLock { backlog -> [UInt8]? in
            guard backlog.bytes + text.count <= Self.longestBacklog else {
                backlog.dropped += 1
                return nil
            }
            let bytes = backlog.takeNote() + text
            backlog.bytes += bytes.count
            return bytes
        }
        guard let accepted else { return }
        queue.async { [self] in
            Self.write(accepted, to: STDOUT_FILENO)
            backlog.withLock { $0.bytes -= accepted.count }
        }
    }

    /// Writes to standard error, after the progress lines before it unless their reader is slow.
    func printError(_ text: String) {
        let progress = DispatchGroup()
        queue.async(group: progress) {}
        _ = progress.wait(timeout: .now() + Self.longestWait)
        errorQueue.sync { Self.write(Array(text.utf8), to: STDERR_FILENO) }
    }

    /// Writes one line to standard error, without the characters that a terminal would interpret.
    func printError(sanitizing line: String) { printError(TextWidth.sanitizedForTerminal(line) + "\n") }

    /// A logger that writes to standard error: warnings, and all with `--verbose`.
    func logger(isVerbose: Bool) -> Logger {
        var logger = Logger(label: "ferry") { SanitizingLogHandler(StreamLogHandler.standardError(label: $0)) }
        logger.logLevel = isVerbose ? .debug : .warning
        return logger
    }

    private static func write(_ bytes: [UInt8], to descriptor: Int32) {
        var bytes = bytes[...]
        while !bytes.isEmpty {
            let count = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            // A reader that has gone away (`ferry plan | head`) is no reason to fail.
            guard count > 0 || errno == EINTR else { return }
            bytes = bytes.dropFirst(max(0, count))
        }
    }
}
