import DiskImages
import Execution
import Migration
import WireEncoding

/// Looks at images that lie in S3: at the headers and tables, for which it fetches a few ranges.
struct ObjectInspection: Sendable {
    /// An image in S3 that imports want, each once.
    struct Source: Hashable, Sendable {
        var object: ObjectLocation
        var format: DiskImageFormat?
        /// The staging of the imports, which says with whose credentials S3 is asked.
        var staging: StagingLocation
    }

    /// What is known of one image.
    enum Finding: Sendable {
        case image(DiskImageFacts, S3ObjectVersion)
        /// There is no such object.
        case absent
        /// S3 was not asked.
        case notAsked
        case failure(ObjectError)
        case refusal(DiskImageError)
        case unexpected(String)
    }

    /// As many objects at a time: each waits for the network more than for anything.
    private static let atOnce = 16

    let objects: (any ImageObjects)?

    /// Looks at images, several at a time.
    ///
    /// - Parameter known: What was found before, and is not looked for again.
    func findings(for sources: Set<Source>, after known: [Source: Finding]) async -> [Source: Finding] {
        var waiting = sources.filter { known[$0] == nil }.makeIterator()
        return await withTaskGroup(of: (Source, Finding).self) { tasks in
            func begin() {
                guard let source = waiting.next() else { return }
                tasks.addTask { (source, await finding(for: source)) }
            }
            for _ in 0..<Self.atOnce { begin() }
            var findings = known
            for await (source, finding) in tasks {
                findings[source] = finding
                begin()
            }
            return findings
        }
    }

    private func finding(for source: Source) async -> Finding {
        guard let objects else { return .notAsked }
        do {
            guard let state = try await objects.state(of: source.object, for: source.staging) else { return .absent }
            let facts = try await DiskImageInspector.inspect(
                path: source.object.description,
                fileName: source.object.fileName,
                byteCount: state.bytes,
                declared: source.format
            ) { range in
                try await objects.bytes(of: state, range: range, for: source.staging)
            }
            return .image(facts, state)
        } catch let error as ObjectError {
            return .failure(error)
        } catch let error as DiskImageError {
            return .refusal(error)
        } catch {
            return .unexpected("\(source.object): \(error)")
        }
    }
}
