import AWS
import Foundation
import HTTPClient
import Hashing
import Synchronization
import WireEncoding

/// Uploads a file in parts, as staging does.
struct Upload {
    let path: String
    let endpoint: String
    let partBytes: Int
    let connections: Int
    /// Whether each part's hash is computed and signed; the parts go to presigned URLs otherwise.
    let isSigned: Bool

    func run() async throws {
        let descriptor = open(path, O_RDONLY)
        guard descriptor >= 0 else { throw POSIXError(.ENOENT) }
        let total = Int(lseek(descriptor, 0, SEEK_END))
        let transport = try HTTPTransport()
        let client = S3Client(Main.client(.s3, endpoint, transport))
        let cursor = Cursor()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<connections {
                group.addTask {
                    while true {
                        let offset = cursor.advance(by: partBytes)
                        guard offset < total else { break }
                        let length = min(partBytes, total - offset)
                        let body = HTTPRequest.Body.file(path: path, offset: Int64(offset), length: length)
                        if isSigned {
                            let hash = try await hash(descriptor, offset, length)
                            try await client.putObject(bucket: "b", key: hash.hex, body: body, payloadHash: hash)
                        } else {
                            let url = try await client.presignedURL("PUT", bucket: "b", key: "part\(offset)")
                            _ = try await transport.send(
                                HTTPRequest(method: "PUT", url: url.absoluteString, body: body)
                            )
                        }
                    }
                }
            }
            try await group.waitForAll()
        }
        await transport.shutdownAndWait()
    }

    /// Where the next part begins.
    private final class Cursor: Sendable {
        private let next = Mutex(0)

        func advance(by bytes: Int) -> Int {
            next.withLock { next in
                defer { next += bytes }
                return next
            }
        }
    }

    /// Hashing blocks: it has threads of its own, two as the machine has cores.
    private static let hashing = DispatchQueue(label: "hashing", attributes: .concurrent)

    private func hash(_ descriptor: Int32, _ offset: Int, _ length: Int) async throws -> SHA256Digest {
        try await withCheckedThrowingContinuation { continuation in
            Self.hashing.async {
                let piece = 256 << 10
                let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: piece, alignment: 64)
                defer { buffer.deallocate() }
                var hash = SHA256()
                var done = 0
                while done < length {
                    let wanted = min(piece, length - done)
                    let count = pread(descriptor, buffer.baseAddress, wanted, off_t(offset + done))
                    guard count > 0 else { return continuation.resume(throwing: POSIXError(.EIO)) }
                    hash.update(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
                    done += count
                }
                continuation.resume(returning: hash.finish())
            }
        }
    }
}
