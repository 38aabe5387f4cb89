import CLibCurl

/// What has come of one answer, and where it goes.
///
/// It lives on the transport's thread alone. The functions that receive return what libcurl's callbacks must: the number
/// of bytes taken, another number to give up.
final class ResponseHandler {
    /// How long the head may be in bytes, with those of informational answers and trailers. AWS's heads have a few hundred.
    private static let longestHead = 256 << 10

    private let request: HTTPRequest
    private let delivery: Delivery
    private var head = HTTPResponseHead(status: 0)
    private var headBytes = 0
    private var isHeadComplete = false
    private var isHeadDelivered = false
    private var body: [UInt8] = []
    private var failure: TransportError?

    init(_ delivery: Delivery, of request: HTTPRequest) {
        self.delivery = delivery
        self.request = request
    }

    /// Whether the body may be long: it is handed on as it comes.
    var isLong: Bool {
        switch delivery {
        case .whole(let receiver, _): receiver != nil
        case .streamed: true
        }
    }

    /// Notes why the transfer is about to be given up: the first reason is the one that is reported.
    func fail(_ error: TransportError) {
        failure = failure ?? error
    }

    /// Takes one line of the head.
    func receiveHeader(_ bytes: UnsafeRawBufferPointer) -> Int {
        headBytes += bytes.count
        guard headBytes <= Self.longestHead else {
            fail(tooLong("the head of the answer is longer than \(Self.longestHead) bytes"))
            return 0
        }
        // Trailers are not part of the head, and nobody asked for any.
        guard !isHeadComplete else { return bytes.count }
        if bytes.starts(with: "HTTP/".utf8) {
            // An informational answer may come first: only the last head counts.
            let line = String(decoding: bytes, as: UTF8.self)
            head = HTTPResponseHead(
                status: line.split(separator: " ").dropFirst().first.flatMap { Int($0.prefix(3)) } ?? 0
            )
        } else if let colon = bytes.firstIndex(of: UInt8(ascii: ":")) {
            head.headers.append((Self.trimmed(bytes[..<colon]), Self.trimmed(bytes[(colon + 1)...])))
        } else if head.status >= 200 {
            isHeadComplete = true
            deliverHead()
        }
        return bytes.count
    }

    /// Takes bytes of the body.
    func receiveBody(_ bytes: UnsafeRawBufferPointer) -> Int {
        switch delivery {
        case .streamed(let buffer, _):
            return buffer.offer(bytes) ? bytes.count : Int(CURL_WRITEFUNC_PAUSE)
        // Errors are collected even where a receiver takes the body, so that their text can be read.
        case .whole(let receiver?, _) where (200..<300).contains(head.status):
            do {
                try receiver(head, bytes)
                return bytes.count
            } catch {
                let reason = "\(request): \(error)"
                fail(TransportError(kind: .rejected, reason: reason, provesNothingSent: false))
                return 0
            }
        case .whole:
            guard bytes.count <= request.maximumResponseBytes - body.count else {
                fail(tooLong("the answer is longer than \(request.maximumResponseBytes) bytes"))
                return 0
            }
            body.append(contentsOf: bytes)
            return bytes.count
        }
    }

    /// Reports the end, well or ill.
    func finish(_ error: TransportError?) {
        // To libcurl a connection that ends within the head ends an answer without a body.
        let error = error.map { failure ?? $0 } ?? (isHeadComplete ? nil : brokenHead)
        switch delivery {
        case .whole(_, let continuation):
            let response = HTTPResponse(head: head, body: body)
            continuation.resume(returning: error.map(Result.failure) ?? .success(response))
        case .streamed(let buffer, let continuation):
            if isHeadDelivered {
                buffer.finish(error.map(Result.failure) ?? .success(()))
            } else if let error {
                continuation.resume(returning: .failure(error))
            } else {
                buffer.finish(.success(()))
                deliverHead()
            }
        }
    }

    private func deliverHead() {
        guard case .streamed(_, let continuation) = delivery, !isHeadDelivered else { return }
        isHeadDelivered = true
        continuation.resume(returning: .success(head))
    }

    private var brokenHead: TransportError {
        let reason = "\(request): the connection ended within the head of the answer"
        return TransportError(kind: .interrupted, reason: reason, provesNothingSent: false)
    }

    private func tooLong(_ reason: String) -> TransportError {
        TransportError(kind: .tooLong, reason: "\(request): \(reason)", provesNothingSent: false)
    }

    private static func trimmed(_ bytes: Slice<UnsafeRawBufferPointer>) -> String {
        let isSpace = { (byte: UInt8) in byte == 0x20 || (0x09...0x0D).contains(byte) }
        let start = bytes.drop(while: isSpace)
        guard let last = start.lastIndex(where: { !isSpace($0) }) else { return "" }
        return String(decoding: start[...last], as: UTF8.self)
    }
}
