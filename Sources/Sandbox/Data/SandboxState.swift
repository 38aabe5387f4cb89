/// All that a sandbox keeps, and the right to it.
final class SandboxState: Sendable {
    let directory: DataDirectory
    let objects: ObjectStore
    let uploads: MultipartStore
    let tasks: TaskStore
    let volumes: VolumeStore
    private let lock: DataDirectoryLock

    /// Takes the data folder and reads it. It blocks.
    ///
    /// - Throws: ``SandboxError/dataDirectoryInUse(path:holder:)`` or ``StorageError``.
    init(_ configuration: SandboxConfiguration) throws {
        let directory = DataDirectory(configuration.dataDirectory)
        try DataDirectory.makeFolder(directory.path)
        lock = try DataDirectoryLock(directory)
        try directory.prepare()
        self.directory = directory
        objects = try ObjectStore(directory)
        uploads = try MultipartStore(directory, objects: objects)
        tasks = try TaskStore(directory)
        volumes = try VolumeStore(directory)
        for bucket in configuration.buckets where !objects.hasBucket(bucket) {
            try objects.createBucket(bucket)
        }
    }

    /// Gives the folder free for another sandbox.
    func release() {
        lock.release()
    }
}
