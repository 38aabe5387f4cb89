import HTTPClient
import WireEncoding
import XML

/// Fetches and deletes what an import manifest's presigned URLs point at.
struct StagingReader: Sendable {
    /// How often a request is tried before its failure counts, and the wait before the second try; each further wait is
    /// twice as long. Together 6.2 s: longer than a sandbox that drops connections at random needs.
    private static let attempts = 6
    private static let firstWait = Duration.milliseconds(200)

    /// Why a URL's content is not to be had.
    struct Refusal: Error, CustomStringConvertible {
        let description: String
    }

    let transport: HTTPTransport
    /// The authority by which the task's client named this sandbox, perhaps before a restart.
    let ownAuthority: String?
    /// `host:port` of the present listener.
    let listener: String

    /// Writes what `url` holds into `file` from `offset` on, and returns how many bytes it is.
    ///
    /// - Parameter length: How many bytes it may be; another number is refused.
    @discardableResult
    func download(_ url: String, to file: DataFile, at offset: Int64, length: ClosedRange<Int64>) async throws -> Int64
    {
        let request = request("GET", url)
        var isFirst = true
        return try await retrying {
            // What a failed try wrote must not shine through where the next one has zeros.
            let target = DownloadTarget(file, offset: offset, longest: length.upperBound, skipsZeros: isFirst)
            isFirst = false
            let response: HTTPResponse
            do {
                response = try await transport.send(request) { head, bytes in
                    if head.status == 200 { try target.take(bytes) }
                }
            } catch {
                throw target.failure ?? error
            }
            guard response.status != 200 || length.contains(target.count) else {
                throw Refusal(description: "it has \(target.count) bytes, where \(length.upperBound) belong")
            }
            return (response, target.count)
        }
    }

    /// Deletes what `url` points at.
    func delete(_ url: String) async throws {
        let request = request("DELETE", url)
        try await retrying { (try await transport.send(request), ()) }
    }

    private func request(_ method: String, _ url: String) -> HTTPRequest {
        var request = HTTPRequest(method: method, url: url)
        if isOwn(url) {
            request.connectTo = listener
        }
        return request
    }

    /// Whether `url` points at this sandbox under the name it had when the task was made. The port may have changed
    /// since; the signature is over the old one, which the `Host` header keeps.
    private func isOwn(_ url: String) -> Bool {
        guard let own = ownAuthority.flatMap({ URLAuthority("http://\($0)") }), let authority = URLAuthority(url) else {
            return false
        }
        return authority.isThis(port: own.port, calledAs: own.text)
    }

    /// Tries until there is a 2xx answer, for as long as the failure may pass.
    private func retrying<Result>(_ attempt: () async throws -> (HTTPResponse, Result)) async throws -> Result {
        var wait = Self.firstWait
        for _ in 1..<Self.attempts {
            if let result = try await once(attempt) { return result }
            try await Task.sleep(for: wait)
            wait *= 2
        }
        do {
            let (response, result) = try await attempt()
            if response.isSuccess { return result }
            throw Refusal(description: Self.describe(response))
        } catch let error as TransportError {
            try Task.checkCancellation()
            throw Refusal(description: error.reason)
        }
    }

    /// One try; `nil` if it failed for a reason that may pass.
    private func once<Result>(_ attempt: () async throws -> (HTTPResponse, Result)) async throws -> Result? {
        do {
            let (response, result) = try await attempt()
            if response.isSuccess { return result }
            if [429, 500, 502, 503, 504].contains(response.status) { return nil }
            throw Refusal(description: Self.describe(response))
        } catch is TransportError {
            try Task.checkCancellation()
            return nil
        }
    }

    private static func describe(_ response: HTTPResponse) -> String {
        let root = try? XMLElement.parse(response.body)
        guard let code = root?.text("Code") else { return "HTTP status \(response.status)" }
        return "HTTP status \(response.status), \(code)"
    }
}

extension HTTPResponse {
    fileprivate var isSuccess: Bool { (200..<300).contains(status) }
}
