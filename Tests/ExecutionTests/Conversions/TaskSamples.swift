import DiskImages
import Hashing
import Migration
import MigrationSamples

@testable import EC2Types
@testable import Execution

/// Imports, records and tasks for tests of what a run knows about conversion tasks.
enum TaskSamples {
    static func item(_ image: String, sizeGiB: Int = 1) -> VolumeImport {
        var item = VolumeImport.sample(name: image, content: image)
        item.volumeSize = sizeGiB
        return item
    }

    static func marker(_ item: VolumeImport, attempt: Int = 1) -> TaskMarker {
        TaskMarker(address: item.address, fingerprint: item.fingerprint, attempt: attempt)
    }

    static func task(_ id: String, _ marker: TaskMarker?, _ state: ConversionTask.State = .active) -> ConversionTask {
        let details = ConversionTask.Details(
            availabilityZone: "us-east-1a",
            description: marker?.description,
            image: ConversionTask.Image(format: "RAW", bytes: 1),
            volumeSize: 1
        )
        return ConversionTask(id: id, state: state, details: details)
    }

    static func record(_ item: VolumeImport, _ phase: ImportPhase, superseded: [String] = []) -> ImportRecord {
        var record = ImportRecord(
            subject: item,
            attempts: 1,
            updated: 0,
            superseded: superseded.map {
                SupersededImport(fingerprint: item.fingerprint, taskID: $0, volumeID: nil)
            }
        )
        record.phase = phase
        return record
    }

    static func state(_ records: ImportRecord...) -> MigrationState {
        MigrationState(
            lineage: "x",
            imports: Dictionary(uniqueKeysWithValues: records.map { ($0.subject.address, $0) })
        )
    }

    static func groups(_ state: MigrationState, _ changes: (VolumeImport, Action, task: String?)...) -> [ImageGroup] {
        groups(
            state,
            changes.map { item, action, task in
                Change(address: item.address, action: action, reasons: [], desired: item, task: task)
            }
        )
    }

    static func groups(_ state: MigrationState, _ changes: [Change]) -> [ImageGroup] {
        ImageGroup.groups(
            of: Plan(lineage: nil, serial: 0, manifests: [], changes: changes, unmarkedTasks: 0),
            state: state
        )
    }
}
