import Dispatch
import Glibc
import Logging
import Reports
import Synchronization
import SystemPackage
import TerminalText

/// Standard output and standard error: whole texts at a time, in the order of the calls.
final class Console: Sendable {
    /// The most bytes of progress lines that wait for a slow reader of standard output.
    private static let longestBacklog = 4 << 20
    /// How long an error waits for progress lines that are written before it, in seconds.
    private static let longestWait = 1.0

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

    /// How text for a person looks.
    let style: TextStyle
    /// Writes standard output on a separate thread: a slow reader must not occupy the threads of the Swift runtime.
    private let queue = DispatchQueue(label: "ferry.console")
    private let errorQueue = DispatchQueue(label: "ferry.console.errors")
    private let backlog = Mutex(Backlog())
    /// The first failure of standard output. What follows it is not written: a reader must not take a text with a gap for
    /// the whole.
    private let failure = Mutex<Errno?>(nil)

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

    /// Writes text to standard output. Waits for the reader, so it is not for use while imports run.
    func print(_ text: TerminalString) { print(document: Array(text.rendered.utf8)) }

    /// Writes a document for a program, such as JSON, whose form escapes what came from outside. Waits for the reader.
    func print(document: String) { print(document: Array(document.utf8)) }

    /// Writes a piece of a document for a program. Waits for the reader.
    func print(document: [UInt8]) {
        let note = backlog.withLock { $0.takeNote() }
        queue.sync { writeOutput(note + document) }
    }

    /// Writes what a person must read even if standard output takes nothing more: then to standard error.
    func printResult(_ text: TerminalString) {
        print(text)
        if outputFailure != nil { printError(text) }
    }

    /// Writes a line of progress to standard output without waiting for the reader.
    ///
    /// If the reader is so slow that ``longestBacklog`` bytes wait, the line is dropped. A note before the next line gives
    /// the number of dropped lines.
    func report(_ line: TerminalString) {
        let text = Array((line + "\n").rendered.utf8)
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
            writeOutput(accepted)
            backlog.withLock { $0.bytes -= accepted.count }
        }
    }

    /// Why standard output takes nothing more, once all that was written before has arrived; `nil` if it takes everything.
    func finishOutput() -> Errno? {
        queue.sync {}
        return outputFailure
    }

    /// Why standard output takes nothing more, as far as is known.
    var outputFailure: Errno? { failure.withLock { $0 } }

    /// Writes a line to standard error, after the progress lines before it unless their reader is slow.
    func printError(line: TerminalString) { printError(line + "\n") }

    /// Writes text to standard error, after the progress lines before it unless their reader is slow.
    func printError(_ text: TerminalString) { printError(document: text.rendered) }

    /// Writes a document for a program to standard error, after the progress lines before it unless their reader is slow.
    func printError(document: String) {
        let progress = DispatchGroup()
        queue.async(group: progress) {}
        _ = progress.wait(timeout: .now() + Self.longestWait)
        // There is no other place to report that standard error takes nothing.
        errorQueue.sync { try? StandardStream.error.write(Array(document.utf8)) }
    }

    /// A logger that writes to standard error: warnings, and all with `--verbose`.
    func logger(isVerbose: Bool) -> Logger {
        var logger = Logger(label: "ferry") { SanitizingLogHandler(StreamLogHandler.standardError(label: $0)) }
        logger.logLevel = isVerbose ? .debug : .warning
        return logger
    }

    /// Writes to standard output until a write fails. Runs on the queue.
    private func writeOutput(_ bytes: [UInt8]) {
        guard outputFailure == nil else { return }
        do throws(Errno) {
            try StandardStream.output.write(bytes)
        } catch {
            failure.withLock { $0 = error }
        }
    }
}
