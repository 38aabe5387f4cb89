import Glibc

/// Seconds since some moment, of the clock and of this process's processors.
struct Usage {
    var clock: Double
    var processor: Double

    static var now: Usage {
        Usage(clock: seconds(CLOCK_MONOTONIC), processor: seconds(CLOCK_PROCESS_CPUTIME_ID))
    }

    private static func seconds(_ clock: clockid_t) -> Double {
        var time = timespec()
        clock_gettime(clock, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}
