import AWS
import Hashing

@testable import EC2Types
@testable import HTTPClient
@testable import WireEncoding

/// An image cut into parts and staged with its import manifest, as ferry and other clients do it.
struct StagedImage: Sendable {
    /// The format that the import manifest and ImportVolume name.
    let format: String
    /// The length of the image file in bytes.
    let bytes: Int64
    /// The presigned URL of the import manifest.
    let url: String
    /// The keys of the parts.
    let partKeys: [String]
    /// The key of the import manifest.
    let key: String

    /// Stages `content`.
    ///
    /// - Parameter edit: Changes the import manifest before it is staged.
    init(
        _ content: [UInt8],
        format: String,
        partSize: Int = 1 << 20,
        with fixture: SandboxFixture,
        edit: (String) -> String = { $0 }
    ) async throws {
        let s3 = fixture.s3()
        let bucket = SandboxFixture.bucket
        let prefix = SHA256.digest(of: content).hex.prefix(16) + "-\(UInt32.random(in: 0...(.max)))"
        var parts = ""
        var keys: [String] = []
        for (index, start) in stride(from: 0, to: content.count, by: partSize).enumerated() {
            let piece = Array(content[start..<min(start + partSize, content.count)])
            let key = "\(prefix)/part\(index)"
            keys.append(key)
            try await s3.putObject(
                bucket: bucket,
                key: key,
                body: .bytes(piece),
                payloadHash: SHA256.digest(of: piece)
            )
            parts += """
                <part index="\(index)"><byte-range start="\(start)" end="\(start + piece.count - 1)"/><key>\(key)</key>\
                <head-url>\(try await Self.url("HEAD", key, s3))</head-url>\
                <get-url>\(try await Self.url("GET", key, s3))</get-url>\
                <delete-url>\(try await Self.url("DELETE", key, s3))</delete-url></part>
                """
        }
        let key = "\(prefix)/image.manifest.xml"
        let document = """
            <?xml version="1.0" encoding="UTF-8"?>
            <manifest><version>2010-11-15</version><file-format>\(format)</file-format>
            <importer><name>ec2-upload-disk-image</name><version>1.0.0</version><release>2010-11-15</release></importer>
            <self-destruct-url>\(try await Self.url("DELETE", key, s3))</self-destruct-url>
            <import><size>\(content.count)</size><volume-size>1</volume-size>
            <parts count="\(keys.count)">\(parts)</parts></import></manifest>
            """
        let bytes = Array(edit(document).utf8)
        try await s3.putObject(bucket: bucket, key: key, body: .bytes(bytes), payloadHash: SHA256.digest(of: bytes))
        url = try await s3.presignedURL("GET", bucket: bucket, key: key).absoluteString
        partKeys = keys
        self.key = key
        self.format = format
        self.bytes = Int64(content.count)
    }

    /// Calls ImportVolume for the image and returns the task's id.
    ///
    /// - Parameter imageBytes: What the call says of the image's length; the length in bytes by default.
    func importVolume(
        _ fixture: SandboxFixture,
        imageBytes: Int64? = nil,
        zone: String = "us-east-1a",
        sizeGiB: Int = 1,
        description: String? = nil
    ) async throws -> String {
        try await fixture.ec2().importVolume(
            .init(
                availabilityZone: zone,
                format: format,
                bytes: imageBytes ?? bytes,
                importManifestURL: url,
                volumeSize: sizeGiB,
                description: description
            )
        ).id
    }

    private static func url(_ method: String, _ key: String, _ s3: S3Client) async throws -> String {
        let url = try await s3.presignedURL(method, bucket: SandboxFixture.bucket, key: key)
        return url.absoluteString.split(separator: "&").joined(separator: "&amp;")
    }
}
