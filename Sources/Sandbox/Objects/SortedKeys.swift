/// The keys of a bucket in byte order.
struct SortedKeys: Sendable {
    private(set) var keys: [ObjectKey] = []

    /// Takes keys in any order.
    init(_ keys: some Sequence<ObjectKey>) {
        self.keys = keys.sorted()
    }

    /// The number of keys before the first that is `key` or greater.
    func position(of key: ObjectKey) -> Int {
        var low = 0
        var high = keys.count
        while low < high {
            let middle = low + (high - low) / 2
            if keys[middle] < key {
                low = middle + 1
            } else {
                high = middle
            }
        }
        return low
    }

    /// Adds a key; one that is there stays.
    mutating func insert(_ key: ObjectKey) {
        let position = position(of: key)
        if position == keys.count || keys[position] != key {
            keys.insert(key, at: position)
        }
    }

    /// Removes a key, if it is there.
    mutating func remove(_ key: ObjectKey) {
        let position = position(of: key)
        if position < keys.count, keys[position] == key {
            keys.remove(at: position)
        }
    }
}
