import FoundationEssentials

/// What a lock's file says.
enum LockEntry {
    /// The file is empty, or there is none.
    case nobody
    /// It names who holds the lock.
    case owner(LockOwner)
    /// It is in no form that this ferry knows: a later ferry's, damaged, or half written.
    case unknown

    /// A holder that is not known, in words.
    static let unknownHolder = """
        somebody whose entry this ferry does not understand (a later ferry's, or damaged; if no ferry works with this state, \
        ferry state unlock frees it)
        """

    /// Understands the content of the file; `nil` if there is none.
    init(_ bytes: [UInt8]?) {
        guard let bytes, !bytes.isEmpty else {
            self = .nobody
            return
        }
        self = (try? JSONDecoder().decode(LockOwner.self, from: Data(bytes))).map(LockEntry.owner) ?? .unknown
    }

    /// Whether it names this holder, at whatever heartbeat.
    func names(_ holder: LockOwner) -> Bool {
        if case .owner(let owner) = self { owner.id == holder.id && owner.id != nil } else { false }
    }

    /// Who holds the lock, in words; `nil` if nobody does.
    var holder: String? {
        switch self {
        case .nobody: nil
        case .owner(let owner): owner.description
        case .unknown: Self.unknownHolder
        }
    }
}
