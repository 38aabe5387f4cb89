import ArgumentParser
import ImportReadiness
import Migration
import Operations
import StateStore
import SystemPackage
import TerminalText

/// The exit codes of ferry besides 0 and ArgumentParser's 64 for wrong usage.
enum Outcome {
    /// Something is wrong; what, has been printed.
    static let error = ExitCode(1)
    /// The plan has changes, and `--detailed-exitcode` was given.
    static let changes = ExitCode(2)
    /// Some imports failed; the others are done.
    static let someFailed = ExitCode(3)
    /// The saved plan, or the one that was asked for, is not what would be done now.
    static let stale = ExitCode(4)
    /// Another ferry holds the state.
    static let locked = ExitCode(5)
    /// The state, or the folder that ferry works in, cannot be read or written: a full disk, a read-only file system,
    /// permissions.
    static let inaccessible = ExitCode(6)
    /// The state exists and cannot be used: a later ferry wrote it, it is empty or damaged, its file is missing next to its
    /// journal, or it belongs to another account.
    static let unusable = ExitCode(7)
    /// The run was stopped before its end.
    static let interrupted = ExitCode(130)

    /// Runs a command's body, prints the error that ends it, and turns it into an exit code.
    ///
    /// If standard output took only a part of what the command printed, that is an error too, unless its reader is gone: who
    /// stops reading (`ferry plan | head`) has what was wanted.
    static func reporting(to console: Console, _ body: () async throws -> Void) async throws {
        var code = ExitCode.success
        do {
            try await body()
        } catch let exit as ExitCode {
            code = exit
        } catch let error as ValidationError {
            throw error
        } catch {
            code = report(error, to: console)
        }
        if let failure = console.finishOutput(), failure != .brokenPipe {
            console.printError(line: "error: standard output: write: \(failure.description)")
            if code.isSuccess || code == changes { code = error }
        }
        if code != .success { throw code }
    }

    /// Prints an error and returns its exit code.
    private static func report(_ error: any Error, to console: Console) -> ExitCode {
        switch error {
        case is ReportedProblems: break
        case let missing as MissingImages:
            for problem in missing.problems { console.printError(line: "error: \(problem)") }
        case let staleness as PlanStaleness:
            for (number, line) in staleness.lines.enumerated() {
                console.printError(line: number == 0 ? "error: \(line)" : "\(line)")
            }
            return stale
        default:
            console.printError(line: "error: \(ImageDiagnosis.describe(error))")
            return code(of: error)
        }
        return Self.error
    }

    private static func code(of error: any Error) -> ExitCode {
        if error is AccountMismatch { return unusable }
        guard let error = error as? StateError else { return self.error }
        return switch error {
        case .locked, .lost: locked
        case .system, .unusable: inaccessible
        case .empty, .missing, .damaged, .foreign, .newerVersion, .foreignJournal: unusable
        }
    }
}
