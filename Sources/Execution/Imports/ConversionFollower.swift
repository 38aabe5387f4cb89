import EC2Types
import Migration
import StateStore

/// Follows the conversion task of one import, and reports and journals what EC2 says of it.
struct ConversionFollower<ClockType: Clock>: Sendable where ClockType.Duration == Duration {
    let address: ImportAddress
    /// The length of what is converted, in bytes.
    let bytes: Int64
    let context: RunContext<ClockType>

    /// Waits for the end of a task, or for the stop of the run.
    ///
    /// - Throws: An error of the state.
    func follow(_ taskID: String, _ record: ImportRecord) async throws -> ImportObservation {
        let (report, total, address) = (context.report, bytes, address)
        let (messages, sink) = AsyncStream.makeStream(of: String.self, bufferingPolicy: .bufferingNewest(1))
        async let journaled: Void = journal(messages, of: taskID)
        let end = await context.monitor.end(of: taskID) { status in
            report(.converted(address, bytes: status.bytesConverted, of: total, message: status.statusMessage))
            if status.state == .active, let message = status.statusMessage { sink.yield(message) }
        }
        sink.finish()
        try await journaled
        switch end {
        case .completed(let volumeID): return .conversionCompleted(volumeID: volumeID)
        case .cancelled(let message): return .conversionCancelled(message)
        case .stopped: return .stopped
        case .vanished:
            let conversion = record.phase.conversion
            return .taskUnlisted(
                taskID: taskID,
                expiration: conversion?.expiration,
                hasExpired: conversion?.hasExpired ?? false
            )
        }
    }

    /// Journals the status messages of a task, for ferry status. Of messages that differ in numbers alone, such as
    /// percentages, only the first is journaled, so that a long conversion does not fill the journal.
    private func journal(_ messages: AsyncStream<String>, of taskID: String) async throws {
        func words(_ message: String?) -> String? { message?.filter { !$0.isNumber } }
        for await message in messages {
            guard let conversion = await context.session[address]?.phase.conversion, conversion.taskID == taskID,
                words(conversion.statusMessage) != words(message)
            else { continue }
            try await context.session.record(.reported(taskID: taskID, message: message), of: address)
        }
    }
}
