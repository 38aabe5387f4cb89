import Logging
import TerminalText

/// Logs messages without the characters that a terminal would interpret: they quote EC2, S3, and file names.
struct SanitizingLogHandler: LogHandler {
    private var handler: any LogHandler

    /// Passes messages on to another handler.
    init(_ handler: any LogHandler) {
        self.handler = handler
    }

    var logLevel: Logger.Level {
        get { handler.logLevel }
        set { handler.logLevel = newValue }
    }

    var metadata: Logger.Metadata {
        get { handler.metadata }
        set { handler.metadata = newValue }
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { handler[metadataKey: key] }
        set { handler[metadataKey: key] = newValue }
    }

    func log(event: LogEvent) {
        var event = event
        event.message = "\(TextWidth.sanitizedForTerminal(event.message.description))"
        event.metadata = event.metadata?.mapValues { "\(TextWidth.sanitizedForTerminal($0.description))" }
        handler.log(event: event)
    }
}
