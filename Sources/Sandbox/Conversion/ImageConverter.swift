import DiskImages
import EC2Types
import FileSystem
import FlowControl
import Glibc
import HTTPClient
import ImportReadiness
import Logging

/// Does one import: fetches the import manifest and the parts, converts the image, makes the volume, and removes what
/// was staged.
struct ImageConverter: Sendable {
    /// Parts fetched at a time.
    private static let downloads = 4

    let tasks: TaskStore
    let volumes: VolumeStore
    let directory: DataDirectory
    let transport: HTTPTransport
    /// `host:port` of the sandbox's own listener.
    let listener: String
    /// The least time a conversion takes.
    let delay: Duration
    let disk: BlockingExecutor
    let logger: Logger

    /// Does the import of `task` as far as it isn't done.
    ///
    /// - Throws: ``ConversionFailure`` where the client is at fault; `CancellationError` when it is interrupted.
    func convert(_ task: StoredTask) async throws {
        let start = ContinuousClock.now
        let reader = StagingReader(transport: transport, ownAuthority: task.ownAuthority, listener: listener)
        if task.hasVolume {
            try await register(task)
            await cleanAfterRestart(task, reader: reader)
            return
        }
        guard Timestamp.now < task.expiration else { throw ConversionFailure.expired }
        // A folder of its own: a VMDK's descriptor may name neighbours, and there are none.
        let folder = directory.scratchPath(task.id)
        let document: ImportManifestDocument
        do {
            try await disk.run { try DataDirectory.makeFolder(folder) }
            document = try await fetch(task, reader: reader, folder: folder)
            try await makeVolume(of: task, document: document, reader: reader, folder: folder, start: start)
            await disk.run { DataDirectory.remove(folder) }
        } catch {
            // The first error is the one to report, and cancellation must not keep the disk full.
            await disk.run { DataDirectory.remove(folder) }
            throw error
        }
        await clean(document, reader: reader)
    }

    private func fetch(
        _ task: StoredTask,
        reader: StagingReader,
        folder: String
    ) async throws -> ImportManifestDocument {
        let document: ImportManifestDocument
        do {
            let file = try await disk.run { try DataFile(creating: "\(folder)/import-manifest") }
            let length = try await reader.download(
                task.importManifestURL,
                to: file,
                at: 0,
                length: 0...ImportManifestDocument.longest
            )
            document = try await disk.run { try ImportManifestDocument(file, length: length) }
        } catch let refusal as StagingReader.Refusal {
            throw ConversionFailure.importManifestUnreadable(refusal.description)
        }
        guard document.format == task.format else {
            throw ConversionFailure.importManifestInvalid(
                "file-format \(document.format.rawValue), where ImportVolume said \(task.format.rawValue)"
            )
        }
        return document
    }

    private func makeVolume(
        of task: StoredTask,
        document: ImportManifestDocument,
        reader: StagingReader,
        folder: String,
        start: ContinuousClock.Instant
    ) async throws {
        let image = try await disk.run {
            let image = try DataFile(creating: "\(folder)/image")
            try image.truncate(to: document.size)
            return image
        }
        try await download(document, to: image, task: task, reader: reader)
        let volume = "\(folder)/volume"
        let cancellation = CancellationFlag()
        try await withTaskCancellationHandler {
            try await disk.run {
                try write(image.path, to: volume, task: task, document: document, cancellation: cancellation)
            }
        } onCancel: {
            cancellation.set()
        }
        try await Task.sleep(until: start + delay, clock: .continuous)
        let tasks = tasks
        let target = volumes.path(of: task.plannedVolumeID)
        // From here on the task can't be cancelled. The bytes are in place before the task says so.
        let isCommitted = try await disk.run {
            try DataDirectory.install(volume, at: target)
            return try tasks.update(task.id) { stored in
                guard stored.state == .active else { return false }
                stored.task.volumeID = stored.plannedVolumeID
                stored.task.bytesConverted = document.size
                stored.task.statusMessage = "Removing the staged parts"
                return true
            } != nil
        }
        guard isCommitted else {
            await disk.run { DataDirectory.remove(target) }
            throw CancellationError()
        }
        try await register(task)
    }

