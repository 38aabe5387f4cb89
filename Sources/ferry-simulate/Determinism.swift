import Glibc

/// Makes one seed one history in every process.
enum Determinism {
    private static let variable = "SWIFT_DETERMINISTIC_HASHING"

    /// Starts the program again with hashing that does not differ from process to process: the order of dictionaries and
    /// sets depends on it.
    static func ensure() throws {
        guard getenv(variable) == nil else { return }
        setenv(variable, "1", 1)
        var arguments = CommandLine.arguments.map { strdup($0) }
        arguments.append(nil)
        execv("/proc/self/exe", arguments)
        // Without a second start the seeds still work, only not from one process to the next.
        unsetenv(variable)
    }
}
