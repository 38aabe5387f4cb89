import Foundation

/// A fleet of 100,000 imports as a person's script would write it: 41 MB in one file, or 1,000 files of 100 imports.
enum Fleet {
    static let imports = 100_000
    private static let files = 1_000

    /// Writes the file and the folder of files, and returns their paths.
    static func write(to folder: String) throws -> (file: String, files: String) {
        let (file, many) = (folder + "/fleet.yaml", folder + "/fleet")
        try FileManager.default.createDirectory(atPath: many, withIntermediateDirectories: true)
        try manifest("fleet", numbers: 0..<imports).write(toFile: file, atomically: true, encoding: .utf8)
        let count = imports / files
        for number in 0..<files {
            let name = "fleet-\(padded(number, 4))"
            try manifest(name, numbers: number * count..<(number + 1) * count)
                .write(toFile: "\(many)/\(name).yaml", atomically: true, encoding: .utf8)
        }
        return (file, many)
    }

    private static func manifest(_ name: String, numbers: Range<Int>) -> String {
        var text = """
            version: 1
            name: \(name)
            region: us-east-1
            staging: {bucket: fleet-staging, prefix: ferry/}
            limits: {uploads: 16, conversions: 20, bandwidth: 1 GiB/s, requests: 5/s}
            imports:

            """
        for number in numbers {
            let id = padded(number, 6)
            text += """
                  # exported by the inventory of site \(number % 40), rack \(number % 97)
                  - name: machine-\(id)
                    image: ../exports/site-\(number % 40)/rack-\(number % 97)/machine-\(id).vmdk
                    zones: [us-east-1a, us-east-1c]
                    size: \(8 + number % 500) GiB
                    description: "Machine \(id) of the fleet, exported from vCenter of the data centre on 2026-10-01"
                    tags:
                      owner: team-\(number % 300)
                      cost-centre: "\(padded(number % 9999, 5))"
                      source: esx-\(number % 800).site-\(number % 40).example.com
                      tier: \(["db", "app", "web"][number % 3])

                """
        }
        return text
    }

    private static func padded(_ number: Int, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}
