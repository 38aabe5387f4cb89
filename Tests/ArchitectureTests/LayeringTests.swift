import Testing

@Suite("Layering of targets")
struct LayeringTests {
    /// Leaf libraries that perform no I/O. Every target may import them.
    private static let pureLeaves: Set = [
        "Diagnostics", "Hashing", "JSON", "TerminalText", "WireEncoding", "XML", "YAML",
    ]
    /// Leaf libraries that perform I/O, keep time, or sign requests.
    private static let leaves = pureLeaves.union(["FileSystem", "FlowControl", "HTTPClient", "SigV4"])

    /// The targets that each target may import, besides itself. Imports only point down.
    static let allowed: [String: Set<String>] = {
        let core = leaves.union([
            "AWS", "DiskImages", "EC2Types", "Execution", "ImportReadiness", "Migration", "StateStore",
        ])
        return [
            "ferry": core.union(["Operations", "Reports", "Sandbox", "Schemas"]),
            "ferry-simulate": ["Simulation"],
            "Simulation": core.subtracting(["AWS", "HTTPClient"]).union(["Operations"]),
            "Operations": core.union(["Reports"]),
            "Sandbox": leaves.union(["DiskImages", "EC2Types", "ImportReadiness"]),
            "Reports": pureLeaves.union(["DiskImages", "EC2Types", "ImportReadiness", "Migration"]),
            "Execution": leaves.union(["AWS", "DiskImages", "EC2Types", "ImportReadiness", "Migration", "StateStore"]),
            "StateStore": leaves.union(["AWS", "Migration"]),
            "Migration": pureLeaves.union(["DiskImages", "EC2Types"]),
            "AWS": leaves.union(["EC2Types"]),
            "ImportReadiness": pureLeaves.union(["DiskImages", "EC2Types"]),
            "EC2Types": pureLeaves,
            "DiskImages": pureLeaves.union(["FileSystem", "FlowControl", "CISAL", "CLibDeflate"]),
            "HTTPClient": ["CLibCurl", "FileSystem", "FlowControl", "WireEncoding"],
            "SigV4": ["Hashing", "WireEncoding"],
            "YAML": ["CLibYAML", "Diagnostics", "TerminalText"],
            "XML": ["CLibXML2", "WireEncoding"],
            "JSON": ["Hashing", "TerminalText"],
            "WireEncoding": ["Hashing"],
            "Diagnostics": ["TerminalText"],
            "TerminalText": [],
            "FileSystem": ["TerminalText"],
            "FlowControl": [],
            "Hashing": ["COpenSSL"],
            "Schemas": [],
        ]
    }()

    /// Modules from outside the package that a target may import. Targets that are not listed may import any.
    private static let outside: [String: Set<String>] = [
        // Pure: no I/O, no concurrency.
        "Migration": []
    ]

    /// The modules of the package, by which an import is known to be internal.
    private static func isInternal(_ module: String) throws -> Bool {
        let systemLibraries: Set = ["CISAL", "CLibCurl", "CLibDeflate", "CLibXML2", "CLibYAML", "COpenSSL"]
        return try SourceTree.targets().contains(module) || systemLibraries.contains(module)
    }

    @Test("the table lists every target")
    func completeness() throws {
        #expect(try SourceTree.targets() == Self.allowed.keys.sorted())
    }

    @Test("a target imports only what the table allows", arguments: allowed.keys.sorted())
    func imports(target: String) throws {
        let imports = try SourceTree.imports(of: target)
        #expect(!imports.isEmpty || Self.allowed[target] == [])
        for (module, file) in imports where try module != target && Self.isInternal(module) {
            #expect(Self.allowed[target]?.contains(module) == true, "\(target) must not import \(module) (\(file))")
        }
    }

    @Test(
        "Package.swift declares only what the table allows, and what the files import",
        arguments: allowed.keys.sorted()
    )
    func dependencies(target: String) throws {
        let declared = try #require(try SourceTree.declaredDependencies()[target], "\(target) is not in Package.swift")
        let imported = Set(try SourceTree.imports(of: target).keys)
        for name in declared {
            if try Self.isInternal(name) {
                #expect(Self.allowed[target]?.contains(name) == true, "\(target) must not depend on \(name)")
            }
            #expect(imported.contains(name), "\(target) depends on \(name) and does not import it")
        }
        for module in imported where try module != target && Self.isInternal(module) {
            #expect(declared.contains(module), "\(target) imports \(module) without depending on it")
        }
    }

    @Test("a pure target imports nothing from outside the package", arguments: outside.keys.sorted())
    func purity(target: String) throws {
        for (module, file) in try SourceTree.imports(of: target) where try !Self.isInternal(module) {
            #expect(Self.outside[target]?.contains(module) == true, "\(target) must not import \(module) (\(file))")
        }
    }

    @Test("no target imports itself through others", arguments: allowed.keys.sorted())
    func cycles(target: String) throws {
        let targets = Set(try SourceTree.targets())
        var reached: Set<String> = []
        var waiting = Array(targets.intersection(try SourceTree.imports(of: target).keys).subtracting([target]))
        while let next = waiting.popLast() {
            guard reached.insert(next).inserted else { continue }
            waiting += targets.intersection(try SourceTree.imports(of: next).keys).subtracting([next])
        }
        #expect(!reached.contains(target))
    }
}
