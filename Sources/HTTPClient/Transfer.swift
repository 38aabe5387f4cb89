import CLibCurl
import Foundation
import WireEncoding

/// One request under way: its curl handle, what is still to be sent, and what has come.
///
/// It lives on the transport's thread alone.
final class Transfer {
    /// Names a transfer from other threads.
    let id: UInt64
    let handle: UnsafeMutableRawPointer
    private let request: HTTPRequest
    private let source: RequestBodySource
    private let words = UnsafeMutablePointer<CChar>.allocate(capacity: Int(CURL_ERROR_SIZE))
    private var headerList: UnsafeMutablePointer<curl_slist>?
    private var connectList: UnsafeMutablePointer<curl_slist>?
    private var answer: ResponseHandler
    private let bandwidth: BandwidthLimiter?

    /// Bytes that libcurl reads at a time of an answer that is handed on as it comes, and of others. It takes the memory
    /// anew for each request.
    private static let (longBuffer, shortBuffer) = (256 << 10, 16 << 10)
    /// Bytes that libcurl sends at a time of a file.
    private static let uploadBuffer = 512 << 10
    /// The longest body that libcurl sends in one piece with the head, in bytes.
    private static let longestForm = 32 << 10

    /// Takes on a request. The handle is used until the transfer ends, and is the caller's again then.
    ///
    /// - Throws: ``TransportError`` if the body cannot be read.
    init(
        _ request: HTTPRequest,
        delivery: Delivery,
        handle: UnsafeMutableRawPointer,
        id: UInt64,
        bandwidth: BandwidthLimiter? = nil
    ) throws(TransportError) {
        self.id = id
        self.bandwidth = bandwidth
        self.handle = handle
        self.request = request
        words.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
        answer = ResponseHandler(delivery, of: request)
        do {
            source = try RequestBodySource(request.body)
        } catch {
            words.deallocate()
            throw error
        }
    }

    deinit {
        curl_slist_free_all(headerList)
        curl_slist_free_all(connectList)
        words.deallocate()
    }

