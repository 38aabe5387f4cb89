/// A way to cancel work on images that does not run as a cancellable task.
package protocol CancellationCheck: Sendable {
    /// Throws once the work is canceled.
    func check() throws
    /// Waits, and throws once the work is canceled.
    func wait() async throws -> Never
}
