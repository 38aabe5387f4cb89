package import EC2Types
package import Migration
package import WireEncoding

/// The images that lie in S3, as far as inspection needs them.
package protocol ImageObjects: Sendable {
    /// The state an object is in; `nil` if there is none.
    ///
    /// - Parameter staging: The staging of the imports, which says with whose credentials S3 is asked.
    func state(
        of object: ObjectLocation,
        for staging: StagingLocation
    ) async throws(ObjectError) -> S3ObjectVersion?

    /// Bytes of an object in a state.
    func bytes(
        of object: S3ObjectVersion,
        range: Range<Int64>,
        for staging: StagingLocation
    ) async throws(ObjectError) -> [UInt8]
}

/// Why an object in S3 cannot be used as an image.
package struct ObjectError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The kinds of failure.
    package enum Kind: Hashable, Sendable {
        /// S3 cannot be asked, or refuses to answer.
        case unreachable
        /// It is in another state than before.
        case changed
        /// It lies in an archive, and must be restored before anybody can read it; with its state, where that is known.
        case archived(S3ObjectVersion?)
    }

    /// The object.
    package var object: ObjectLocation
    /// The kind of failure.
    package var kind: Kind
    /// What happened and what to do.
    package var reason: String

    /// Describes a failure.
    package init(_ object: ObjectLocation, _ kind: Kind, _ reason: String) {
        self.object = object
        self.kind = kind
        self.reason = reason
    }

    package var description: String { "\(object): \(reason)" }

    /// What the failure says about the object: `.unknown` if S3 gave no answer and another attempt may succeed,
    /// `.rejected` if the object cannot be used.
    package var outcome: CallOutcome {
        switch kind {
        case .unreachable: .unknown
        case .changed, .archived: .rejected
        }
    }
}
