import DiskImages
import FileSystem
import HTTPTypes
import HummingbirdCore
import Logging
import NIOCore

/// Takes a request from the connection to the service it is for, and the answer back, with the faults in between.
struct RequestHandler: Sendable {
    let s3: S3Service
    let ec2: EC2Service
    let authenticator: RequestAuthenticator
    let faults: FaultInjector
    let disk: BlockingExecutor
    let logger: Logger

    /// Serves one request.
    func handle(_ incoming: Request, writer: consuming ResponseWriter, channel: any Channel) async throws {
        let connection = Connection(
            writer: writer,
            channel: channel,
            expectation: incoming.headers[.expect],
            disk: disk
        )
        let requestID = Identifier.request()
        let isHead = incoming.method == .head
        guard let request = ServerRequest(incoming, connection: connection, requestID: requestID) else {
            let response = S3Error.invalidURI.response(resource: "", requestID: requestID)
            return try await send(response, of: requestID, isHead: isHead, on: connection)
        }
        let isEC2 = EC2Service.isFor(request)
        let fault = faults.next(isS3: !isEC2)
        if fault.latency > .zero {
            try await Task.sleep(for: fault.latency)
        }
        let response = isEC2 ? await respondEC2(to: request, fault) : await respondS3(to: request, fault)
        // The query may be a presigned URL's: it stays out of the log.
        logger.debug("\(request.method) \(request.path) \(response.status)", metadata: ["request": "\(requestID)"])
        if fault.losesAnswer {
            try await connection.drop()
        } else {
            try await send(response, of: requestID, isHead: isHead, on: connection)
        }
    }

    private func send(
        _ response: ServerResponse,
        of requestID: String,
        isHead: Bool,
        on connection: Connection
    ) async throws {
        var response = response
        response.headers.append(("x-amz-request-id", requestID))
        response.headers.append(("Date", Timestamp.now.httpDate))
        response.headers.append(("Server", "ferry-sandbox"))
        try await connection.send(response, isHead: isHead)
    }

    private func respondEC2(to request: ServerRequest, _ fault: FaultInjector.Decision) async -> ServerResponse {
        if fault.isPage { return Self.page }
        do {
            return try await ec2.respond(to: request, refusal: fault.refusal)
        } catch let error as EC2Error {
            return error.response(requestID: request.requestID)
        } catch {
            report(error, of: request)
            return EC2Error.internalError.response(requestID: request.requestID)
        }
    }

    /// What a proxy answers in the service's place.
    private static var page: ServerResponse {
        let html = "<!DOCTYPE html>\n<html><head><title>Sign in to the network</title></head><body></body></html>\n"
        return ServerResponse(
            status: 200,
            headers: [("Content-Type", "text/html; charset=utf-8")],
            body: .bytes(Array(html.utf8))
        )
    }

    private func respondS3(to request: ServerRequest, _ fault: FaultInjector.Decision) async -> ServerResponse {
        do {
            let authenticated: AuthenticatedRequest
            do {
                authenticated = try authenticator.authenticate(request)
            } catch {
                throw S3Error.authentication(error)
            }
            switch fault.refusal {
            case nil: break
            case .internalError: throw S3Error.internalError
            case .unavailable: throw S3Error.serviceUnavailable
            case .slowDown: throw S3Error.slowDown
            }
            return try await s3.respond(to: request, authenticated: authenticated)
        } catch let error as S3Error {
            return error.response(resource: request.path, requestID: request.requestID)
        } catch {
            report(error, of: request)
            return S3Error.internalError.response(resource: request.path, requestID: request.requestID)
        }
    }

    private func report(_ error: any Error, of request: ServerRequest) {
        guard !(error is CancellationError) else { return }
        logger.error(
            "\(request.method) \(request.path) failed: \(error)",
            metadata: ["request": "\(request.requestID)"]
        )
    }
}
