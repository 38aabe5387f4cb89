import Hashing

/// Takes the `aws-chunked` coding off a body: chunks with their length and, if signed, their signature, then trailing
/// headers (Amazon S3 API Reference, "Signature calculations: transferring payload in multiple chunks").
struct AWSChunkedDecoder: ~Copyable {
    /// The most bytes in the line before a chunk, or in all trailing headers.
    private static let longestLine = 16 << 10

    private enum State {
        case chunkHeader
        case data(remaining: Int64)
        case dataEnd
        case trailer
    }

    /// The trailing headers by lower-case name, the signature left out.
    private(set) var trailer: [String: String] = [:]

    private var state = State.chunkHeader
    private var line: [UInt8] = []
    private var signing: ChunkSigning?
    private var chunkSignature = ""
    private var chunkHash = SHA256()
    private var trailerText = ""
    private var trailerSignature: String?
    private var sawLastChunk = false

    /// Begins a body, whose chunks are verified if `signing` is given.
    init(signing: ChunkSigning?) {
        self.signing = signing
    }

    /// Takes in the next bytes of the coded body and passes on what they hold of the object.
    mutating func decode(_ bytes: [UInt8], into output: (ArraySlice<UInt8>) throws -> Void) throws {
        var rest = bytes[...]
        while !rest.isEmpty {
            switch state {
            case .chunkHeader:
                if let header = try takeLine(&rest) { try beginChunk(header) }
            case .data(let remaining):
                let piece = rest.prefix(Int(min(Int64(rest.count), remaining)))
                rest = rest.dropFirst(piece.count)
                if signing != nil { chunkHash.update(piece) }
                try output(piece)
                let left = remaining - Int64(piece.count)
                state = left > 0 ? .data(remaining: left) : .dataEnd
            case .dataEnd:
                guard let line = try takeLine(&rest) else { break }
                guard line.isEmpty else { throw Self.malformed("a chunk is longer than it says") }
                try endChunk()
                state = .chunkHeader
            case .trailer:
                if let line = try takeLine(&rest) { try addTrailer(line) }
            }
        }
    }

    /// Checks that the body ended where it may.
    mutating func finish() throws {
        if case .trailer = state, !line.isEmpty {
            // Some clients leave out the last line's end.
            try addTrailer(String(decoding: line, as: UTF8.self))
        }
        guard sawLastChunk else { throw S3Error.incompleteBody }
        if signing != nil, !trailerText.isEmpty {
            let digest = SHA256.digest(of: trailerText)
            guard let signature = trailerSignature, signing?.accepts(signature, trailer: digest) == true else {
                throw Self.mismatch
            }
        }
    }

    private mutating func takeLine(_ rest: inout ArraySlice<UInt8>) throws -> String? {
        let end = rest.firstIndex(of: UInt8(ascii: "\n"))
        line.append(contentsOf: rest[..<(end ?? rest.endIndex)])
        guard line.count <= Self.longestLine else { throw Self.malformed("a line is too long") }
        guard let end else {
            rest = []
            return nil
        }
        rest = rest[(end + 1)...]
        if line.last == UInt8(ascii: "\r") { line.removeLast() }
        defer { line = [] }
        return String(decoding: line, as: UTF8.self)
    }

    private mutating func beginChunk(_ header: String) throws {
        let fields = header.split(separator: ";", omittingEmptySubsequences: false)
        guard let length = fields.first.flatMap({ Int64($0, radix: 16) }), length >= 0 else {
            throw Self.malformed("a chunk's length is no number")
        }
        chunkSignature = ""
        for field in fields.dropFirst() where field.hasPrefix("chunk-signature=") {
            chunkSignature = String(field.dropFirst("chunk-signature=".count))
        }
        if length > 0 {
            state = .data(remaining: length)
        } else {
            try endChunk()
            sawLastChunk = true
            state = .trailer
        }
    }

    private mutating func endChunk() throws {
        guard signing != nil else { return }
        var hash = SHA256()
        swap(&hash, &chunkHash)
        guard signing?.accepts(chunkSignature, chunk: hash.finish()) == true else { throw Self.mismatch }
    }

    private mutating func addTrailer(_ line: String) throws {
        guard !line.isEmpty else { return }
        let halves = line.split(separator: ":", maxSplits: 1)
        guard halves.count == 2 else { throw Self.malformed("a trailing header has no colon") }
        let name = halves[0].lowercased()
        let value = halves[1].split(separator: " ").joined(separator: " ")
        if name == "x-amz-trailer-signature" {
            trailerSignature = value
            return
        }
        trailerText += "\(name):\(value)\n"
        guard trailerText.utf8.count <= Self.longestLine else {
            throw Self.malformed("the trailing headers are too long")
        }
        trailer[name] = value
    }

    private static var mismatch: S3Error {
        .accessDenied("The signature of a chunk or of the trailing headers does not match.")
    }

    private static func malformed(_ detail: String) -> S3Error {
        .invalidRequest("The aws-chunked body can't be read: \(detail).")
    }
}
