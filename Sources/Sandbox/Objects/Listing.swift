/// What a listing asks for, in the terms common to both versions of ListObjects.
struct ListingQuery: Sendable {
    /// Only keys that begin with this.
    var prefix: ObjectKey
    /// What ends a common prefix; empty for none.
    var delimiter: [UInt8]
    /// The key or common prefix after which the listing begins.
    var after: ObjectKey?
    /// The most keys and common prefixes to name.
    var limit: Int
}

/// One page of a listing: objects, and the common prefixes that stand for objects.
struct Listing: Sendable {
    /// The objects, in byte order of their keys.
    private(set) var objects: [StoredObject] = []
    /// The common prefixes, in byte order.
    private(set) var commonPrefixes: [ObjectKey] = []
    /// What the next page comes after; `nil` if this is the last.
    private(set) var next: ObjectKey?

    /// Walks the keys, over everything below a common prefix in one step.
    init(_ query: ListingQuery, keys: SortedKeys, objects known: [ObjectKey: StoredObject]) {
        var position = keys.position(of: query.prefix)
        if let after = query.after {
            position = max(position, Self.position(after: after, query: query, in: keys))
        }
        var last: ObjectKey?
        while position < keys.keys.count {
            let key = keys.keys[position]
            guard key.bytes.starts(with: query.prefix.bytes) else { return }
            guard objects.count + commonPrefixes.count < query.limit else {
                next = last
                return
            }
            if let common = Self.commonPrefix(of: key, query: query) {
                commonPrefixes.append(common)
                last = common
                position = common.afterPrefix.map { keys.position(of: $0) } ?? keys.keys.count
            } else {
                if let object = known[key] {
                    objects.append(object)
                }
                last = key
                position += 1
            }
        }
    }

    /// A page that ended with a common prefix is followed by what comes after all keys that begin with it.
    private static func position(after: ObjectKey, query: ListingQuery, in keys: SortedKeys) -> Int {
        if commonPrefix(of: after, query: query) == after, let bound = after.afterPrefix {
            return keys.position(of: bound)
        }
        let position = keys.position(of: after)
        return position < keys.keys.count && keys.keys[position] == after ? position + 1 : position
    }

    private static func commonPrefix(of key: ObjectKey, query: ListingQuery) -> ObjectKey? {
        guard !query.delimiter.isEmpty, key.bytes.starts(with: query.prefix.bytes) else { return nil }
        var start = query.prefix.bytes.count
        while start + query.delimiter.count <= key.bytes.count {
            let end = start + query.delimiter.count
            if key.bytes[start..<end].elementsEqual(query.delimiter) {
                return ObjectKey(bytes: key.bytes[..<end])
            }
            start += 1
        }
        return nil
    }
}
