/// The settings that ferry reads, each with its variable, its property in the shared files, and the form of its value (AWS
/// SDKs and Tools Reference, “Settings reference”).
///
/// Variables are read through this table alone, so that each value is checked where it enters.
package enum AWSSetting: CaseIterable, Hashable, Sendable {
    case accessKeyID, secretAccessKey, sessionToken, securityToken, credentialExpiration
    case profile, defaultProfile, region, defaultRegion
    case configurationFile, credentialsFile, certificates, home
    case webIdentityTokenFile, roleARN, roleSessionName
    case containerRelativeURI, containerFullURI, containerToken, containerTokenFile
    case metadataDisabled, metadataEndpoint, metadataEndpointMode, metadataTimeout, metadataAttempts
    case endpoint, ec2Endpoint, s3Endpoint, stsEndpoint, ssoEndpoint, ssoOIDCEndpoint
    case ignoresEndpoints, usesFIPS, usesDualStack
    case maxAttempts, retryMode, patience
    case sourceProfile, credentialSource, externalID, duration, mfaSerial, process, loginSession
    case ssoSession, ssoRegion, ssoStartURL, ssoAccountID, ssoRoleName, services

    /// The variable; `nil` if only the shared files have the setting.
    package var variable: String? { row.variable }
    /// The property of a profile or another section; `nil` if only the environment has the setting.
    package var property: String? { row.property }
    /// The form of the value.
    package var form: SettingForm { row.form }

    /// The endpoint of a service.
    static func endpoint(of service: AWSService) -> AWSSetting {
        switch service {
        case .ec2: .ec2Endpoint
        case .s3: .s3Endpoint
        case .sts: .stsEndpoint
        case .sso: .ssoEndpoint
        case .ssoOIDC: .ssoOIDCEndpoint
        }
    }

    private var row: (variable: String?, property: String?, form: SettingForm) {
        switch self {
        case .accessKeyID: ("AWS_ACCESS_KEY_ID", "aws_access_key_id", .key)
        case .secretAccessKey: ("AWS_SECRET_ACCESS_KEY", "aws_secret_access_key", .key)
        case .sessionToken: ("AWS_SESSION_TOKEN", "aws_session_token", .key)
        case .securityToken: ("AWS_SECURITY_TOKEN", "aws_security_token", .key)
        case .credentialExpiration: ("AWS_CREDENTIAL_EXPIRATION", nil, .time)
        case .profile: ("AWS_PROFILE", nil, .text)
        case .defaultProfile: ("AWS_DEFAULT_PROFILE", nil, .text)
        case .region: ("AWS_REGION", "region", .region)
        case .defaultRegion: ("AWS_DEFAULT_REGION", nil, .region)
        case .configurationFile: ("AWS_CONFIG_FILE", nil, .path)
        case .credentialsFile: ("AWS_SHARED_CREDENTIALS_FILE", nil, .path)
        case .certificates: ("AWS_CA_BUNDLE", "ca_bundle", .path)
        case .home: ("HOME", nil, .path)
        case .webIdentityTokenFile: ("AWS_WEB_IDENTITY_TOKEN_FILE", "web_identity_token_file", .path)
        case .roleARN: ("AWS_ROLE_ARN", "role_arn", .text)
        case .roleSessionName: ("AWS_ROLE_SESSION_NAME", "role_session_name", .text)
        case .containerRelativeURI: ("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", nil, .urlPath)
        case .containerFullURI: ("AWS_CONTAINER_CREDENTIALS_FULL_URI", nil, .urlWithQuery)
        case .containerToken: ("AWS_CONTAINER_AUTHORIZATION_TOKEN", nil, .headerField)
        case .containerTokenFile: ("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", nil, .path)
        case .metadataDisabled: ("AWS_EC2_METADATA_DISABLED", nil, .text)
        case .metadataEndpoint: ("AWS_EC2_METADATA_SERVICE_ENDPOINT", "ec2_metadata_service_endpoint", .url)
        case .metadataEndpointMode:
            ("AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE", "ec2_metadata_service_endpoint_mode", .text)
        case .metadataTimeout: ("AWS_METADATA_SERVICE_TIMEOUT", "metadata_service_timeout", .number)
        case .metadataAttempts: ("AWS_METADATA_SERVICE_NUM_ATTEMPTS", "metadata_service_num_attempts", .number)
        case .endpoint: ("AWS_ENDPOINT_URL", "endpoint_url", .url)
        case .ec2Endpoint: ("AWS_ENDPOINT_URL_EC2", nil, .url)
        case .s3Endpoint: ("AWS_ENDPOINT_URL_S3", nil, .url)
        case .stsEndpoint: ("AWS_ENDPOINT_URL_STS", nil, .url)
        case .ssoEndpoint: ("AWS_ENDPOINT_URL_SSO", nil, .url)
        case .ssoOIDCEndpoint: ("AWS_ENDPOINT_URL_SSO_OIDC", nil, .url)
        case .ignoresEndpoints: ("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "ignore_configured_endpoint_urls", .text)
        case .usesFIPS: ("AWS_USE_FIPS_ENDPOINT", "use_fips_endpoint", .text)
        case .usesDualStack: ("AWS_USE_DUALSTACK_ENDPOINT", "use_dualstack_endpoint", .text)
        case .maxAttempts: ("AWS_MAX_ATTEMPTS", "max_attempts", .number)
        case .retryMode: ("AWS_RETRY_MODE", "retry_mode", .text)
        case .patience: ("FERRY_PATIENCE", nil, .number)
        case .sourceProfile: (nil, "source_profile", .text)
        case .credentialSource: (nil, "credential_source", .text)
        case .externalID: (nil, "external_id", .text)
        case .duration: (nil, "duration_seconds", .number)
        case .mfaSerial: (nil, "mfa_serial", .text)
        case .process: (nil, "credential_process", .text)
        case .loginSession: (nil, "login_session", .text)
        case .ssoSession: (nil, "sso_session", .text)
        case .ssoRegion: (nil, "sso_region", .region)
        case .ssoStartURL: (nil, "sso_start_url", .urlWithQuery)
        case .ssoAccountID: (nil, "sso_account_id", .text)
        case .ssoRoleName: (nil, "sso_role_name", .text)
        case .services: (nil, "services", .text)
        }
    }

    /// What is wrong with a value, as the end of a sentence; `nil` if nothing is. It shows nothing of a key.
    package func problem(of value: String) -> String? { form.problem(of: value) }
}
