import Foundation
import TestSupport
import Testing

/// What the scripts of `.github/actions/ferry-plan` make of their inputs, and what they write for the runner.
@Suite("The action's inputs and the runner's files", .serialized)
struct PullRequestInputTests {
    /// A program in place of ferry that records the arguments of `plan`.
    private static let recorder = #"""
        case $1 in
            plan) printf '%s\n' "$@" >arguments ;;
            show) [[ " $* " == *" line "* ]] && printf 'ferry plan: %064d\n' 0 || echo text ;;
        esac
        """#

    /// The arguments of `ferry plan` after the action's own options.
    private func arguments(manifests: String, options: String) async throws -> [String] {
        let (folder, hub) = (try TemporaryDirectory(), try GitHubProgram())
        try PullRequestAction.writeProgram(Self.recorder, to: "ferry", in: folder)
        try folder.write("", to: "my plans/b c.yaml")
        let inputs = [
            "FERRY": folder.path("ferry"), "MANIFESTS": manifests, "OPTIONS": options, "STATE": "ferry.state.json",
            "KEY": "erp", "GITHUB_WORKSPACE": folder.path,
        ]
        let plan = try await Command.run(
            ["bash", "\(PullRequestAction.folder)/plan"],
            in: folder.path,
            environment: hub.environment.merging(inputs) { $1 }
        )
        #expect(plan.exitCode == 0, "\(plan.output)\(plan.errorOutput)")
        let words = folder.text("arguments").split(separator: "\n").map(String.init)
        let last = try #require(words.firstIndex(of: "line"))
        return Array(words[(last + 1)...])
    }

    @Test(
        "manifests is one path a line, or several in a single line",
        arguments: [
            ("plans", ["plans"]), ("plans other", ["plans", "other"]), ("\t plans   other \n", ["plans", "other"]),
            ("plans\nother", ["plans", "other"]), ("plans\r\nother\r\n", ["plans", "other"]),
            ("plans\n\n  # a comment\n   \n  other  \n", ["plans", "other"]), ("#x\nplans", ["plans"]),
            ("my plans/b c.yaml", ["my plans/b c.yaml"]), ("my plans/b c.yaml\n", ["my plans/b c.yaml"]),
            ("my plans\nmy plans/b c.yaml\n", ["my plans", "my plans/b c.yaml"]),
            ("'my plans' \"my plans/b c.yaml\" d", ["my plans", "my plans/b c.yaml", "d"]),
            ("a #1.yaml\n'b'.yaml\n*.yaml", ["a #1.yaml", "'b'.yaml", "*.yaml"]),
            ("$(touch x)\n`touch x`;\\n", ["$(touch x)", "`touch x`;\\n"]),
            ("-x.yaml\n--target", ["./-x.yaml", "./--target"]), ("é%,: \u{3000}.yaml\nb", ["é%,: \u{3000}.yaml", "b"]),
        ] as [(String, [String])]
    )
    func manifests(_ input: String, _ paths: [String]) async throws {
        #expect(try await arguments(manifests: input, options: "") == paths)
    }

    @Test(
        "options is any number of options a line",
        arguments: [
            ("", []), ("--recreate-missing", ["--recreate-missing"]),
            ("--target erp/*@*\n--exclude erp/test", ["--target", "erp/*@*", "--exclude", "erp/test"]),
            ("\n# all\n--target=a # one\n  --target b\r\n", ["--target=a", "--target", "b"]),
            ("--target 'a b'\n--target=\"c 'd'\"", ["--target", "a b", "--target=c 'd'"]),
            ("--target a#b \\ $HOME", ["--target", "a#b", "\\", "$HOME"]), ("--target ''", ["--target", ""]),
        ] as [(String, [String])]
    )
    func options(_ input: String, _ words: [String]) async throws {
        // An empty argument is an empty line of the record, and dropped there.
        #expect(try await arguments(manifests: "plans", options: input) == words.filter { !$0.isEmpty } + ["plans"])
    }

    @Test("an input that names nothing or is unclear is an error")
    func wrongInputs() async throws {
        let action = try await PullRequestAction()
        for (changes, message) in [
            (["MANIFESTS": ""], "the input manifests names no file or folder"),
            (["MANIFESTS": " \n# plans\n"], "the input manifests names no file or folder"),
            (["OPTIONS": "--target 'a"], "unclosed quotation mark in "),
            (["MANIFESTS": "a \"b"], "unclosed quotation mark"),
            (
                ["FERRY": "no/such/ferry\n::set-env::"],
                "ferry not found: $'no/such/ferry\\n::set-env::' is not a program"
            ),
        ] {
            let result = try await action.run("plan", changes)
            #expect(result.exitCode == 1 && result.output.isEmpty)
            #expect(result.errorOutput.hasPrefix("::error title=ferry::\(message)"), "\(result.errorOutput)")
            #expect(result.errorOutput.split(separator: "\n").count == 1, "\(result.errorOutput)")
        }
        #expect(try action.outputs.isEmpty)
    }

    @Test("every manifest of several lines is planned, and none is forgotten")
    func severalManifests() async throws {
        let action = try await PullRequestAction()
        let folder = action.workspace.folder
        let manifest = folder.text("plan.yaml")
        let name = try #require(manifest.firstMatch(of: /name: (\w+)\n/)?.1)
        try folder.write(manifest.replacing("name: \(name)\n", with: "name: second\n"), to: "other plan.yaml")
        let input = "# both\nplan.yaml\n\nother plan.yaml\n"
        let plan = try await action.plan(["MANIFESTS": input, "OPTIONS": ""])
        #expect(plan.exitCode == 0, "\(plan.output)\(plan.errorOutput)")
        let markdown = try action.planned("ferry-plan.md")
        #expect(markdown.contains("## ferry plan: 8 to create\n"), "\(markdown)")
        try action.hub.merge()
        #expect(try await action.run("apply").exitCode == 0)
        let second = try await action.plan(["MANIFESTS": input, "OPTIONS": ""])
        #expect(second.exitCode == 0, "\(second.output)\(second.errorOutput)")
        #expect(try action.outputs["changes"] == "false")
    }

    @Test("a path with line breaks adds no output, and a message with them no workflow command")
    func runnerFiles() async throws {
        let action = try await PullRequestAction()
        let temporary = action.workspace.folder.path("100%\ndigest=forged\r\n::warning::a")
        try FileManager.default.createDirectory(atPath: temporary, withIntermediateDirectories: true)
        let plan = try await action.run("plan", ["RUNNER_TEMP": temporary])
        #expect(plan.exitCode == 0, "\(plan.output)\(plan.errorOutput)")
        // As the runner reads it: NAME=VALUE, or NAME<<DELIMITER, lines, DELIMITER.
        let outputs = action.workspace.folder.text("outputs")
        let match = try #require(
            outputs.wholeMatch(of: /changes=true\ndigest=[0-9a-f]{64}\nfolder<<(ferry-[0-9a-f]{32})\n((?s).*)\n\1\n/)
        )
        #expect(match.2.hasPrefix(temporary + "/ferry-plan."))
        let apply = try await action.run("apply", ["GITHUB_REF": "a\n::add-mask::b\r100%"])
        #expect(
            apply.errorOutput
                == "::error title=ferry::a%0A::add-mask::b%0D100%25 is not a branch; apply runs on the branch that pull "
                + "requests are merged to\n"
        )
        let role = ["ROLE": "arn\n::add-mask::b%", "AUDIENCE": ""]
        let wrongRole = try await action.run("plan", role)
        #expect(
            wrongRole.errorOutput == "::error title=ferry::'arn\\n::add-mask::b%25' is not the ARN of a role\n",
            "\(wrongRole.errorOutput)"
        )
    }

    @Test(
        "a program that is not installed is named",
        arguments: [
            ("check", "jq"), ("check", "gh"), ("comment", "jq"), ("comment", "gh"), ("apply", "jq"), ("apply", "gh"),
            ("apply", "python3"), ("plan", "python3"),
        ]
    )
    func missingPrograms(script: String, name: String) async throws {
        let action = try await PullRequestAction()
        let hubFolder = try #require(action.hub.environment["GH_FOLDER"])
        let programs = try PullRequestAction.programs(except: name, with: ["gh": "\(hubFolder)/gh"])
        let digest = String(repeating: "a", count: 64)
        try action.workspace.folder.write("<!-- ferry-plan: erp -->\n## ferry plan: x\n", to: "ferry-plan.md")
        let result = try await action.run(
            script,
            [
                "PATH": programs.path, "ROLE": script == "plan" ? "arn:aws:iam::123456789012:role/x" : "",
                "DIGEST": digest, "PLAN_FOLDER": action.workspace.folder.path,
            ]
        )
        #expect(result.exitCode == 1)
        let message = "::error title=ferry::not found in PATH: \(name); install what is missing on the runner"
        #expect(result.errorOutput.hasPrefix(message), "\(result.errorOutput)")
        #expect(try action.hub.comments().count == 2 && action.hub.checks().isEmpty)
    }
}
