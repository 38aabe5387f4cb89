package import DiskImages
import FileSystem
package import ImportReadiness

/// Inspects disk images: files, and objects in S3.
package struct InspectOperation: Sendable {
    /// The images: paths and `s3://` URLs.
    package var images: [String]
    /// The declared format; `nil` to recognize each image by its content and name.
    package var format: DiskImageFormat?
    /// Whether to compute each image's content digest.
    package var computesDigests: Bool
    /// Whether to read and verify all stored data.
    package var isDeep: Bool

    /// Prepares an inspection.
    package init(images: [String], format: DiskImageFormat?, computesDigests: Bool, isDeep: Bool) {
        self.images = images
        self.format = format
        self.computesDigests = computesDigests
        self.isDeep = isDeep
    }

    /// Whether any image is an object in S3.
    package var needsObjects: Bool { images.contains(where: ObjectReports.isObject) }

    /// Inspects the images.
    ///
    /// - Parameters:
    ///   - objects: Inspects images in S3; `nil` if there are none.
    ///   - cancellation: Cancels the inspection.
    /// - Returns: The reports, in the order of ``images``.
    /// - Throws: What `cancellation` throws.
    package func run(
        objects: ObjectReports?,
        cancellation: any CancellationCheck
    ) async throws -> [ImageReport] {

        return try await withThrowingTaskGroup(of: (Int, ImageReport).self) { group in
            var reports = [ImageReport?](repeating: nil, count: images.count)
            var waiting = images.count
            // Cancels a request to S3 that hangs, with the rest of the group.
            group.addTask { try await cancellation.wait() }
            // A deep inspection uses every processor; headers mostly wait for the disk.
            let concurrency = isDeep ? 1 : 4
            for (index, path) in images.enumerated() {
                if index >= concurrency, let (done, report) = try await group.next() {
                    reports[done] = report
                    waiting -= 1
                }
                group.addTask {
                    if let objects, ObjectReports.isObject(path) {
                        return (index, await objects.report(on: path, declared: format))
                    }
                    return (index, try await report(on: path, cancellation: cancellation))
                }
            }
            while waiting > 0, let (done, report) = try await group.next() {
                reports[done] = report
                waiting -= 1
            }
            group.cancelAll()
            return reports.compactMap(\.self)
        }
    }

    private func report(on path: String, cancellation: any CancellationCheck) async throws -> ImageReport {
        let digests = computesDigests ? DigestCache(folder: WorkFolder.digests) : nil
        return try await BlockingExecutor.shared.run { () throws in
            try ImageReport.inspecting(path, declared: format, isDeep: isDeep, digests: digests) {
                try cancellation.check()
            }
        }
    }
}