    /// Tells a new handle what holds for every request it will serve.
    static func prepare(
        _ handle: UnsafeMutableRawPointer,
        _ configuration: TransportConfiguration
    ) throws(TransportError) {
        func check(_ code: CURLcode) throws(TransportError) {
            guard code != CURLE_OK else { return }
            let reason = "libcurl cannot be set up: \(String(cString: curl_easy_strerror(code)))"
            throw TransportError(kind: .invalidRequest, reason: reason, provesNothingSent: true)
        }
        try check(ferry_curl_set_string(handle, CURLOPT_PROTOCOLS_STR, "http,https"))
        // Keys may hold “..” and “//”, and the signature is over the path as it is.
        try check(ferry_curl_set_long(handle, CURLOPT_PATH_AS_IS, 1))
        try check(ferry_curl_set_long(handle, CURLOPT_NOSIGNAL, 1))
        try check(ferry_curl_set_long(handle, CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_2TLS)))
        try check(ferry_curl_set_long(handle, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1))
        // Where ferry itself is slow on purpose, only standing still is a failure.
        try check(ferry_curl_set_long(handle, CURLOPT_LOW_SPEED_LIMIT, configuration.bandwidth == nil ? 1000 : 1))
        try check(ferry_curl_set_long(handle, CURLOPT_LOW_SPEED_TIME, configuration.idleTimeout))
        try check(ferry_curl_set_string(handle, CURLOPT_NOPROXY, configuration.proxies.exceptions))
        try check(ferry_curl_set_long(handle, CURLOPT_MAXAGE_CONN, configuration.keptConnectionAge))
        if let certificates = configuration.certificates {
            try check(ferry_curl_set_string(handle, CURLOPT_CAINFO, certificates))
        }
        try check(
            ferry_curl_set_prerequest_function(handle) { context, _, _, _, _ in
                guard let transfer = Transfer.from(context), transfer.begins() else { return CURL_PREREQFUNC_ABORT }
                return CURL_PREREQFUNC_OK
            }
        )
        try check(
            ferry_curl_set_data_function(handle, CURLOPT_READFUNCTION) { data, size, count, context in
                let buffer = UnsafeMutableRawBufferPointer(start: data, count: size * count)
                return Transfer.from(context)?.send(into: buffer) ?? Int(CURL_READFUNC_ABORT)
            }
        )
        try check(
            ferry_curl_set_seek_function(handle) { context, offset, origin in
                guard origin == SEEK_SET, let transfer = Transfer.from(context) else { return CURL_SEEKFUNC_FAIL }
                return transfer.source.seek(to: Int64(offset)) ? CURL_SEEKFUNC_OK : CURL_SEEKFUNC_FAIL
            }
        )
        try check(
            ferry_curl_set_data_function(handle, CURLOPT_HEADERFUNCTION) { data, size, count, context in
                let bytes = UnsafeRawBufferPointer(start: data, count: size * count)
                return Transfer.from(context)?.answer.receiveHeader(bytes) ?? 0
            }
        )
        try check(
            ferry_curl_set_data_function(handle, CURLOPT_WRITEFUNCTION) { data, size, count, context in
                let bytes = UnsafeRawBufferPointer(start: data, count: size * count)
                return Transfer.from(context)?.receive(bytes) ?? 0
            }
        )
    }

    /// Tells the handle all about the request. What it was told for another one holds no longer.
    ///
    /// - Throws: ``TransportError`` of kind `invalidRequest`.
    func prepare(_ configuration: TransportConfiguration) throws(TransportError) {
        try checkText()
        let context = Unmanaged.passUnretained(self).toOpaque()
        for option in [
            CURLOPT_PRIVATE, CURLOPT_PREREQDATA, CURLOPT_READDATA, CURLOPT_SEEKDATA, CURLOPT_HEADERDATA,
            CURLOPT_WRITEDATA,
        ] {
            _ = ferry_curl_set_pointer(handle, option, context)
        }
        _ = ferry_curl_set_pointer(handle, CURLOPT_ERRORBUFFER, words)
        try check(ferry_curl_set_string(handle, CURLOPT_URL, request.url))
        let timeout = request.timeout ?? configuration.totalTimeout
        let connectTimeout = min(configuration.connectTimeout, timeout)
        try check(ferry_curl_set_long(handle, CURLOPT_CONNECTTIMEOUT, connectTimeout))
        try check(ferry_curl_set_long(handle, CURLOPT_TIMEOUT, timeout))
        // Empty texts, or libcurl would look for proxies in the environment of the process by itself.
        let proxy = request.usesProxy ? configuration.proxies.proxy(for: request.url) : ""
        try check(ferry_curl_set_string(handle, CURLOPT_PROXY, proxy))
        try check(ferry_curl_set_long(handle, CURLOPT_BUFFERSIZE, answer.isLong ? Self.longBuffer : Self.shortBuffer))
        connectList = request.connectTo.map { curl_slist_append(nil, "::" + $0) }
        try check(ferry_curl_set_list(handle, CURLOPT_CONNECT_TO, connectList))
        try prepareBody()
        try check(ferry_curl_set_string(handle, CURLOPT_CUSTOMREQUEST, request.method))
        try prepareHeaders()
    }

    /// Ends the transfer with what curl says of it.
    func finish(_ code: CURLcode) {
        answer.finish(code == CURLE_OK ? nil : error(for: code))
    }

    /// Ends the transfer for a reason that is not curl's.
    func abort(_ kind: TransportError.Kind, reason: String) {
        answer.finish(TransportError(kind: kind, reason: "\(request): \(reason)", provesNothingSent: !wasSent))
    }

    /// Makes the handle forget what this transfer owns.
    func releaseHandle() {
        for option in [
            CURLOPT_PRIVATE, CURLOPT_PREREQDATA, CURLOPT_READDATA, CURLOPT_SEEKDATA, CURLOPT_HEADERDATA,
            CURLOPT_WRITEDATA, CURLOPT_ERRORBUFFER,
        ] {
            _ = ferry_curl_set_pointer(handle, option, nil)
        }
        _ = ferry_curl_set_list(handle, CURLOPT_HTTPHEADER, nil)
        _ = ferry_curl_set_list(handle, CURLOPT_CONNECT_TO, nil)
    }

    static func from(_ context: UnsafeMutableRawPointer?) -> Transfer? {
        context.map { Unmanaged<Transfer>.fromOpaque($0).takeUnretainedValue() }
    }

    /// Whether anything of the request, over any connection, may have been written.
    private var wasSent: Bool {
        // A proxy that refused the tunnel got the request for the tunnel, and nothing else.
        var tunnel = 0
        _ = ferry_curl_get_long(handle, CURLINFO_HTTP_CONNECTCODE, &tunnel)
        guard tunnel == 0 || (200..<300).contains(tunnel) else { return false }
        var bytes = 0
        return ferry_curl_get_long(handle, CURLINFO_REQUEST_SIZE, &bytes) != CURLE_OK || bytes != 0
    }

    private func check(_ code: CURLcode) throws(TransportError) {
        guard code != CURLE_OK else { return }
        throw invalid(String(cString: curl_easy_strerror(code)))
    }

    private func invalid(_ reason: String) -> TransportError {
        TransportError(kind: .invalidRequest, reason: "\(request): \(reason)", provesNothingSent: true)
    }

    /// Nothing in the request may end a line: what follows would be a header field of somebody else's making.
    private func checkText() throws(TransportError) {
        guard !request.method.isEmpty, request.method.utf8.allSatisfy({ (0x41...0x5A).contains($0) }) else {
            throw invalid("the method is no word of capital letters")
        }
        guard request.url.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7F }) else {
            throw invalid("the URL holds white space or control characters that are not percent-encoded")
        }
        for (name, value) in request.headers {
            guard !name.isEmpty, !Self.endsLine(name), !Self.endsLine(value) else {
                throw invalid("header field “\(name.prefix { !$0.isNewline })” has no name or holds a line break")
            }
        }
    }

    private static func endsLine(_ text: String) -> Bool {
        text.utf8.contains { $0 == 0x0A || $0 == 0x0D || $0 == 0 }
    }

    private func prepareHeaders() throws(TransportError) {
        // No “Expect: 100-continue”: it costs a round trip for every part, and S3 answers early when it refuses.
        try addHeader("Expect:")
        // Without it a server may choose a coding (RFC 9110, section 12.5.3), and ferry reads stored bytes.
        try addHeader("Accept-Encoding: identity")
        var hasContentType = false
        for (name, value) in request.headers {
            // An empty value is written with a semicolon, or curl would take the field away.
            try addHeader(value.isEmpty ? "\(name);" : "\(name): \(value)")
            hasContentType = hasContentType || name.lowercased() == "content-type"
        }
        // To a form curl would give a content type that nobody signed.
        if isForm, !hasContentType { try addHeader("Content-Type:") }
        try check(ferry_curl_set_list(handle, CURLOPT_HTTPHEADER, headerList))
    }

    private func addHeader(_ line: String) throws(TransportError) {
        guard let longer = curl_slist_append(headerList, line) else {
            throw invalid("there is no memory for its header fields")
        }
        headerList = longer
    }

    /// Whether the body is handed over whole: libcurl then sends a short one in one piece with the head, which is one
    /// packet, and one wake of the peer, instead of two. What is to be sent slowly is asked for piece by piece.
    private var isForm: Bool {
        guard case .bytes(let bytes) = request.body, request.method == "POST" else { return false }
        return bandwidth == nil && bytes.count <= Self.longestForm
    }

    private func prepareBody() throws(TransportError) {
        // Takes back whatever body or lack of one the handle was told of before.
        try check(ferry_curl_set_long(handle, CURLOPT_HTTPGET, 1))
        if isForm, case .bytes(let bytes) = request.body {
            try check(ferry_curl_set_size(handle, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(bytes.count)))
            let code = bytes.withUnsafeBytes { ferry_curl_set_form(handle, $0.baseAddress) }
            try check(code)
        } else if case .none = request.body, request.method != "PUT", request.method != "POST" {
            if request.method == "HEAD" { try check(ferry_curl_set_long(handle, CURLOPT_NOBODY, 1)) }
        } else {
            // Also for an empty body.
            try check(ferry_curl_set_long(handle, CURLOPT_UPLOAD, 1))
            try check(ferry_curl_set_size(handle, CURLOPT_INFILESIZE_LARGE, curl_off_t(source.count)))
            try check(ferry_curl_set_long(handle, CURLOPT_UPLOAD_BUFFERSIZE, Self.uploadBuffer))
        }
    }

    /// Whether libcurl may begin to send the request, which it asks for each connection it tries. A kept connection may
    /// turn out to be dead when the request has been written to it: only where that does no harm it is sent again.
    private func begins() -> Bool {
        guard wasSent else { return true }
        // libcurl 7.88 does not always ask to start over: the service would wait for a body that does not come.
        guard !request.mayBeSentAgain else { return source.seek(to: 0) }
        let reason = "\(request): the connection was closed before an answer came"
        answer.fail(TransportError(kind: .interrupted, reason: reason, provesNothingSent: false))
        return false
    }

    private func send(into buffer: UnsafeMutableRawBufferPointer) -> Int {
        var buffer = buffer
        if let bandwidth {
            let granted = bandwidth.grant(min(buffer.count, source.remaining), to: id)
            guard granted > 0 || source.remaining == 0 else { return Int(CURL_READFUNC_PAUSE) }
            buffer = UnsafeMutableRawBufferPointer(rebasing: buffer[..<granted])
        }
        do throws(TransportError) {
            return try source.read(into: buffer)
        } catch {
            answer.fail(error)
            return Int(CURL_READFUNC_ABORT)
        }
    }

    private func receive(_ bytes: UnsafeRawBufferPointer) -> Int {
        guard bandwidth?.accept(bytes.count, of: id) != false else { return Int(CURL_WRITEFUNC_PAUSE) }
        return answer.receiveBody(bytes)
    }

    private func error(for code: CURLcode) -> TransportError {
        let kind: TransportError.Kind =
            switch code {
            case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CACERT_BADFILE: .notTrusted
            case CURLE_COULDNT_CONNECT, CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY,
                CURLE_SSL_CONNECT_ERROR,
                CURLE_OPERATION_TIMEDOUT:
                wasSent ? (code == CURLE_OPERATION_TIMEDOUT ? .timedOut : .interrupted) : .notConnected
            // The latter is also libcurl's word for an answer that is no HTTP.
            case CURLE_URL_MALFORMAT, CURLE_UNSUPPORTED_PROTOCOL: wasSent ? .interrupted : .invalidRequest
            default: .interrupted
            }
        // The words curl wrote for this failure name hosts, ports and times; without any, the code's own must do.
        let detail = words.pointee == 0 ? String(cString: curl_easy_strerror(code)) : String(cString: words)
        return TransportError(
            kind: kind,
            reason: "\(request): \(URLRedaction.redactingSignatures(in: detail))",
            provesNothingSent: !wasSent
        )
    }
}
