import CLibYAML
import Foundation

/// libyaml's events over files, with nothing made of them: what reading YAML costs at least.
enum EventFloor {
    struct Failure: Error {}

    /// The seconds to read the files that paths name, a folder's files among them, and to go through their events.
    static func seconds(for paths: [String]) throws -> Double {
        let clock = ContinuousClock()
        let start = clock.now
        for path in paths {
            var isFolder: ObjCBool = false
            _ = FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
            guard isFolder.boolValue else {
                try readEvents(of: path)
                continue
            }
            for name in try FileManager.default.contentsOfDirectory(atPath: path).sorted() {
                try readEvents(of: path + "/" + name)
            }
        }
        return (clock.now - start).seconds
    }

    private static func readEvents(of path: String) throws {
        guard let file = fopen(path, "rb") else { throw Failure() }
        defer { fclose(file) }
        var parser = yaml_parser_t()
        guard yaml_parser_initialize(&parser) == 1 else { throw Failure() }
        defer { yaml_parser_delete(&parser) }
        yaml_parser_set_input_file(&parser, file)
        var event = yaml_event_t()
        var isEnd = false
        while !isEnd {
            guard yaml_parser_parse(&parser, &event) == 1 else { throw Failure() }
            isEnd = event.type == YAML_STREAM_END_EVENT
            yaml_event_delete(&event)
        }
    }
}
