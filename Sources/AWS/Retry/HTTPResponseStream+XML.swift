import HTTPClient
import XML

extension HTTPResponseStream {
    /// Reads the body as an XML document, whole, and gives it to a handler as it arrives.
    ///
    /// - Parameters:
    ///   - handler: Takes what the document consists of.
    ///   - root: The name that the root element must have.
    ///   - afterPiece: Called after each piece of the body; the service waits while it runs.
    func readXML(
        _ handler: any XMLByteHandler,
        root: String,
        afterPiece: () async -> Void = {}
    ) async throws(AnswerError) {
        do {
            let parser = try XMLParser(bytes: handler, root: root)
            while let bytes = try await next() {
                try bytes.withUnsafeBytes { try parser.parse($0) }
                await afterPiece()
            }
            try parser.finish()
        } catch let error as TransportError {
            throw .transport(error)
        } catch {
            throw .malformed("\(error)")
        }
    }
}
