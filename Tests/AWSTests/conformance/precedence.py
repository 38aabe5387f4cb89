"""Reads cases on standard input, and says which credentials botocore would use.

Usage: precedence.py FOLDER < cases.json

The input is a list of objects: "variables", "config" and "credentials" (the texts of the shared files), and "profile", the
profile that the caller names or null. Prints a list: the method of botocore's credentials, "none", or "error".
"""
import json
import os
import sys

import botocore.session
from botocore.exceptions import BotoCoreError

FOLDER = sys.argv[1]


def method(case):
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        del os.environ[name]
    for variable, key in (("AWS_CONFIG_FILE", "config"), ("AWS_SHARED_CREDENTIALS_FILE", "credentials")):
        path = os.path.join(FOLDER, key)
        with open(path, "w") as file:
            file.write(case[key])
        os.environ[variable] = path
    os.environ["AWS_EC2_METADATA_DISABLED"] = "true"
    os.environ.update(case["variables"])
    try:
        # The profile of the caller is an instance variable; boto3 and the AWS CLI's --profile set it so.
        session = botocore.session.Session(profile=case["profile"])
        session.set_config_variable("region", "us-east-1")
        credentials = session.get_component("credential_provider").load_credentials()
    except BotoCoreError:
        return "error"
    return credentials.method if credentials else "none"


json.dump([method(case) for case in json.load(sys.stdin)], sys.stdout)
