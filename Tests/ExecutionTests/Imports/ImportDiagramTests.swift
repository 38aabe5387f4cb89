import Foundation
import Testing

@testable import EC2Types
@testable import Execution
@testable import Migration

@Suite("Diagram of the import state machine")
struct ImportDiagramTests {
    @Test("the diagrams in the documentation are those of the machine")
    func freshness() throws {
        let file = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../../Sources/Execution/Imports/ImportStateMachine.swift").standardizedFileURL
        let documented = Self.diagrams(in: try String(contentsOf: file, encoding: .utf8))
        let rendered = MachineSamples.goals.map(Self.diagram)
        #expect(documented.count == rendered.count)
        for (documented, rendered) in zip(documented, rendered) where documented != rendered {
            let block = rendered.map { "/// \($0)" }.joined(separator: "\n")
            Issue.record("replace the diagram in \(file.lastPathComponent) with:\n\(block)")
        }
    }

    /// The lines of each Mermaid diagram in a doc comment.
    private static func diagrams(in source: String) -> [[String]] {
        var diagrams: [[String]] = []
        var isInside = false
        for line in source.split(separator: "\n", omittingEmptySubsequences: false) {
            let text = line.hasPrefix("/// ") ? String(line.dropFirst(4)) : String(line)
            if text == "```mermaid" {
                diagrams.append([])
                isInside = true
            } else if text == "```" {
                isInside = false
            } else if isInside {
                diagrams[diagrams.count - 1].append(text)
            }
        }
        return diagrams
    }

    /// A diagram of what the machine answers in each phase. Observations that it treats as `entered` are left out.
    private static func diagram(of goal: ImportStateMachine.Goal) -> [String] {
        let machine = MachineSamples.machine(goal)
        var lines = ["stateDiagram-v2"]
        for phase in ImportPhase.Name.allCases {
            let record = MachineSamples.record(in: phase)
            let entered = machine.next(record, .entered)
            for observation in MachineSamples.observations {
                switch observation {
                // These end the import in every phase.
                case .started, .stopped, .failed, .dropped: continue
                default: break
                }
                let step = machine.next(record, observation)
                guard observation == .entered || step != entered else { continue }
                let target = target(of: step, from: record)
                lines.append("    \(phase.rawValue) --> \(target): \(name(observation)) / \(name(step))")
            }
        }
        return lines
    }

    /// The phase that a step leads to, or the end.
    private static func target(of step: ImportStep, from record: ImportRecord?) -> String {
        let event: StateEvent.Step
        switch step {
        case .finish, .drop: return "[*]"
        case .record(let step): event = step
        case .recordIntent(let attempt): event = .requested(attempt: attempt)
        default: return record?.phase.name.rawValue ?? "[*]"
        }
        let address = MachineSamples.subject.address
        let after = try? MigrationState.record(after: StateEvent(time: 1, address: address, step: event), from: record)
        return after?.phase.name.rawValue ?? "illegal"
    }

    private static func name(_ observation: ImportObservation) -> String {
        if case .taskUnlisted(_, _, let hasExpired) = observation { return hasExpired ? "taskExpired" : "taskUnlisted" }
        return label(observation)
    }

    private static func name(_ step: ImportStep) -> String {
        switch step {
        case .record(let event): "record \(label(event))"
        case .finish(let end): "finish \(label(end))"
        default: label(step)
        }
    }

    /// The name of an enumeration's case.
    private static func label(_ value: Any) -> String {
        Mirror(reflecting: value).children.first?.label ?? "\(value)"
    }
}
