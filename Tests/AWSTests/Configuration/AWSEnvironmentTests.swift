import AWS
import Testing

@Suite("What the environment says about AWS")
struct AWSEnvironmentTests {
    @Test("The region's variables, in their order; an empty one is none")
    func region() throws {
        #expect(try AWSEnvironment(["AWS_REGION": "a", "AWS_DEFAULT_REGION": "b"]).region == "a")
        #expect(try AWSEnvironment(["AWS_REGION": "", "AWS_DEFAULT_REGION": "b"]).region == "b")
        #expect(try AWSEnvironment([:]).region == nil)
    }

    @Test("A service's own endpoint comes before that of all services, and both before AWS's")
    func endpoint() throws {
        let variables = ["AWS_ENDPOINT_URL": "http://all/", "AWS_ENDPOINT_URL_S3": "http://s3:9000"]
        let environment = AWSEnvironment(variables)
        #expect(try environment.endpoint(of: .s3, region: "r").url == "http://s3:9000")
        #expect(try environment.endpoint(of: .ec2, region: "r").url == "http://all")
        #expect(try !environment.endpoint(of: .ec2, region: "r").isAWS)
        #expect(try AWSEnvironment([:]).endpoint(of: .ec2, region: "r").isAWS)
    }

    @Test("Configured endpoints may be ignored, and the profile names some too, by service or for all")
    func profileEndpoints() throws {
        let text = """
            [default]
            services = local
            endpoint_url = http://profile
            [services local]
            s3 =
              endpoint_url = http://local-s3
            ec2 =
              other = x
            """
        let profiles = SharedProfiles(configuration: text, credentials: nil)
        let environment = AWSEnvironment([:], profiles: profiles)
        #expect(try environment.endpoint(of: .s3, region: "r").url == "http://local-s3")
        #expect(try environment.endpoint(of: .ec2, region: "r").url == "http://profile")
        let variable = AWSEnvironment(["AWS_ENDPOINT_URL": "http://all"], profiles: profiles)
        #expect(try variable.endpoint(of: .s3, region: "r").url == "http://all")
        let ignoring = ["AWS_ENDPOINT_URL": "http://all", "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "true"]
        #expect(try AWSEnvironment(ignoring, profiles: profiles).endpoint(of: .s3, region: "r").isAWS)
    }

    @Test("A profile's settings count where no variable is set")
    func profileSettings() throws {
        let text = """
            [profile p]
            region = eu-west-1
            ca_bundle = /ca
            retry_mode = adaptive
            max_attempts = 7
            use_fips_endpoint = true
            """
        let profiles = SharedProfiles(configuration: text, credentials: nil)
        let environment = AWSEnvironment(["AWS_PROFILE": "p"], profiles: profiles)
        #expect(try environment.region == "eu-west-1")
        #expect(try environment.certificates == "/ca")
        #expect(try environment.retryPolicy().isAdaptive)
        #expect(try environment.retryPolicy().maximumAttempts == 7)
        #expect(
            try environment.endpoint(of: .ec2, region: "us-east-1").url == "https://ec2-fips.us-east-1.amazonaws.com"
        )
        let variables = [
            "AWS_PROFILE": "p", "AWS_REGION": "us-west-2", "AWS_MAX_ATTEMPTS": "2", "AWS_RETRY_MODE": "standard",
        ]
        let other = AWSEnvironment(variables, profiles: profiles)
        #expect(try other.region == "us-west-2")
        #expect(try other.retryPolicy().maximumAttempts == 2)
        #expect(try !other.retryPolicy().isAdaptive)
    }

    @Test(
        "Attempts are a number above zero, and the mode a word",
        arguments: ["0", "-1", "x", "1e3", "9999999999999999999"]
    )
    func attempts(text: String) throws {
        #expect(try AWSEnvironment(["AWS_MAX_ATTEMPTS": "5"]).retryPolicy().maximumAttempts == 5)
        #expect(try AWSEnvironment([:]).retryPolicy().maximumAttempts == 3)
        let error = #expect(throws: ConfigurationError.self) {
            try AWSEnvironment(["AWS_MAX_ATTEMPTS": text]).retryPolicy()
        }
        #expect(error?.description.contains("AWS_MAX_ATTEMPTS") == true)
        #expect(throws: ConfigurationError.self) { try AWSEnvironment(["AWS_RETRY_MODE": text]).retryPolicy() }
    }

    @Test("Patience is a time in place of a number of attempts", arguments: ["0", "-1", "ten", "86401"])
    func patience(text: String) throws {
        let policy = try AWSEnvironment(["FERRY_PATIENCE": "600", "AWS_MAX_ATTEMPTS": "2"]).retryPolicy()
        #expect(policy.longestTime == 600)
        #expect(policy.maximumAttempts == .max)
        #expect(try AWSEnvironment([:]).retryPolicy().longestTime == nil)
        let error = #expect(throws: ConfigurationError.self) {
            try AWSEnvironment(["FERRY_PATIENCE": text]).retryPolicy()
        }
        #expect(error?.description.contains("FERRY_PATIENCE is \"\(text)\"") == true)
    }
}
