import Diagnostics

/// Finds what is wrong with the keys of a mapping.
enum MappingKeys {
    /// Up to so many keys are compared with each other: to hash a handful would take longer.
    private static let handful = 12

    /// Says which keys of a mapping stand twice, which are no texts, and which merge keys have nothing to merge.
    ///
    /// - Parameter mapping: The mapping's record; everything below it is in the store.
    static func problems(of mapping: Int, in store: NodeStore, of file: SourceFile) -> [Diagnostic] {
        let keys = keys(of: mapping, in: store)
        var diagnostics: [Diagnostic] = []
        var first: [String: Int] = [:]
        for (number, key) in keys.enumerated() {
            let record = store.content(of: key)
            let location = SourceLocation(file: file, range: store.records[key].range)
            switch record.kind {
            case .plainScalar, .quotedScalar: break
            case .sequence, .mapping:
                diagnostics.append(Diagnostic(.syntax, "a key is a single value", at: location, help: "quote the key"))
                continue
            case .alias, .unreadable: continue
            }
            if record.kind == .plainScalar, record.second == 2, store.text(of: record) == "<<" {
                diagnostics += mergeProblems(of: store.index(after: key), in: store, of: file)
            }
            let earlier: Int?
            if keys.count <= handful {
                earlier = keys[..<number].first { store.haveEqualText(store.content(of: $0), record) }
            } else {
                let text = store.text(of: record)
                earlier = first[text]
                if earlier == nil { first[text] = key }
            }
            guard let earlier else { continue }
            let message = "“\(store.text(of: record).prefix(60))” stands twice in this mapping"
            diagnostics.append(
                Diagnostic(.duplicateKey, message, at: location, help: "keep one of them")
                    .noting(
                        "it stands here first",
                        at: SourceLocation(file: file, range: store.records[earlier].range)
                    )
            )
        }
        return diagnostics
    }

    private static func keys(of mapping: Int, in store: NodeStore) -> [Int] {
        let children = Int(store.records[mapping].first)
        var keys: [Int] = []
        keys.reserveCapacity(children / 2)
        var child = mapping + 1
        for number in 0..<children {
            if number % 2 == 0 { keys.append(child) }
            child = store.index(after: child)
        }
        return keys
    }

    /// Says what a merge key cannot take in.
    private static func mergeProblems(of value: Int, in store: NodeStore, of file: SourceFile) -> [Diagnostic] {
        let record = store.content(of: value)
        switch record.kind {
        case .mapping, .alias, .unreadable: return []
        case .plainScalar, .quotedScalar: break
        case .sequence:
            var child = store.contentIndex(of: value) + 1
            var areMappings = true
            for _ in 0..<record.first {
                let kind = store.content(of: child).kind
                areMappings = areMappings && (kind == .mapping || kind == .unreadable)
                child = store.index(after: child)
            }
            guard !areMappings else { return [] }
        }
        return [
            Diagnostic(
                .badMerge,
                "“<<” takes a mapping or a list of mappings",
                at: SourceLocation(file: file, range: store.records[value].range),
                help: "write an alias of a mapping, or a list of such aliases"
            )
        ]
    }
}