    /// Makes the volume known, unless it is or has been deleted since.
    private func register(_ task: StoredTask) async throws {
        let volumes = volumes
        try await disk.run {
            guard volumes.volume(task.plannedVolumeID) == nil, access(volumes.path(of: task.plannedVolumeID), F_OK) == 0
            else {
                return
            }
            try volumes.register(
                VolumeStore.Volume(
                    id: task.plannedVolumeID,
                    account: task.account,
                    region: task.region,
                    availabilityZone: task.availabilityZone,
                    sizeGiB: task.volumeSizeGiB,
                    created: .now,
                    tags: [:]
                )
            )
        }
    }

    private func download(
        _ document: ImportManifestDocument,
        to image: DataFile,
        task: StoredTask,
        reader: StagingReader
    ) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for (index, part) in document.parts.enumerated() {
                if index >= Self.downloads { try await group.next() }
                group.addTask {
                    do {
                        try await reader.download(
                            part.getURL,
                            to: image,
                            at: part.offset,
                            length: part.length...part.length
                        )
                    } catch let refusal as StagingReader.Refusal {
                        throw ConversionFailure.partUnreadable(
                            index: index,
                            key: part.key,
                            detail: refusal.description
                        )
                    }
                }
                let percent = index * 100 / document.parts.count
                tasks.progress(task.id, bytesConverted: 0, message: "Downloading: \(percent)%")
            }
            try await group.waitForAll()
        }
    }

    /// Checks the image as EC2 does and writes the volume. It blocks.
    private func write(
        _ path: String,
        to target: String,
        task: StoredTask,
        document: ImportManifestDocument,
        cancellation: CancellationFlag
    ) throws {
        do {
            let image = try DiskImage.open(path: path, declared: task.format)
            if let rejection = ImportRequirements.rejections(of: image.facts).first {
                throw ConversionFailure.imageInvalid(rejection.message)
            }
            let size = Int64(task.volumeSizeGiB) << 30
            guard image.virtualSize <= size else {
                throw ConversionFailure.imageTooLarge(
                    virtualSize: image.virtualSize,
                    volumeSizeGiB: task.volumeSizeGiB
                )
            }
            let whole = max(image.virtualSize, 1)
            _ = try RawImageWriter.write(image, to: target, size: size) { done in
                try cancellation.check()
                let share = Double(done) / Double(whole)
                tasks.progress(
                    task.id,
                    bytesConverted: Int64(share * Double(document.size)),
                    message: "Converting: \(Int(share * 100))%"
                )
            }
        } catch let error as DiskImageError {
            // A full disk is no fault of the image.
            if case .system = error.reason { throw error }
            // The path, which the whole description names, means nothing to the client.
            let problem = ImageDiagnosis(error).problem
            throw ConversionFailure.imageInvalid(error.offset.map { "\(problem), at byte \($0)" } ?? problem)
        }
    }

    /// Deletes the parts and then the import manifest, by the URLs it gives for that, as EC2 does.
    private func clean(_ document: ImportManifestDocument, reader: StagingReader) async {
        await withTaskGroup(of: Void.self) { group in
            // A part that stands for several stretches of the image is deleted once.
            for (index, url) in Set(document.parts.map(\.deleteURL)).enumerated() {
                if index >= Self.downloads { await group.next() }
                group.addTask { await delete(url, reader: reader) }
            }
        }
        await delete(document.selfDestructURL, reader: reader)
    }

    private func delete(_ url: String, reader: StagingReader) async {
        do {
            try await reader.delete(url)
        } catch {
            // The volume is there: what remains staged costs room, but is no failure of the import.
            if !Task.isCancelled { logger.warning("Something staged could not be deleted: \(error)") }
        }
    }

    /// Deletes what a clean-up before the restart left. The import manifest goes last: without it there is nothing.
    private func cleanAfterRestart(_ task: StoredTask, reader: StagingReader) async {
        let folder = directory.scratchPath(task.id)
        do {
            try await disk.run { try DataDirectory.makeFolder(folder) }
            await clean(try await fetch(task, reader: reader, folder: folder), reader: reader)
        } catch {
            logger.info("Conversion task \(task.id): nothing more to delete (\(error))")
        }
        await disk.run { DataDirectory.remove(folder) }
    }
}
