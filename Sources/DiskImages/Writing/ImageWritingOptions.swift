import Glibc

/// How an image is written; the content of the file does not depend on it.
package struct ImageWritingOptions: Hashable, Sendable {
    /// How many threads work, the caller's included; at least one. Each takes about 1 MiB of memory,
    /// 10 MiB at the level `smallest`.
    package var threads: Int = ImageWritingOptions.processors
    /// Whether the content is on the disk, not only in the system's memory, when the call returns.
    package var isDurable = true
    /// Whether a file that is there already is replaced; otherwise it is an error.
    package var replacesExisting = true

    /// The processors of the machine that are switched on, 16 at most: more are no use to one disk.
    package static var processors: Int { min(max(sysconf(Int32(_SC_NPROCESSORS_ONLN)), 1), 16) }

    /// Starts from the defaults.
    package init() {}
}
