/// Times as people say them: the two largest units.
package enum DurationText {
    /// Such as `45 s`, `12 min`, `3 h 5 min`, `4 d 3 h`. What is longer than a hundred years is not told apart.
    package static func string(seconds: Double) -> String {
        guard seconds.isFinite, seconds < 3_155_760_000 else { return "more than 100 years" }
        let seconds = max(0, seconds)
        if seconds < 60 { return "\(Int(seconds.rounded(.up))) s" }
        let minutes = Int((seconds / 60).rounded())
        if minutes < 60 { return "\(minutes) min" }
        let (hours, days) = (minutes / 60, minutes / 1440)
        if hours < 24 { return minutes % 60 == 0 ? "\(hours) h" : "\(hours) h \(minutes % 60) min" }
        return hours % 24 == 0 ? "\(days) d" : "\(days) d \(hours % 24) h"
    }
}
