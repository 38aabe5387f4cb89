/// The text that libyaml reads, handed to it piece by piece so that it need not be copied.
final class ParserInput {
    private let bytes: [UInt8]
    private var position: Int

    /// Reads `bytes` from an offset on.
    init(_ bytes: [UInt8], from start: Int) {
        self.bytes = bytes
        position = min(start, bytes.count)
    }

    /// Fills a buffer from the front and returns how many bytes it got; 0 at the end.
    func read(into buffer: UnsafeMutableRawBufferPointer) -> Int {
        let count = min(buffer.count, bytes.count - position)
        bytes.withUnsafeBytes { bytes in
            buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[position..<(position + count)]))
        }
        position += count
        return count
    }
}
