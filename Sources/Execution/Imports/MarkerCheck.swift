import EC2Types
import Migration

/// Checks that EC2 kept the marker of a call. Without it no later run could find the task.
struct MarkerCheck<ClockType: Clock>: Sendable where ClockType.Duration == Duration {
    /// The code of the error for a lost marker.
    static var code: String { "MarkerLost" }

    let context: RunContext<ClockType>

    /// Checks the task that a call returned. If the response has no marker, the task is described.
    ///
    /// - Throws: `ServiceError` with ``code`` if the task has another marker or none.
    func requireMarker(of call: ImportCall, in task: ConversionTask) async throws(ServiceError) {
        if task.marker == call.marker { return }
        let described: ConversionTask?
        do throws(ServiceError) {
            described = try await context.environment.service.conversions(ids: [task.id]).first
        } catch {
            // The next list of tasks tells.
            return
        }
        guard let described, described.marker != call.marker else { return }
        throw ServiceError(
            outcome: .unknown,
            code: Self.code,
            description: """
                EC2 returned task \(task.id) without the marker \(call.marker) that its description was sent with. ferry \
                cannot work with an endpoint that drops or changes descriptions; the run stops
                """
        )
    }
}

/// The endpoint does not keep the markers of tasks. The run stops: no call could be found again.
package struct MarkerLostError: Error, CustomStringConvertible {
    /// What happened.
    package let description: String
}
