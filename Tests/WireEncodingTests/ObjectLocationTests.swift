import Testing
import WireEncoding

@Suite struct ObjectLocationTests {
    @Test(
        "A URL is split into bucket, key and version, and put together again",
        arguments: [
            ("s3://b/k", "b", "k", nil, "k"),
            ("s3://bucket/a/b c.vmdk", "bucket", "a/b c.vmdk", nil, "b c.vmdk"),
            ("s3://b/a/k.raw?versionId=v.1", "b", "a/k.raw", "v.1", "k.raw"),
            ("s3://b/k?versionId=a?versionId=b", "b", "k", "a?versionId=b", "k"),
            ("s3://b/k?versionId=", "b", "k", "", "k"),
            ("s3:///k", "", "k", nil, "k"),
            ("s3://b//k", "b", "/k", nil, "k"),
        ] as [(String, String, String, String?, String)]
    )
    func split(url: String, bucket: String, key: String, version: String?, fileName: String) throws {
        let object = try #require(ObjectLocation(splitting: url))
        #expect(object == ObjectLocation(bucket: bucket, key: key, version: version))
        #expect(object.fileName == fileName)
        #expect(object.description == url)
    }

    @Test(
        "A text that names no object is not split",
        arguments: ["", "s3:", "s3://", "s3://b", "s3://b/", "s3://b/?versionId=v", "S3://b/k", "https://b/k", "/b/k"]
    )
    func otherTexts(text: String) {
        #expect(ObjectLocation(splitting: text) == nil)
    }
}
