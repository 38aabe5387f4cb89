import DiskImages
import EC2Types
import Execution
import Hashing
import Migration

/// The scratch files of one process: repackaging takes time, may fail, and ends with the process.
///
/// `@unchecked Sendable`: used by the scheduler's thread alone, as ``SeededScheduler`` says.
final class SimulatedRepackager: ImageRepackager, @unchecked Sendable {
    private static let longest = 60_000

    private let process: SimulatedProcess
    private let isThere: @Sendable (SourceImage) -> Bool
    private var world: SimulatedWorld { process.world }

    /// - Parameters:
    ///   - process: The process.
    ///   - isThere: Whether an image is there, and the one that was planned.
    init(process: SimulatedProcess, isThere: @escaping @Sendable (SourceImage) -> Bool) {
        self.process = process
        self.isThere = isThere
    }

    func path(of image: SourceImage) -> String { "converted/\(image.digest.hex).vmdk" }

    func knownParts(of image: SourceImage) async throws -> ImageDigest? {
        try requireLife()
        return process.machine.scratch.lists[image.digest]
    }

    func repackage(
        _ image: SourceImage,
        began: @Sendable () -> Void,
        check: @escaping @Sendable () throws -> Void
    ) async throws -> ImageDigest {
        try requireLife()
        if !process.machine.scratch.files.contains(image.digest) {
            began()
            try requirePlanned(image)
            for _ in 0..<3 {
                let time = world.scheduler.now.advanced(
                    by: .milliseconds(process.machine.scratch.random.below(Self.longest) / 3)
                )
                await process.wait(until: time)
                try requireLife()
                try check()
            }
            guard !world.hasTrouble || !process.machine.scratch.random.chance(50) else {
                throw refusal("no space left on device")
            }
            try requirePlanned(image)
            process.machine.scratch.files.insert(image.digest)
        }
        guard let digest = Self.digest(of: image) else { throw refusal("it has no parts") }
        process.machine.scratch.lists[image.digest] = digest
        return digest
    }

    func removeFile(of image: SourceImage) async throws {
        try requireLife()
        process.machine.scratch.files.remove(image.digest)
    }

    func removeAll(but images: [SourceImage]) async throws {
        try requireLife()
        let kept = Set(images.map(\.digest))
        process.machine.scratch.files.formIntersection(kept)
        process.machine.scratch.lists = process.machine.scratch.lists.filter { kept.contains($0.key) }
    }

    /// What an image is converted to: always the same, and some of its parts are those of other images.
    private static func digest(of image: SourceImage) -> ImageDigest? {
        let bits = image.digest.leadingBits
        let parts = (0..<1 + Int(bits % 3)).map { SHA256.digest(of: "converted part \((bits >> (8 * $0)) % 4)") }
        return ImageDigest(bytes: Int64(parts.count * ImageParts.size), parts: parts)
    }

    private func requirePlanned(_ image: SourceImage) throws {
        guard isThere(image) else { throw refusal("the image changed after the plan was made; plan again") }
    }

    private func requireLife() throws {
        guard process.isAlive else { throw refusal("the process is dead") }
    }

    private func refusal(_ reason: String) -> ServiceError {
        ServiceError(outcome: .rejected, description: "scratch: \(reason)")
    }
}

/// The folder of scratch files, which outlasts a process, and of which a crash may take what was not on the disk yet.
struct SimulatedScratch {
    /// The images whose file is there.
    var files: Set<SHA256Digest> = []
    /// The lists of parts.
    var lists: [SHA256Digest: ImageDigest] = [:]
    /// Numbers of its own: what else happens in a seed's history depends on them only where images are converted.
    var random: SeededGenerator

    init(seed: UInt64) {
        random = SeededGenerator(seed: seed ^ 0x5C4A7C4)
    }

    /// Loses some of what there is.
    mutating func crash() {
        for digest in files.sorted() where random.chance(200) { files.remove(digest) }
        for digest in lists.keys.sorted() where random.chance(200) { lists[digest] = nil }
    }
}
