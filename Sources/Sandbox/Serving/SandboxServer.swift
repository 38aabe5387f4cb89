import HummingbirdCore
import Logging
import NIOCore
import NIOPosix
import Synchronization

/// The listening socket and its connections.
final class SandboxServer: Sendable {
    /// How long requests under way may take to end when the server stops.
    private static let grace = Duration.seconds(5)
    /// How long a connection may be idle, or a body may stall, before it is closed.
    private static let idleTimeout = TimeAmount.seconds(120)

    /// Serves one request.
    typealias Responder = @Sendable (Request, consuming ResponseWriter, any Channel) async throws -> Void

    private let server: Server<HTTP1Channel>
    private let bound: AsyncStream<Int>
    private let binding: AsyncStream<Int>.Continuation
    private let connections: OpenConnections
    private let address: (host: String, port: Int)

    /// Sets a server up that will listen on `host` and `port`.
    init(host: String, port: Int, logger: Logger, respond: @escaping Responder) {
        let (bound, binding) = AsyncStream<Int>.makeStream()
        let connections = OpenConnections()
        self.bound = bound
        self.binding = binding
        self.connections = connections
        address = (host, port)
        var quiet = logger
        quiet.logLevel = max(logger.logLevel, .warning)
        server = Server(
            childChannelSetup: HTTP1Channel(
                responder: { request, writer, channel in
                    let token = connections.add(channel)
                    defer { connections.remove(token) }
                    try await respond(request, writer, channel)
                },
                configuration: .init(idleTimeout: Self.idleTimeout)
            ),
            configuration: ServerConfiguration(address: .hostname(host, port: port)),
            onServerRunning: { channel in
                binding.yield(channel.localAddress?.port ?? port)
                binding.finish()
            },
            eventLoopGroup: MultiThreadedEventLoopGroup.singleton,
            logger: quiet
        )
    }

    /// Listens and serves until ``stop()``.
    func run() async throws(SandboxError) {
        defer { binding.finish() }
        do {
            try await server.run()
        } catch {
            throw .cannotListen(host: address.host, port: address.port, reason: "\(error)")
        }
    }

    /// The port listened on; `nil` when ``run()`` has ended before it could listen.
    func boundPort() async -> Int? {
        for await port in bound { return port }
        return nil
    }

    /// Takes no more requests, waits for those under way, and closes their connections when the grace is over.
    func stop(logger: Logger) async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { [connections] in
                do {
                    try await Task.sleep(for: Self.grace)
                    connections.closeAll()
                } catch {
                    // The requests ended in time.
                }
            }
            do {
                try await server.shutdownGracefully()
            } catch {
                logger.error("The sandbox's server did not stop cleanly: \(error)")
            }
            group.cancelAll()
        }
    }

    /// The connections with a request under way.
    private final class OpenConnections: Sendable {
        private let channels = Mutex<(next: Int, open: [Int: any Channel])>((0, [:]))

        func add(_ channel: any Channel) -> Int {
            channels.withLock { state in
                state.next += 1
                state.open[state.next] = channel
                return state.next
            }
        }

        func remove(_ token: Int) {
            channels.withLock { $0.open[token] = nil }
        }

        func closeAll() {
            for channel in channels.withLock({ Array($0.open.values) }) {
                channel.close(mode: .all, promise: nil)
            }
        }
    }
}
