import Foundation
import TestSupport
import Testing

@Suite("Machines whose clock is wrong or whose cache cannot be written", .serialized)
struct OddMachineTests {
    /// A library that sets the wall clock of a program back by 67 years, to before 1970.
    private static let clock = """
        #define _GNU_SOURCE
        #include <dlfcn.h>
        #include <sys/time.h>
        #include <time.h>
        int clock_gettime(clockid_t id, struct timespec *t) {
            static int (*real)(clockid_t, struct timespec *);
            if (!real) real = dlsym(RTLD_NEXT, "clock_gettime");
            int result = real(id, t);
            if (id == CLOCK_REALTIME || id == CLOCK_REALTIME_COARSE) t->tv_sec -= 2114380800L;
            return result;
        }
        int gettimeofday(struct timeval *t, void *zone) {
            struct timespec now;
            clock_gettime(CLOCK_REALTIME, &now);
            t->tv_sec = now.tv_sec;
            t->tv_usec = now.tv_nsec / 1000;
            return 0;
        }
        time_t time(time_t *t) {
            struct timespec now;
            clock_gettime(CLOCK_REALTIME, &now);
            if (t) *t = now.tv_sec;
            return now.tv_sec;
        }

        """

    /// What a program's environment needs for a clock before 1970.
    private static func wrongClock(in folder: TemporaryDirectory) async throws -> [String: String] {
        try folder.write(clock, to: "clock.c")
        let library = folder.path("clock.so")
        let result = try await Command.run(["clang", "-shared", "-fPIC", "-o", library, folder.path("clock.c")])
        try #require(result.exitCode == 0, "\(result.errorOutput)")
        let environment = ["LD_PRELOAD": library]
        let year = try await Command.run(["date", "-u", "+%Y"], environment: environment).output
        try #require(year.hasPrefix("19"), "\(year)")
        return environment
    }

    /// A migration manifest of one small image.
    private static func writeManifest(in folder: TemporaryDirectory) throws {
        try folder.write([UInt8](repeating: 1, count: 4096), to: "db.raw")
        try folder.write(
            """
            version: 1
            name: erp
            region: us-east-1
            staging: {bucket: fleet-staging}
            imports: [{name: db, image: db.raw, zones: [us-east-1a]}]

            """,
            to: "plan.yaml"
        )
    }

    @Test("a clock before 1970 ends no command")
    func clockBefore1970() async throws {
        let folder = try TemporaryDirectory()
        let environment = try await Self.wrongClock(in: folder)
        try Self.writeManifest(in: folder)
        let state = ["--state", ".ferry/sandbox/ferry.state.json"]
        for arguments in [
            ["validate", "plan.yaml"], ["inspect", "db.raw"], ["convert", "db.raw", "db.vmdk"],
            ["plan", "--sandbox", "--out", "p.json", "plan.yaml"], ["show", "p.json"],
            ["apply", "--sandbox", "--auto-approve", "plan.yaml"], ["status"] + state, ["state", "list"] + state,
            ["state", "export"] + state, ["lock", "plan.yaml"], ["plan", "--sandbox", "plan.yaml"],
            ["state", "rebuild", "--sandbox", "--force", "plan.yaml"],
            ["apply", "--sandbox", "--auto-approve", "--replace", "erp/db@us-east-1a", "plan.yaml"],
        ] {
            let result = try await Command.run(
                [Workspace.ferry] + arguments,
                in: folder.path,
                environment: environment
            )
            #expect(result.exitCode == 0, "\(arguments): \(result.output)\(result.errorOutput)")
        }
    }

    @Test("a clock before 1970 is corrected by that of the service, in concurrent calls too")
    func correctedClock() async throws {
        let workspace = try await Workspace()
        let (server, services) = try await workspace.serve()
        defer { server.crash() }
        let environment = try await Self.wrongClock(in: workspace.folder).merging(services) { $1 }
        for arguments in [["plan", "plan.yaml"], ["apply", "--auto-approve", "plan.yaml"], ["plan", "plan.yaml"]] {
            let result = try await Command.run(
                [Workspace.ferry] + arguments,
                in: workspace.folder.path,
                environment: environment
            )
            #expect(result.exitCode == 0, "\(arguments): \(result.output)\(result.errorOutput)")
        }
    }

    @Test("a file where the cache's folder should be costs time, and a warning says so")
    func fileInPlaceOfCache() async throws {
        let folder = try TemporaryDirectory()
        try Self.writeManifest(in: folder)
        try folder.write("", to: ".ferry")
        let plan = try await Command.run([Workspace.ferry, "plan", "--refresh=false", "plan.yaml"], in: folder.path)
        #expect(plan.exitCode == 0, "\(plan.output)\(plan.errorOutput)")
        #expect(plan.errorOutput.contains("F0209"), "\(plan.errorOutput)")
        let inspect = try await Command.run([Workspace.ferry, "inspect", "--digest", "db.raw"], in: folder.path)
        #expect(inspect.exitCode == 0 && inspect.output.contains("sha256:"), "\(inspect.output)\(inspect.errorOutput)")
    }

    @Test(
        "a cache on a disk that is full or read-only ends no command",
        .enabled(if: SmallDisk.isAvailable),
        arguments: [false, true]
    )
    func unwritableCache(isReadOnly: Bool) async throws {
        let folder = try TemporaryDirectory()
        try Self.writeManifest(in: folder)
        let disk = try SmallDisk(at: folder.path(".ferry"), kibibytes: 4)
        defer { disk.remove() }
        if isReadOnly { try disk.remount(kibibytes: 4, isReadOnly: true) }
        for arguments in [
            ["plan", "--refresh=false", "plan.yaml"], ["lock", "plan.yaml"], ["inspect", "--digest", "db.raw"],
        ] {
            let result = try await Command.run([Workspace.ferry] + arguments, in: folder.path)
            #expect(result.exitCode == 0, "\(arguments): \(result.output)\(result.errorOutput)")
        }
    }
}
