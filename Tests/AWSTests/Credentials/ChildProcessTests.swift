import AWS
import Testing

@Suite("Programs run for their output")
struct ChildProcessTests {
    private func run(_ script: String, timeout: Int = 60) async throws -> ChildProcess.Output {
        try await ChildProcess.run(["/bin/sh", "-c", script], upTo: 1 << 20, timeout: timeout)
    }

    @Test("One that takes too long is stopped, with its output open or closed", arguments: ["", "exec >&- 2>&-; "])
    func timeout(prefix: String) async {
        let error = await #expect(throws: ChildProcess.Failure.self) {
            try await run(prefix + "exec sleep 1000", timeout: 1)
        }
        #expect(error == .timedOut)
    }

    @Test("Much on standard error does not block it, and is cut")
    func errorOutput() async throws {
        let output = try await run("head -c 1000000 /dev/zero >&2; echo done")
        #expect(output.exitCode == 0)
        #expect(output.bytes == Array("done\n".utf8))
        #expect(output.error.count == 64 << 10)
    }

    @Test("Many at once all end", arguments: 0..<20)
    func many(number: Int) async throws {
        let output = try await run("echo \(number); exit \(number)")
        #expect(output.bytes == Array("\(number)\n".utf8))
        #expect(output.exitCode == Int32(number))
    }

    @Test("One that is not there is an error")
    func absent() async {
        let error = await #expect(throws: ChildProcess.Failure.self) {
            try await ChildProcess.run(["/no/such/program"], upTo: 1, timeout: 1)
        }
        #expect(error == .notStarted)
    }
}
