import Foundation
import Synchronization
import TestSupport
import Testing

/// `web-identity` of `.github/actions/ferry-plan`, which keeps a current OIDC token in a file while ferry runs.
@Suite("Renewable credentials in pull requests", .serialized)
struct ActionCredentialsTests {
    private static let role = "arn:aws:iam::123456789012:role/migration-apply"

    /// A token of a number, in the form of a JWT.
    private static func token(_ number: Int) -> String { "header.payload\(number).signature" }

    /// An OIDC endpoint. Numbers in `failing` are answered with an error.
    private func endpoint(failing: Set<Int> = []) throws -> LoopbackServer {
        try LoopbackServer { number, request in
            guard request.headers["authorization"] == "Bearer request-secret" else { return .answer(401) }
            guard !failing.contains(number) else { return .answer(503, "request-secret") }
            return .answer(200, #"{"value": "\#(Self.token(number))"}"#)
        }
    }

    /// Runs the `plan` script with a program in place of ferry, whose working folder is the returned one.
    private func run(
        _ program: String,
        _ server: LoopbackServer,
        _ changes: [String: String] = [:]
    ) async throws -> (result: Command, folder: TemporaryDirectory, hub: GitHubProgram) {
        let (folder, hub) = (try TemporaryDirectory(), try GitHubProgram())
        try PullRequestAction.writeProgram(program, to: "ferry", in: folder)
        let inputs = [
            "FERRY": folder.path("ferry"), "MANIFESTS": "plan.yaml", "STATE": "ferry.state.json", "KEY": "erp",
            "ROLE": Self.role, "GITHUB_WORKSPACE": folder.path, "FERRY_TOKEN_RENEWAL_SECONDS": "2",
            "AWS_ACCESS_KEY_ID": "static", "AWS_SECRET_ACCESS_KEY": "static", "AWS_SESSION_TOKEN": "static",
            "ACTIONS_ID_TOKEN_REQUEST_URL": "\(server.url)/token?api-version=2.0",
            "ACTIONS_ID_TOKEN_REQUEST_TOKEN": "request-secret",
        ]
        let result = try await Command.run(
            ["bash", "\(PullRequestAction.folder)/plan"],
            in: folder.path,
            environment: hub.environment.merging(inputs) { $1 }.merging(changes) { $1 }
        )
        return (result, folder, hub)
    }

    /// A program that waits until the token file has changed `count` times, and records what it has seen.
    private func waiting(forRenewals count: Int) -> String {
        """
        env >environment
        stat --format '%a' "$AWS_WEB_IDENTITY_TOKEN_FILE" "$(dirname "$AWS_WEB_IDENTITY_TOKEN_FILE")" >modes
        for ((round = 0; round <= \(count); round++)); do
            token=$(cat "$AWS_WEB_IDENTITY_TOKEN_FILE")
            printf '%s\\n' "$token" >>tokens
            if ((round < \(count))); then
                for ((wait = 0; wait < 1200; wait++)); do
                    [[ $(cat "$AWS_WEB_IDENTITY_TOKEN_FILE") == "$token" ]] || break
                    sleep 0.05
                done
            fi
        done
        stat --format '%a' "$AWS_WEB_IDENTITY_TOKEN_FILE" >>modes
        exit 9
        """
    }

    @Test("the token file is renewed while ferry runs, private, and removed at the end")
    func renewal() async throws {
        let server = try endpoint()
        defer { server.stop() }
        let (result, folder, hub) = try await run(waiting(forRenewals: 2), server)
        #expect(result.exitCode == 9, "\(result.output)\(result.errorOutput)")
        let tokens = try String(contentsOfFile: folder.path("tokens"), encoding: .utf8).split(separator: "\n")
        #expect(tokens.count == 3 && Set(tokens).count == 3 && tokens[0] == "header.payload0.signature")
        #expect(try String(contentsOfFile: folder.path("modes"), encoding: .utf8) == "600\n700\n600\n")
        #expect(server.requests.first?.target == "/token?api-version=2.0&audience=sts.amazonaws.com")

        let environment = try String(contentsOfFile: folder.path("environment"), encoding: .utf8)
        #expect(environment.contains("AWS_ROLE_ARN=\(Self.role)\n"))
        #expect(environment.contains("AWS_ROLE_SESSION_NAME=ferry-7-1\n"))
        for secret in ["request-secret", "header.payload", "static", "GH_TOKEN"] {
            #expect(!environment.contains(secret), "\(secret)")
        }
        #expect(!(result.output + result.errorOutput).contains("payload"))
        #expect(!(result.output + result.errorOutput).contains("request-secret"))
        let left = try FileManager.default.contentsOfDirectory(atPath: hub.temporary)
        #expect(left.allSatisfy { $0.hasPrefix("ferry-plan.") }, "\(left)")
    }

    @Test("a renewal that fails is reported once and tried again; ferry continues")
    func failedRenewal() async throws {
        let server = try endpoint(failing: [1, 2])
        defer { server.stop() }
        let (result, folder, _) = try await run(waiting(forRenewals: 1), server)
        #expect(result.exitCode == 9, "\(result.output)\(result.errorOutput)")
        let tokens = try String(contentsOfFile: folder.path("tokens"), encoding: .utf8)
        #expect(tokens == "header.payload0.signature\nheader.payload3.signature\n")
        let message = "::warning title=ferry::cannot renew the OIDC token: GitHub answered with status 503"
        #expect(result.errorOutput.ranges(of: message).count == 1, "\(result.errorOutput)")
        #expect(result.errorOutput.contains("The OIDC token was renewed."))
        #expect(!result.errorOutput.contains("request-secret"))
    }

    @Test("without a first token, or for something that is not a role, ferry does not start")
    func unavailable() async throws {
        let server = try endpoint(failing: [0])
        defer { server.stop() }
        for (changes, message) in [
            ([:], "cannot get an OIDC token: GitHub answered with status 503"),
            (["ACTIONS_ID_TOKEN_REQUEST_URL": ""], "give it the permission id-token: write"),
            (["ROLE": "migration-apply"], "'migration-apply' is not the ARN of a role"),
        ] {
            let (result, folder, hub) = try await run("touch started", server, changes)
            #expect(result.exitCode == 1)
            #expect(result.errorOutput.contains("::error title=ferry::"), "\(result.errorOutput)")
            #expect(result.errorOutput.contains(message), "\(result.errorOutput)")
            #expect(!FileManager.default.fileExists(atPath: folder.path("started")))
            let left = try FileManager.default.contentsOfDirectory(atPath: hub.temporary)
            #expect(left.allSatisfy { $0.hasPrefix("ferry-plan.") }, "\(left)")
        }
    }

    @Test("a redirect does not take the request token to another server")
    func redirect() async throws {
        let other = try LoopbackServer { _, _ in .answer(200, #"{"value": "a.b.c"}"#) }
        let server = try LoopbackServer { _, _ in .answer(302, headers: ["Location": "\(other.url)/token"]) }
        defer {
            server.stop()
            other.stop()
        }
        let (result, _, _) = try await run("touch started", server)
        #expect(result.exitCode == 1)
        #expect(result.errorOutput.contains("GitHub answered with status 302"), "\(result.errorOutput)")
        #expect(other.requests.isEmpty)
    }

    @Test("a canceled job stops ferry in an orderly way", arguments: ["INT", "TERM"])
    func cancellation(signal: String) async throws {
        let server = try endpoint()
        defer { server.stop() }
        // The program signals the first process of the step, as GitHub does, and ends when the signal is passed on.
        let program = """
            trap 'echo stopped >stopped; exit 130' TERM
            kill -\(signal) "$PPID"
            for ((wait = 0; wait < 1200; wait++)); do sleep 0.05; done
            """
        let (result, folder, hub) = try await run(program, server)
        #expect(result.exitCode == 130, "\(result.output)\(result.errorOutput)")
        #expect(FileManager.default.fileExists(atPath: folder.path("stopped")))
        let left = try FileManager.default.contentsOfDirectory(atPath: hub.temporary)
        #expect(left.allSatisfy { $0.hasPrefix("ferry-plan.") }, "\(left)")
    }
}
