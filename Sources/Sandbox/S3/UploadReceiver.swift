import DiskImages
import FileSystem
import NIOCore
import Synchronization

/// Receives the body of a PUT into a scratch file and verifies it.
struct UploadReceiver: Sendable {
    /// Bytes gathered before they go to the disk's threads: what one upload holds in memory, beside the connection's
    /// own buffers.
    private static let batch = 512 << 10
    /// The most bytes that one PUT may have: the 5 GiB of "PutObject" and "UploadPart".
    private static let longestBody: Int64 = 5 << 30

    /// A body that is on disk and right.
    struct Received: Sendable {
        let file: IncomingFile
        let summary: IncomingFile.Summary
        let checksum: ObjectChecksum?
    }

    let directory: DataDirectory
    let disk: BlockingExecutor

    /// Receives the body of `request`.
    func receive(_ request: ServerRequest, payload: SignedPayload) async throws -> Received {
        let expectation = try BodyExpectation(request, payload: payload)
        guard expectation.length <= Self.longestBody else { throw S3Error.entityTooLarge }
        let directory = directory
        let sink = try await disk.run { try Sink(directory, expectation: expectation) }
        var batch: [UInt8] = []
        try await request.readBody { buffer in
            batch.append(contentsOf: buffer.readableBytesView)
            if batch.count >= Self.batch {
                let full = batch
                batch.removeAll(keepingCapacity: true)
                try await disk.run { try sink.append(full) }
            }
        }
        let last = batch
        return try await disk.run {
            try sink.append(last)
            return try sink.finish(expectation)
        }
    }

    /// The file and, for a coded body, the decoder before it.
    private final class Sink: Sendable {
        private let file: IncomingFile
        private let limit: Int64
        private let state: Mutex<State>

        private struct State: ~Copyable {
            var decoder: AWSChunkedDecoder?
            var count: Int64 = 0
        }

        init(_ directory: DataDirectory, expectation: BodyExpectation) throws {
            file = try IncomingFile(directory, checksums: expectation.algorithms)
            limit = expectation.length
            if case .chunked(let signing, _) = expectation.payload {
                state = Mutex(State(decoder: AWSChunkedDecoder(signing: signing)))
            } else {
                state = Mutex(State(decoder: nil))
            }
        }

        func append(_ bytes: [UInt8]) throws {
            try state.withLock { state in
                if state.decoder != nil {
                    var count = state.count
                    try state.decoder?.decode(bytes) { try write($0, count: &count) }
                    state.count = count
                } else {
                    try write(bytes[...], count: &state.count)
                }
            }
        }

        func finish(_ expectation: BodyExpectation) throws -> Received {
            let trailer = try state.withLock { state in
                try state.decoder?.finish()
                return state.decoder?.trailer ?? [:]
            }
            guard let summary = file.finish() else { throw S3Error.internalError }
            let checksum = try expectation.verify(summary, trailer: trailer)
            return Received(file: file, summary: summary, checksum: checksum)
        }

        /// More bytes than announced must not fill the disk.
        private func write(_ bytes: ArraySlice<UInt8>, count: inout Int64) throws {
            count += Int64(bytes.count)
            guard count <= limit else { throw S3Error.incompleteBody }
            try file.append(bytes)
        }
    }
}
