import Foundation
import Synchronization

/// An HTTP/1.1 server on a free loopback port that answers as a test tells it to, whole or broken.
///
/// Each connection has a thread of its own, so a server may wait as long as it likes.
public final class LoopbackServer: Sendable {
    /// A request as it came.
    public struct Request: Sendable {
        /// Which connection it came on, from 0 in the order they were made.
        public var connection: Int
        /// The method.
        public var method: String
        /// Path and query as they were sent.
        public var target: String
        /// By their names in lower case.
        public var headers: [String: String]
        /// The body, whole.
        public var body: [UInt8]

        /// The target without its query.
        public var path: String { String(target.prefix { $0 != "?" }) }
        /// What follows the question mark.
        public var query: String { String(target.dropFirst(path.count + 1)) }
        /// The body as UTF-8.
        public var text: String { String(decoding: body, as: UTF8.self) }
        /// The parameters of a form or query, decoded.
        public func form(_ text: String) -> [String: String] {
            let pairs = text.split(separator: "&").map { pair -> (String, String) in
                let halves = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                let value = halves.count > 1 ? halves[1].replacing("+", with: " ").removingPercentEncoding : ""
                return (String(halves[0]), value ?? "")
            }
            return Dictionary(pairs) { $1 }
        }
    }

    /// What the server does, one step after another; then it waits for the next request.
    public enum Step: Sendable {
        case send([UInt8])
        /// Sends after a tenth of a second.
        case drip([UInt8])
        /// Ends the connection in good order.
        case close
        /// Ends it with a reset.
        case reset
        /// Waits until the other side has closed.
        case awaitClose
    }

    /// Says how to answer a request of a number, from 0.
    public typealias Handler = @Sendable (_ number: Int, _ request: Request) -> [Step]

    /// The port it listens on.
    public let port: UInt16
    private let listener: Int32
    private let handler: Handler
    private let state = Mutex((requests: [Request](), connections: [Int32](), closedByPeer: 0, isClosed: false))
    private let events: AsyncStream<Void>
    private let event: AsyncStream<Void>.Continuation

