import ArgumentParser
import ImportReadiness
import Migration
import Operations
import StateStore

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

    /// Runs a command's body, prints the error that ends it and turns it into an exit code.
    static func reporting(to console: Console, _ body: () async throws -> Void) async throws {
        do {
            try await body()
        } catch let code as ExitCode {
            throw code
        } catch is ReportedProblems {
            throw Self.error
        } catch let missing as MissingImages {
            for problem in missing.problems { console.printError(sanitizing: "error: \(problem)") }
            throw Self.error
        } catch let staleness as PlanStaleness {
            for (number, line) in staleness.lines.enumerated() {
                console.printError(sanitizing: number == 0 ? "error: \(line)" : line)
            }
            throw Self.stale
        } catch {
            console.printError(sanitizing: "error: \(ImageDiagnosis.describe(error))")
            throw code(of: error)
        }
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
