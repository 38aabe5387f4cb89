/// Why a request's signature isn't accepted. Each service tells it in its own codes.
enum AuthenticationFailure: Error {
    /// The request is not signed at all.
    case missing
    /// The request is signed with Signature Version 2, which S3 takes for no bucket made since June 2020.
    case outdatedVersion
    /// The signature's fields can't be read; the text says which.
    case malformed(String)
    /// The access key id isn't the sandbox's.
    case unknownAccessKey(String)
    /// The signature isn't the one the sandbox computes. The strings are what it computed it from, which holds no
    /// secret and is what S3 itself answers with.
    case signatureMismatch(accessKeyID: String, stringToSign: String, canonicalRequest: String)
    /// The request was signed too long ago or too far in the future.
    case skewed(signed: Timestamp, now: Timestamp)
    /// The presigned URL's time is over.
    case expired(at: Timestamp, now: Timestamp)
    /// A header that must be signed isn't.
    case unsignedHeader(String)
}
