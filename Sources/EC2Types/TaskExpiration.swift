import WireEncoding

/// The time at which EC2 gives up a conversion task that is not completed.
package struct TaskExpiration: Hashable, Sendable {
    /// The time as EC2 wrote it, such as `2010-12-22T12:01Z`.
    package let text: String
    /// The time in seconds since 1970; `nil` if EC2 wrote it in an unknown format.
    package let seconds: Int64?

    /// Parses a time.
    package init(_ text: String) {
        self.text = text
        seconds = ISO8601Time.seconds(text)
    }

    /// Whether the time has passed, compared to the minute, in which EC2 usually gives it. A time in an unknown format
    /// never passes.
    ///
    /// - Parameter now: The current time in seconds since 1970.
    package func hasPassed(at now: Int64) -> Bool {
        seconds.map { Self.minute($0) < Self.minute(now) } ?? false
    }

    private static func minute(_ seconds: Int64) -> Int64 {
        seconds.quotientAndRemainder(dividingBy: 60).quotient
    }
}
