import FoundationEssentials

/// The system's clock.
enum PresentTime {
    /// Seconds since 1970.
    static var seconds: Int64 { Int64(Date.now.timeIntervalSince1970) }
}
