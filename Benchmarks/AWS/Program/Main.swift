import AWS
import Foundation
import HTTPClient
import Logging
import SigV4
import WireEncoding

/// The parts of ferry that `Benchmarks/aws` measures against others, each as a process of its own.
@main
enum Main {
    static func main() async throws {
        let arguments = Array(CommandLine.arguments.dropFirst())
        switch (arguments.first, arguments.count) {
        case ("upload", 6):
            try await Upload(
                path: arguments[1],
                endpoint: arguments[2],
                partBytes: Int(arguments[3]) ?? 8 << 20,
                connections: Int(arguments[4]) ?? 8,
                isSigned: arguments[5] == "sha256"
            ).run()
        case ("import", 3):
            try await Imports(endpoint: arguments[1], count: Int(arguments[2]) ?? 10_000).run()
        case ("write-tasks", 3):
            try TaskList.write(Int(arguments[1]) ?? 100_000, to: arguments[2])
        case ("read-tasks", 2):
            try TaskList.read(arguments[1])
        default:
            FileHandle.standardError.write(Data("this is run by Benchmarks/aws\n".utf8))
            exit(64)
        }
    }

    /// A client of the sink.
    static func client(_ service: AWSService, _ endpoint: String, _ transport: HTTPTransport) -> ServiceClient {
        ServiceClient(
            service: service,
            endpoint: AWSEndpoint(custom: endpoint),
            region: "us-east-1",
            transport: transport,
            credentials: StaticCredentials(
                AWSCredentials(accessKeyID: "AKIDEXAMPLE", secretAccessKey: Secret("secret"))
            ),
            logger: Logger(label: "benchmark")
        )
    }

    /// The CPU time of this process so far, in seconds.
    static func cpu() -> Double {
        var usage = rusage()
        getrusage(RUSAGE_SELF.rawValue, &usage)
        let seconds = Double(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec)
        return seconds + Double(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) * 1e-6
    }
}
