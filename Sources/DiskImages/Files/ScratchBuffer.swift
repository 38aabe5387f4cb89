/// Memory of a fixed size for input and output, freed with its owner.
final class ScratchBuffer {
    /// The memory; valid as long as this object lives. It starts as zeros.
    let bytes: UnsafeMutableRawBufferPointer

    init(byteCount: Int) {
        bytes = .allocate(byteCount: byteCount, alignment: 16)
        bytes.initializeMemory(as: UInt8.self, repeating: 0)
    }

    deinit {
        bytes.deallocate()
    }
}
