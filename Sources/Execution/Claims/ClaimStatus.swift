import EC2Types

/// What one process may do with a claim that it has read.
enum ClaimStatus: Hashable, Sendable {
    /// There is none: it may be created.
    case absent
    /// This process wrote it and has not called under it.
    case mine
    /// It may be replaced now.
    case free
    /// Its task or its volume is to be adopted.
    case imported(taskID: String, volumeID: String?)
    /// Another process's, and its task is not known. It may be taken over once it is old enough.
    case busy

    /// The outcomes of the calls that were made under a process's own claims.
    enum Call: Hashable, Sendable {
        /// The call certainly had no effect.
        case rejected
        /// The call may have had an effect.
        case unknown
    }

    /// The status of a claim under which no task is left.
    ///
    /// One of a higher generation says nothing about this one: a replacement was begun, and the volume that it replaces may
    /// exist. If EC2 lists neither, the import takes the claim's generation.
    private static func unused(_ claim: ImportClaim, _ generation: Int) -> Self {
        claim.generation > generation ? .busy : .free
    }

    /// The status of a claim.
    ///
    /// Only the process that wrote a claim calls under it. After a restart, in a copied or restored state, and after a call
    /// whose outcome is unknown, a process's own claim counts as another's.
    ///
    /// - Parameters:
    ///   - stored: The claim; `nil` if there is none.
    ///   - generation: The generation that the process is to import.
    ///   - unanswered: The marker of the state's own call whose outcome is unknown; `nil` if there is none.
    ///   - own: The nonces that this process wrote.
    ///   - calls: The calls that this process made, by nonce.
    ///   - isCancelled: Whether a task was canceled, as EC2 lists it or the state records it.
    init(
        of stored: StoredClaim?,
        generation: Int,
        unanswered: TaskMarker? = nil,
        own: Set<String>,
        calls: [String: Call],
        isCancelled: (_ taskID: String) -> Bool
    ) {
        guard let stored else {
            self = .absent
            return
        }
        guard let claim = stored.claim else {
            self = .busy
            return
        }
        if let unanswered, claim.isEarlier(than: unanswered),
            claim.generation < unanswered.generation || claim.taskID.map(isCancelled) ?? true
        {
            // A server without conditional writes let a late write replace the claim of the call.
            self = .busy
        } else if claim.generation < generation {
            self = .free
        } else if let taskID = claim.taskID {
            // A claim of a higher generation is adopted: another run has replaced the volume.
            if !isCancelled(taskID) {
                self = .imported(taskID: taskID, volumeID: claim.volumeID)
            } else {
                self = Self.unused(claim, generation)
            }
        } else if claim.phase == .released {
            self = Self.unused(claim, generation)
        } else if own.contains(claim.nonce) {
            switch calls[claim.nonce] {
            // A late write of this process's own may have replaced the claim of its call.
            case nil: self = unanswered.map { claim.isLater(than: $0) } ?? true ? .mine : .busy
            case .rejected: self = .free
            case .unknown: self = .busy
            }
        } else {
            self = .busy
        }
    }
}

extension ImportClaim {
    /// Whether the claim is of a later call than a marker.
    fileprivate func isLater(than marker: TaskMarker) -> Bool {
        (generation, attempt) > (marker.generation, marker.attempt)
    }

    /// Whether the claim is of an earlier call than a marker.
    fileprivate func isEarlier(than marker: TaskMarker) -> Bool {
        (generation, attempt) < (marker.generation, marker.attempt)
    }
}