    /// Starts listening.
    ///
    /// - Parameter handler: Says how to answer the request of a number, from 0.
    public init(_ handler: @escaping Handler) throws {
        (events, event) = AsyncStream<Void>.makeStream()
        self.handler = handler
        listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let listener = listener
        let isListening = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, length) == 0 && listen(listener, 64) == 0 && getsockname(listener, $0, &length) == 0
            }
        }
        guard isListening else { throw POSIXError(.EADDRNOTAVAIL) }
        port = UInt16(bigEndian: address.sin_port)
        Thread.detachNewThread { [self] in accept() }
    }

    /// Where clients find it.
    public var url: String { "http://127.0.0.1:\(port)" }

    /// All requests so far.
    public var requests: [Request] { state.withLock { $0.requests } }

    /// Waits until there have been so many requests.
    public func waitForRequests(_ count: Int) async {
        await wait { $0.requests >= count }
    }

    /// Waits until so many connections have been made.
    public func waitForConnections(_ count: Int) async {
        await wait { $0.connections >= count }
    }

    /// Waits until the other side has closed so many connections on which the server awaited it.
    public func waitForClosedConnections(_ count: Int) async {
        await wait { $0.closed >= count }
    }

    /// Takes no more connections, and ends those there are.
    public func stop() {
        state.withLock { state in
            // A number that was closed may be another server's by now.
            if !state.isClosed { shutdown(listener, Int32(SHUT_RDWR)) }
            for connection in state.connections { shutdown(connection, Int32(SHUT_RDWR)) }
        }
    }

    private func wait(_ isDone: @Sendable ((connections: Int, requests: Int, closed: Int)) -> Bool) async {
        var iterator = events.makeAsyncIterator()
        while !state.withLock({ isDone(($0.connections.count, $0.requests.count, $0.closedByPeer)) }) {
            await iterator.next()
        }
    }

    private func accept() {
        while true {
            let connection = Glibc.accept(listener, nil, nil)
            guard connection >= 0 else { break }
            let number = state.withLock {
                $0.connections.append(connection)
                return $0.connections.count - 1
            }
            event.yield()
            Thread.detachNewThread { [self] in serve(connection, number) }
        }
        state.withLock { state in
            state.isClosed = true
            close(listener)
        }
    }

    private func serve(_ connection: Int32, _ number: Int) {
        var buffered: [UInt8] = []
        serving: while let request = Self.read(connection, number, &buffered) {
            let index = state.withLock {
                $0.requests.append(request)
                return $0.requests.count - 1
            }
            event.yield()
            for step in handler(index, request) {
                switch step {
                case .send(let bytes):
                    guard Self.write(bytes, to: connection) else { break serving }
                case .drip(let bytes):
                    Thread.sleep(forTimeInterval: 0.1)
                    guard Self.write(bytes, to: connection) else { break serving }
                case .close:
                    break serving
                case .reset:
                    var linger = linger(l_onoff: 1, l_linger: 0)
                    setsockopt(
                        connection,
                        SOL_SOCKET,
                        SO_LINGER,
                        &linger,
                        socklen_t(MemoryLayout.size(ofValue: linger))
                    )
                    break serving
                case .awaitClose:
                    var byte: UInt8 = 0
                    while recv(connection, &byte, 1, 0) > 0 {}
                    state.withLock { $0.closedByPeer += 1 }
                    event.yield()
                    break serving
                }
            }
        }
        state.withLock { state in state.connections[number] = -1 }
        close(connection)
    }

    private static func write(_ bytes: [UInt8], to connection: Int32) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes {
                Glibc.send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return false }
            rest = rest.dropFirst(count)
        }
        return true
    }

    private static func read(_ connection: Int32, _ number: Int, _ buffered: inout [UInt8]) -> Request? {
        func more() -> Bool {
            var chunk = [UInt8](repeating: 0, count: 64 << 10)
            let count = recv(connection, &chunk, chunk.count, 0)
            guard count > 0 else { return false }
            buffered += chunk[..<count]
            return true
        }
        let blank = Array("\r\n\r\n".utf8)
        var end = buffered.firstRange(of: blank)
        while end == nil {
            guard more() else { return nil }
            end = buffered.firstRange(of: blank)
        }
        guard let end else { return nil }
        let lines = String(decoding: buffered[..<end.lowerBound], as: UTF8.self).split(separator: "\r\n")
        let words = lines[0].split(separator: " ")
        var headers: [String: String] = [:]
        for line in lines.dropFirst() {
            guard let colon = line.firstIndex(of: ":") else { continue }
            let value = line[line.index(after: colon)...].trimmingCharacters(in: .whitespaces)
            headers[line[..<colon].lowercased()] = value
        }
        let length = headers["content-length"].flatMap { Int($0) } ?? 0
        while buffered.count < end.upperBound + length {
            guard more() else { return nil }
        }
        let body = Array(buffered[end.upperBound..<end.upperBound + length])
        buffered.removeFirst(end.upperBound + length)
        return Request(
            connection: number,
            method: String(words[0]),
            target: String(words[1]),
            headers: headers,
            body: body
        )
    }
}

extension [LoopbackServer.Step] {
    /// A whole answer, after which the connection is kept.
    public static func answer(_ status: Int, _ body: String = "", headers: [String: String] = [:]) -> Self {
        [.answer(status, body, headers: headers)]
    }
}

extension LoopbackServer.Step {
    /// A whole answer.
    ///
    /// - Parameter length: What `Content-Length` says, if it is not the truth.
    public static func answer(
        _ status: Int,
        _ body: String = "",
        headers: [String: String] = [:],
        length: Int? = nil
    ) -> Self {
        var text = "HTTP/1.1 \(status) Status\r\nContent-Length: \(length ?? body.utf8.count)\r\n"
        for (name, value) in headers.sorted(by: { $0.key < $1.key }) { text += "\(name): \(value)\r\n" }
        return .send(Array("\(text)\r\n\(body)".utf8))
    }
}
