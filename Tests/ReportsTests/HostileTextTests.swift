import DiskImages
import Hashing
import Migration
import TerminalText
import TestSupport
import Testing

@testable import Reports

/// Text from EC2, from file names, and from a state reaches a terminal without its control characters.
@Suite struct HostileTextTests {
    /// Clears the screen, sets the title, moves the cursor, reverses the direction of writing, and starts a workflow command.
    private static let hostile = "a\u{1B}[2J\u{1B}]0;title\u{7}\u{9B}5A\u{202E}b\r\n::error::c"

    private static func record(_ phase: ImportPhase) -> ImportRecord {
        let subject = VolumeImport(
            address: ImportAddress(manifest: "erp", image: hostile, zone: "us-east-1a"),
            region: "us-east-1",
            zone: "us-east-1a",
            image: SourceImage(
                path: hostile,
                format: .raw,
                bytes: 512,
                virtualSize: 512,
                digest: SHA256.digest(of: "a")
            ),
            volumeSize: 1,
            staging: StagingLocation(bucket: "b", prefix: "")
        )
        var record = ImportRecord(subject: subject, updated: 1_793_491_200)
        record.phase = phase
        return record
    }

    private static var conversion: Conversion {
        var conversion = Conversion(taskID: hostile)
        conversion.statusMessage = hostile
        return conversion
    }

    private static let phases: [ImportPhase] = [
        .staging, .requested, .converting(conversion), .completed(conversion, volumeID: hostile),
        .settled(conversion, volumeID: hostile), .failed(taskID: hostile, message: hostile),
        .rejected(conversion, volumeID: hostile, message: hostile),
    ]

    private func isClean(_ text: TerminalString) -> Bool {
        let text = text.rendered
        return text.unicodeScalars.allSatisfy { ($0.value >= 0x20 && !(0x7F..<0xA0).contains($0.value)) || $0 == "\n" }
            && !text.unicodeScalars.contains("\u{202E}") && !text.contains("\n::error")
    }

    @Test("Status", arguments: phases)
    func status(phase: ImportPhase) {
        let record = Self.record(phase)
        let state = MigrationState(lineage: "l", serial: 1, imports: [record.subject.address: record])
        let text = StatusText(state, style: TextStyle(hasColour: false)).text
        #expect(isClean(text), "\(text.rendered.debugDescription)")
        #expect(text.rendered.contains("2026-11-01T00:00:00Z"))
    }

    @Test("The status says what EC2 said of a task that it converts")
    func statusMessage() {
        var conversion = Conversion(taskID: "import-vol-1")
        conversion.statusMessage = "Downloading 40%"
        let record = Self.record(.converting(conversion))
        let state = MigrationState(lineage: "l", serial: 1, imports: [record.subject.address: record])
        let text = StatusText(state, style: TextStyle(hasColour: false)).text
        #expect(text.rendered.contains("import-vol-1  ") && text.rendered.contains("EC2: Downloading 40%"), "\(text)")
    }

    @Test("Events")
    func events() {
        let address = Self.record(.staging).subject.address
        let hostile = Self.hostile
        let events: [MigrationEvent] = [
            .repackaging(image: hostile, as: .streamOptimized),
            .stagingBegan(image: hostile, imports: [address], parts: 1, partsPresent: 0),
            .staged(image: hostile, imports: [address]), .requested(address, attempt: 2),
            .reconciling(address, reason: hostile), .waitingForClaim(address, seconds: 5),
            .converting(address, taskID: hostile), .completed(address, volumeID: hostile),
            .settled(address, volumeID: hostile), .forgotten(address), .failed(address, message: hostile),
        ]
        for event in events {
            let line = EventText.line(for: event)
            #expect(line.map(isClean) == true && line?.rendered.contains("\n") == false, "\(String(describing: line))")
        }
    }

    @Test("The summary of an apply, and drift")
    func summary() {
        let text = ApplySummaryText(
            completed: 0,
            failures: [Self.hostile: Self.hostile],
            unfinished: 0,
            updated: 0,
            forgotten: 0
        )
        #expect(
            text.failureLines.allSatisfy { isClean($0) && $0.rendered.count { $0 == "\n" } == 1 },
            "\(text.failureLines)"
        )
    }
}
