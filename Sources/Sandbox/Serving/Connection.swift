import DiskImages
import FileSystem
import HTTPTypes
import HummingbirdCore
import NIOCore

/// The writing side of one exchange: an interim answer at most, then the answer.
final class Connection {
    /// Bytes read from a file at a time: large enough that the hand-over to another thread doesn't show, small enough
    /// that a hundred downloads hold 25 MiB.
    private static let fileChunk = 256 << 10

    /// Whether the client waits to be told to send the body. It then sends none once it has an answer, and what comes
    /// next on the connection could be taken for the body: such a connection ends with the answer.
    private var isAwaitedForBody: Bool
    private var writer: ResponseWriter?
    private let channel: any Channel
    private let disk: BlockingExecutor

    /// Takes over what the server gave for one request.
    init(writer: consuming ResponseWriter, channel: any Channel, expectation: String?, disk: BlockingExecutor) {
        self.writer = consume writer
        isAwaitedForBody = expectation?.lowercased() == "100-continue"
        self.channel = channel
        self.disk = disk
    }

    /// Tells a client that waits for it to go on and send the body (RFC 9110, section 10.1.1).
    func sendContinue() async throws {
        guard isAwaitedForBody else { return }
        isAwaitedForBody = false
        try await writer?.writeInformationalHead(HTTPResponse(status: .continue))
    }

    /// Closes the connection without an answer.
    func drop() async throws {
        try await channel.close()
    }

    /// Writes the answer.
    func send(_ response: ServerResponse, isHead: Bool) async throws {
        guard let writer = writer.take() else { return }
        var fields = HTTPFields()
        for (name, value) in response.headers {
            if let name = HTTPField.Name(name), HTTPField.isValidValue(value) {
                fields.append(HTTPField(name: name, value: value))
            }
        }
        if isAwaitedForBody {
            fields[.connection] = "close"
        }
        if let length = response.contentLength {
            fields[.contentLength] = String(length)
        }
        let head = HTTPResponse(status: .init(code: response.status), headerFields: fields)
        try await write(head, response.body, isHead: isHead, to: writer)
        if isAwaitedForBody {
            // The writing half alone: what is still to be written goes out first.
            try await channel.close(mode: .output)
        }
    }

    private func write(
        _ head: HTTPResponse,
        _ body: ServerResponse.Body,
        isHead: Bool,
        to writer: consuming ResponseWriter
    ) async throws {
        if isHead {
            try await writer.writeResponse(head)
            return
        }
        switch body {
        case .none:
            try await writer.write(response: head, body: ResponseBody())
        case .bytes(let bytes):
            try await writer.write(response: head, body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
        case .file(let file, let offset, let length):
            var body = try await writer.writeHead(head)
            var position = offset
            while position < offset + length {
                let count = Int(min(Int64(Self.fileChunk), offset + length - position))
                let start = position
                let bytes = try await disk.run { try file.read(at: start, count: count) }
                try await body.write(ByteBuffer(bytes: bytes))
                position += Int64(bytes.count)
            }
            try await body.finish(nil)
        case .pieces(let produce):
            var body = try await writer.writeHead(head)
            var number = 0
            while let bytes = produce(number) {
                try await body.write(ByteBuffer(bytes: bytes))
                number += 1
            }
            try await body.finish(nil)
        }
    }
}
