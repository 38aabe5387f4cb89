/// A time by S3's clock, and when this process learned it.
struct ServerMoment<Instant: InstantProtocol>: Sendable where Instant.Duration == Duration {
    /// The time, in seconds since 1970.
    let date: Int64
    /// When the response arrived. It was sent before that.
    let received: Instant
}
