/// Limits that would make ferry wait for AWS shorter than AWS may take.
package struct ConsistencyLimitError: Error, Sendable, CustomStringConvertible {
    package var description: String {
        """
        limits.listConsistency and limits.signatureValidity cannot be lower than AWS's 5 min and 15 min: a volume could be \
        imported twice. Remove them; they are for endpoints that are not AWS's
        """
    }
}
