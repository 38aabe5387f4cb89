import AWS
import Foundation
import HTTPClient

/// Calls ImportVolume on eight connections.
struct Imports {
    private static let connections = 8

    let endpoint: String
    let count: Int

    func run() async throws {
        let transport = try HTTPTransport()
        let client = EC2Client(Main.client(.ec2, endpoint, transport))
        let url =
            "https://b.s3.amazonaws.com/manifests/erp-db.xml?X-Amz-Algorithm=AWS4-HMAC-SHA256"
            + "&X-Amz-Credential=AKIDEXAMPLE%2F20261124%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Expires=604800"
            + "&X-Amz-SignedHeaders=host&X-Amz-Signature=" + String(repeating: "0", count: 64)
        let request = EC2Client.ImportVolumeRequest(
            availabilityZone: "us-east-1a",
            format: "VMDK",
            bytes: 128_696_320,
            importManifestURL: url,
            volumeSize: 8,
            description: "ERP database [ferry:1:0123456789abcdef:0123456789abcdef:1]"
        )
        _ = try await client.importVolume(request)
        let (start, cpu) = (ContinuousClock.now, Main.cpu())
        let each = count / Self.connections
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<Self.connections {
                group.addTask { for _ in 0..<each { _ = try await client.importVolume(request) } }
            }
            try await group.waitForAll()
        }
        let calls = Double(each * Self.connections)
        let (seconds, attoseconds) = (ContinuousClock.now - start).components
        let rate = calls / (Double(seconds) + Double(attoseconds) * 1e-18)
        print("{\"rate\": \(rate), \"cpuMicroseconds\": \((Main.cpu() - cpu) / calls * 1e6)}")
        await transport.shutdownAndWait()
    }
}
