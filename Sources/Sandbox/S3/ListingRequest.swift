import Hashing
import WireEncoding

/// The parameters of ListObjectsV2, or of ListObjects where `list-type` isn't 2.
struct ListingRequest: Sendable {
    /// Whether it is version 2.
    let isVersion2: Bool
    /// What is looked for.
    let query: ListingQuery
    /// Whether names are percent-encoded in the answer.
    let encodesNames: Bool
    /// Whether version 2 names the owner.
    let fetchesOwner: Bool
    /// The parameters that the answer repeats.
    let prefix, delimiter: String
    let startAfter, marker, continuationToken: String?

    /// Reads the parameters; `longestPage` bounds `max-keys`.
    init(_ parameters: QueryParameters, longestPage: Int) throws(S3Error) {
        isVersion2 = parameters["list-type"] == "2"
        prefix = parameters["prefix"] ?? ""
        delimiter = parameters["delimiter"] ?? ""
        startAfter = parameters["start-after"]
        marker = parameters["marker"]
        continuationToken = parameters["continuation-token"]
        fetchesOwner = parameters["fetch-owner"] == "true"
        switch parameters["encoding-type"] {
        case nil, "": encodesNames = false
        case "url": encodesNames = true
        default: throw .invalidArgument("Invalid Encoding Method specified in Request")
        }
        var limit = longestPage
        if let text = parameters["max-keys"] {
            guard let number = Int(text), number >= 0 else {
                throw .invalidArgument("Provided max-keys not an integer or within integer range")
            }
            limit = min(number, longestPage)
        }
        var after: ObjectKey?
        if !isVersion2 {
            after = marker.flatMap { $0.isEmpty ? nil : ObjectKey($0) }
        } else if let token = continuationToken {
            guard let bytes = [UInt8](hexadecimal: token), !bytes.isEmpty else {
                throw .invalidArgument("The continuation token provided is incorrect")
            }
            after = ObjectKey(bytes: bytes)
        } else {
            after = startAfter.flatMap { $0.isEmpty ? nil : ObjectKey($0) }
        }
        query = ListingQuery(prefix: ObjectKey(prefix), delimiter: Array(delimiter.utf8), after: after, limit: limit)
    }
}
