import Hashing
import WireEncoding
import XML

/// The answer to ListObjectsV2 and ListObjects.
struct ListingDocument {
    /// The XML.
    let bytes: [UInt8]

    init(_ listing: Listing, of bucket: String, request: ListingRequest) {
        func name(_ key: ObjectKey) -> String {
            request.encodesNames ? PercentEncoding.encode(key.text, keepingSlash: true) : key.text
        }
        var document = XMLWriter()
        document.element("ListBucketResult", namespace: S3Service.namespace) { result in
            result.element("Name", bucket)
            result.element("Prefix", name(ObjectKey(request.prefix)))
            if !request.delimiter.isEmpty {
                result.element("Delimiter", name(ObjectKey(request.delimiter)))
            }
            if request.encodesNames {
                result.element("EncodingType", "url")
            }
            result.element("MaxKeys", request.query.limit)
            result.element("IsTruncated", listing.next == nil ? "false" : "true")
            if request.isVersion2 {
                result.element("KeyCount", listing.objects.count + listing.commonPrefixes.count)
                result.element("ContinuationToken", optional: request.continuationToken)
                result.element("NextContinuationToken", optional: listing.next?.bytes.hexadecimal)
                result.element("StartAfter", optional: request.startAfter.map { name(ObjectKey($0)) })
            } else {
                result.element("Marker", name(ObjectKey(request.marker ?? "")))
                // Without a delimiter the client takes the last key.
                if !request.delimiter.isEmpty {
                    result.element("NextMarker", optional: listing.next.map(name))
                }
            }
            for object in listing.objects {
                result.element("Contents") { contents in
                    contents.element("Key", name(ObjectKey(object.key)))
                    contents.element("LastModified", object.modified.iso8601)
                    contents.element("ETag", "\"\(object.etag)\"")
                    contents.element("Size", object.size)
                    if !request.isVersion2 || request.fetchesOwner {
                        contents.element("Owner", content: BucketOperations.owner)
                    }
                    contents.element("StorageClass", "STANDARD")
                }
            }
            for prefix in listing.commonPrefixes {
                result.element("CommonPrefixes") { $0.element("Prefix", name(prefix)) }
            }
        }
        bytes = document.bytes
    }
}
