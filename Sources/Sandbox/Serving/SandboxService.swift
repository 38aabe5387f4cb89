import DiskImages
import FileSystem
import HTTPClient
import Logging

/// Puts the services, the server and the worker together and runs them.
struct SandboxService: Sendable {
    private let configuration: SandboxConfiguration
    private let state: SandboxState
    private let queue: AsyncStream<String>.Continuation
    private let disk: BlockingExecutor
    private let logger: Logger

    /// Serves `state` as `configuration` says; ids of new tasks go to `queue`.
    init(
        _ configuration: SandboxConfiguration,
        state: SandboxState,
        queue: AsyncStream<String>.Continuation,
        disk: BlockingExecutor,
        logger: Logger
    ) {
        self.configuration = configuration
        self.state = state
        self.queue = queue
        self.disk = disk
        self.logger = logger
    }

    /// Serves until `stopped` ends, then ends everything in order and gives the data folder free.
    ///
    /// - Parameters:
    ///   - tasks: The other end of the queue.
    ///   - ready: Told the endpoint once it is listened on.
    /// - Throws: ``SandboxError/cannotListen(host:port:reason:)``.
    func run(
        _ tasks: AsyncStream<String>,
        transport: HTTPTransport,
        until stopped: AsyncStream<Void>,
        ready: @Sendable (String) -> Void
    ) async throws {
        defer { state.release() }
        let port = BoundPort()
        let handler = requestHandler(port)
        let server = SandboxServer(host: configuration.host, port: configuration.port, logger: logger) {
            try await handler.handle($0, writer: $1, channel: $2)
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await server.run() }
            guard let number = await server.boundPort() else {
                // It could not listen; the error says why.
                try await group.waitForAll()
                return
            }
            port.set(number)
            let authority =
                "\(configuration.host.contains(":") ? "[\(configuration.host)]" : configuration.host):\(number)"
            for id in state.tasks.unfinished { queue.yield(id) }
            group.addTask { await worker(transport, listener: authority).run(tasks) }
            logger.info("The sandbox listens on http://\(authority), data in \(state.directory.path)")
            ready("http://\(authority)")
            group.addTask { for await _ in stopped {} }
            // Whichever ends first: the signal to stop, or the server because it can't go on.
            try await group.next()
            queue.finish()
            await server.stop(logger: logger)
            group.cancelAll()
            try await group.waitForAll()
        }
    }

    private func requestHandler(_ port: BoundPort) -> RequestHandler {
        let faults = FaultInjector(configuration.faults)
        let tasks = TaskActions(
            store: state.tasks,
            disk: disk,
            queue: queue,
            port: port,
            retention: configuration.taskRetention,
            rejectedAddressings: configuration.faults.rejectedAddressings
        )
        let volumes = VolumeActions(store: state.volumes, tasks: state.tasks, disk: disk)
        return RequestHandler(
            s3: S3Service(
                store: state.objects,
                uploads: state.uploads,
                directory: state.directory,
                region: configuration.region,
                owner: configuration.accountID,
                faults: configuration.faults,
                disk: disk
            ),
            ec2: EC2Service(configuration, tasks: tasks, volumes: volumes, faults: faults),
            authenticator: RequestAuthenticator(
                services: ["s3"],
                accounts: configuration.accounts
            ),
            faults: faults,
            disk: disk,
            logger: logger
        )
    }

    private func worker(_ transport: HTTPTransport, listener: String) -> ConversionWorker {
        let disk = BlockingExecutor(threads: configuration.conversions)
        let converter = ImageConverter(
            tasks: state.tasks,
            volumes: state.volumes,
            directory: state.directory,
            transport: transport,
            listener: listener,
            delay: configuration.conversionDelay,
            disk: disk,
            logger: logger
        )
        return ConversionWorker(
            tasks: state.tasks,
            converter: converter,
            disk: disk,
            parallelism: configuration.conversions,
            logger: logger
        )
    }
}
