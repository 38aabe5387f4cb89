import Foundation
import Glibc
import Synchronization

/// An HTTP server on loopback that gives one answer of its script to each connection, and then closes it.
package final class ScriptedServer: Sendable {
    /// What a connection gets for its request.
    package enum Answer: Sendable {
        /// A whole answer.
        case status(Int, String)
        /// These bytes, and the end of the connection.
        case raw(String)
        /// These bytes, and a reset.
        case reset(String)
    }

    /// The address, without a slash at the end.
    package let url: String
    private let count = Mutex(0)
    private let listener: Listener

    /// The socket that is listened on. Its number, once it is closed, may be another server's: it is not used any more then.
    private final class Listener: Sendable {
        let descriptor: Int32
        private let isClosed = Mutex(false)

        init(_ descriptor: Int32) {
            self.descriptor = descriptor
        }

        func close() {
            isClosed.withLock { isClosed in
                isClosed = true
                _ = Glibc.close(descriptor)
            }
        }

        func shutdown() {
            isClosed.withLock { isClosed in
                if !isClosed { _ = Glibc.shutdown(descriptor, Int32(SHUT_RDWR)) }
            }
        }
    }

    /// The requests that came.
    package var requests: Int { count.withLock { $0 } }

    /// Listens on a free port.
    ///
    /// - Parameter script: The answers, one for each connection.
    package init(_ script: [Answer]) throws {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let port: UInt16? = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, length) == 0 && listen(listener, 16) == 0 && getsockname(listener, $0, &length) == 0
            } ? UInt16(bigEndian: pointer.pointee.sin_port) : nil
        }
        guard let port else { throw POSIXError(.EADDRNOTAVAIL) }
        let owner = Listener(listener)
        self.listener = owner
        url = "http://127.0.0.1:\(port)"
        Thread { [weak self] in
            for answer in script {
                let connection = accept(listener, nil, nil)
                guard connection >= 0 else { break }
                Self.readRequest(connection)
                self?.count.withLock { $0 += 1 }
                Self.give(answer, connection)
            }
            owner.close()
        }.start()
    }

    deinit {
        listener.shutdown()
    }

    private static func readRequest(_ connection: Int32) {
        var text = ""
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = recv(connection, &buffer, buffer.count, 0)
            guard count > 0 else { return }
            text += String(decoding: buffer[..<count], as: UTF8.self)
            guard let end = text.firstRange(of: "\r\n\r\n") else { continue }
            let length = text.firstMatch(of: /(?i)content-length: *([0-9]+)/).flatMap { Int($0.1) } ?? 0
            if text[end.upperBound...].utf8.count >= length { return }
        }
    }

    private static func give(_ answer: Answer, _ connection: Int32) {
        let text: String
        switch answer {
        case .status(let status, let body):
            text = "HTTP/1.1 \(status) S\r\nContent-Length: \(body.utf8.count)\r\nConnection: close\r\n\r\n\(body)"
        case .raw(let bytes): text = bytes
        case .reset(let bytes):
            text = bytes
            var option = linger(l_onoff: 1, l_linger: 0)
            setsockopt(connection, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
        }
        let bytes = Array(text.utf8)
        _ = send(connection, bytes, bytes.count, Int32(MSG_NOSIGNAL))
        Glibc.close(connection)
    }
}
