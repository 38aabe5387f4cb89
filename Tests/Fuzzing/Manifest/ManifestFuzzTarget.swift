import Diagnostics
import Glibc
import Migration
import Operations
import YAML

/// What libFuzzer calls: one input is one migration manifest and, beside it, one lock.
///
/// Whatever the bytes are, the outcome is a migration manifest or diagnostics whose places lie in the file, and every
/// form of the diagnostics can be written; anything else ends the process, and libFuzzer keeps the input.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOneInput(_ data: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    FuzzedManifest.shared.run(UnsafeBufferPointer(start: data, count: count))
    return 0
}

/// A folder in memory with the files that each input is written to.
struct FuzzedManifest {
    static let shared = FuzzedManifest()

    private let manifest: String
    private let lock: String

    private init() {
        var template = Array("/dev/shm/ferry-fuzz.XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { fatalError("no folder in /dev/shm: \(errno)") }
        let folder = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
        manifest = "\(folder)/plan.yaml"
        lock = LockFile.path(besides: manifest)
    }

    func run(_ bytes: UnsafeBufferPointer<UInt8>) {
        Self.write(bytes, to: manifest)
        Self.write(bytes, to: lock)
        let (manifests, diagnostics) = ManifestLoader.load(paths: [manifest])
        let hasErrors = diagnostics.contains { $0.severity == .error }
        guard hasErrors || manifests.first.map({ !$0.imports.isEmpty }) == true else {
            fatalError("no error, and nothing to import")
        }
        for item in manifests.flatMap(\.imports) where !hasErrors {
            guard !item.zones.isEmpty, !item.region.isEmpty else { fatalError("an import that goes nowhere") }
        }
        check(diagnostics)
        let (found, problems) = LockFile.read(besides: manifest)
        guard found != nil || !problems.isEmpty else { fatalError("no lock, and nothing wrong with it") }
        check(problems)
        if let found { checkRoundTrip(found) }
    }

    private func check(_ diagnostics: [Diagnostic]) {
        for location in diagnostics.compactMap(\.location) {
            let start = location.range.start
            guard start.line >= 1, start.line <= location.file.lineCount + 1, start.column >= 1 else {
                fatalError("a place outside the file: \(start)")
            }
        }
        // Some thousand diagnostics say nothing new, and take long to write in every form.
        let few = Array(diagnostics.prefix(20))
        for form in DiagnosticFormat.allCases {
            do {
                let text = try form.document(for: few, version: "0")
                guard !text.isEmpty || few.isEmpty else { fatalError("nothing said as \(form)") }
            } catch {
                fatalError("\(form): \(error)")
            }
        }
    }

    /// A lock that can be read is written and read again as it was.
    private func checkRoundTrip(_ found: ImageLock) {
        do {
            _ = try LockFile.write(found, besides: manifest)
        } catch {
            fatalError("\(error)")
        }
        guard LockFile.read(besides: manifest).lock == found else { fatalError("the lock is another one when written") }
    }

    private static func write(_ bytes: UnsafeBufferPointer<UInt8>, to path: String) {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard descriptor >= 0, Glibc.write(descriptor, bytes.baseAddress, bytes.count) == bytes.count else {
            fatalError("\(path): \(errno)")
        }
        close(descriptor)
    }
}
