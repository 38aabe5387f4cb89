import AWS
import Testing

@Suite("What the environment says about AWS")
struct AWSEnvironmentTests {
    @Test("The region's variables, in their order; an empty one is none")
    func region() {
        #expect(AWSEnvironment(["AWS_REGION": "a", "AWS_DEFAULT_REGION": "b"]).region == "a")
        #expect(AWSEnvironment(["AWS_REGION": "", "AWS_DEFAULT_REGION": "b"]).region == "b")
        #expect(AWSEnvironment([:]).region == nil)
    }

    @Test("A service's own endpoint comes before that of all services, and both before AWS's")
    func endpoint() {
        let variables = ["AWS_ENDPOINT_URL": "http://all/", "AWS_ENDPOINT_URL_S3": "http://s3:9000"]
        let environment = AWSEnvironment(variables)
        #expect(environment.endpoint(of: .s3, region: "r").url == "http://s3:9000")
        #expect(environment.endpoint(of: .ec2, region: "r").url == "http://all")
        #expect(!environment.endpoint(of: .ec2, region: "r").isAWS)
        #expect(AWSEnvironment([:]).endpoint(of: .ec2, region: "r").isAWS)
    }

    @Test(
        "AWS's endpoints of each partition",
        arguments: [
            ("us-east-1", "https://ec2.us-east-1.amazonaws.com"),
            ("cn-north-1", "https://ec2.cn-north-1.amazonaws.com.cn"),
            ("us-gov-east-1", "https://ec2.us-gov-east-1.amazonaws.com"),
        ]
    )
    func partitions(region: String, url: String) {
        #expect(AWSEndpoint(.ec2, region: region).url == url)
    }

    @Test(
        "Attempts are a number above zero",
        arguments: [("5", 5), ("0", nil), ("-1", nil), ("x", nil), ("", nil)] as [(String, Int?)]
    )
    func attempts(text: String, attempts: Int?) {
        #expect(AWSEnvironment(["AWS_MAX_ATTEMPTS": text]).maximumAttempts == attempts)
    }
}
