import EC2Types
import WireEncoding

extension S3Client {
    /// The times that a conditional write is tried again after a lost response.
    private static let mostProbes = 3

    /// Whether S3 rejects the conditional creation of an object that exists. A server that ignores conditions replaces it.
    package func rejectsCreation(ofExisting key: String, in bucket: String) async throws(AWSError) -> Bool {
        for probe in 1... {
            do throws(AWSError) {
                _ = try await putObject(bucket: bucket, key: key, body: [0x32], condition: .absent)
                return false
            } catch {
                if error.isConditionFailure { return true }
                // Servers that know no such condition may say so.
                if error.code == "NotImplemented" { return false }
                guard error.outcome == .unknown, probe < Self.mostProbes else { throw error }
            }
        }
        return false
    }
}
