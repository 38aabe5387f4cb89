import DiskImages
import FileSystem
import HTTPClient
package import Logging

/// An EC2 and S3 endpoint on this machine, to rehearse a migration on before paying for it.
///
/// It answers on one port, verifies signatures as AWS does, keeps everything below one folder, and imports disk images
/// in earnest: the volumes it makes are raw files.
package final class Sandbox: Sendable {
    /// Threads for the work of requests on files; conversions have their own, so that neither waits for the other.
    private static let diskThreads = 4

    /// Where it answers, as in `http://127.0.0.1:40123`.
    package let endpoint: String

    private let volumeStore: VolumeStore
    private let disk: BlockingExecutor
    private let stopSignal: AsyncStream<Void>.Continuation
    private let serving: Task<Void, Never>

    private init(
        endpoint: String,
        volumeStore: VolumeStore,
        disk: BlockingExecutor,
        stopSignal: AsyncStream<Void>.Continuation,
        serving: Task<Void, Never>
    ) {
        self.endpoint = endpoint
        self.volumeStore = volumeStore
        self.disk = disk
        self.stopSignal = stopSignal
        self.serving = serving
    }

    deinit {
        // Whoever drops a sandbox without stopping it wants it gone: what serves it sees the signal and ends.
        stopSignal.finish()
    }

    /// Starts a sandbox: takes the data folder, reads what is in it, listens, and takes up unfinished conversions.
    ///
    /// - Throws: ``SandboxError``; `CancellationError` when the caller is cancelled meanwhile.
    package static func start(_ configuration: SandboxConfiguration, logger: Logger) async throws -> Sandbox {
        try configuration.check()
        let disk = BlockingExecutor(threads: diskThreads)
        let state: SandboxState
        do {
            state = try await disk.run { try SandboxState(configuration) }
        } catch let error as StorageError {
            throw SandboxError.storage(error.description)
        }
        let (stopped, stopSignal) = AsyncStream<Void>.makeStream()
        let (queue, enqueue) = AsyncStream<String>.makeStream()
        let service = SandboxService(configuration, state: state, queue: enqueue, disk: disk, logger: logger)
        let transport = try HTTPTransport()
        let (endpoints, endpointFound) = AsyncThrowingStream<String, any Error>.makeStream()
        // This task is the sandbox. Its owner is the object that is returned: `stop()` awaits it.
        let serving = Task {
            defer { transport.shutdown() }
            do {
                try await service.run(queue, transport: transport, until: stopped) { endpointFound.yield($0) }
                endpointFound.finish()
            } catch {
                endpointFound.finish(throwing: error)
            }
        }
        do {
            for try await endpoint in endpoints {
                return Sandbox(
                    endpoint: endpoint,
                    volumeStore: state.volumes,
                    disk: disk,
                    stopSignal: stopSignal,
                    serving: serving
                )
            }
        } catch {
            await serving.value
            throw error
        }
        // The caller was cancelled before the sandbox was up.
        stopSignal.finish()
        await serving.value
        throw CancellationError()
    }

    /// Removes everything that sandboxes have kept in a folder, and nothing else that may be in it.
    ///
    /// - Throws: ``SandboxError/dataDirectoryInUse(path:holder:)`` while one serves the folder.
    package static func reset(dataDirectory: String) async throws(SandboxError) {
        let disk = BlockingExecutor(threads: 1)
        do {
            try await disk.run {
                let directory = DataDirectory(dataDirectory)
                guard directory.exists else { return }
                let lock = try DataDirectoryLock(directory)
                try directory.empty()
                lock.release()
            }
        } catch let error as SandboxError {
            throw error
        } catch {
            throw .storage("\(error)")
        }
    }

    /// Stops: takes no more requests, lets those under way end, within seconds, and leaves conversions to the next
    /// start. It returns when everything has ended and the data folder is free.
    package func stop() async {
        stopSignal.finish()
        await serving.value
    }

    /// The volumes, by the time they were made.
    package func volumes() async -> [SandboxVolume] {
        let store = volumeStore
        return await disk.run { store.all }.map { volume in
            SandboxVolume(
                id: volume.id,
                sizeGiB: volume.sizeGiB,
                availabilityZone: volume.availabilityZone,
                path: store.path(of: volume.id),
                state: .available,
                tags: volume.tags
            )
        }
    }
}
