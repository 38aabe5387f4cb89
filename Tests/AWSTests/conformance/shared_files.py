"""Writes random shared files of AWS, and what botocore reads in them.

Usage: shared_files.py FOLDER SEED PAIRS

Writes FOLDER/NUMBER.config and FOLDER/NUMBER.credentials for each pair, and FOLDER/cases.json: a list of an object for each
pair with the members "configuration", "credentials" and "merged". Each is {"error": TEXT} if botocore rejects a file, else
{"profiles": {NAME: {PROPERTY: VALUE}}, ...}, where the VALUE of an indented block is an object. "alone" lists the profiles
of sections that botocore reads if each stands in a file of its own, for files that it rejects as a whole.
"""
import json
import os
import random
import sys

import botocore.session
from botocore.configloader import build_profile_map, load_config, raw_config_parse
from botocore.exceptions import ConfigParseError

FOLDER, SEED, PAIRS = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
RANDOM = random.Random(SEED)

NAMES = ["default", "dev", "prod", "dev Admin", "a.b", "ünï", "x-1", "foo:bar", "a/b@c", "profile", "team", "ops", "qa"]
KEYS = [
    "region", "output", "aws_access_key_id", "AWS_Secret_Access_Key", "aws_session_token", "role_arn", "source_profile",
    "credential_process", "sso_start_url", "endpoint_url", "mfa_serial", "in valid", "ключ", "web_identity_token_file",
    "services", "duration_seconds", "cli_pager", "expiration", "a[b]", "x#y",
]
VALUES = [
    "us-east-1", "us-east-1", "json", "AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY==", "", "",
    "arn:aws:iam::123456789012:role/x", "https://d-1.awsapps.com/start#/", "value # comment", "value ; comment", "a#b;c",
    "#start", "; start", '"quoted"', "'it''s'", "a = b", "a: b", "%(region)s", "${HOME}", "~/x", "2030-01-01T00:00:00UTC",
    "2030-01-01 00:00:00+00:00", "ünï", "\u00a0nbsp\u00a0", "tab\tinside", "v\x0bt", "f\x0cf", "fs\x1cfs", "ls\u2028ls",
    "nel\x85nel", "/opt/tool --flag 'x # y'", "[x]", "trailing \\", "😀",
]
DELIMITERS = [" = ", " = ", " = ", "=", "=", ": ", ":", " : ", "\t=\t", " =", "= "]
COMMENTS = ["# comment", "; comment", "  # indented comment", "\t; indented", "", "", "   ", "#", ";", "# ключ [x] = y"]


def chance(probability):
    return RANDOM.random() < probability


def configuration_header():
    name = RANDOM.choice(NAMES)
    quoted = f'"{name}"' if " " in name or chance(0.3) else name
    usual = [f"[profile {quoted}]"] * 14 + ["[default]"] * 3
    unusual = [
        "[profile default]", f"[profile '{name}']", f"[profile\t{quoted}]", f"[profile   {quoted}]", f"[profile {quoted} ]",
        f"[ profile {quoted}]", f"[\tprofile {quoted}\t]", "[ default ]", f"[profile {quoted}] # comment",
        f"[profile {quoted}]; comment [x]", f"[profile {quoted}] trailing", f"[{name}]", f"[sso-session {quoted}]",
        f"[services {quoted}]", "[preview]", "[DEFAULT]", f'[profile "{name}]', "[profile]", "[profile a b c]", '[profile ""]',
        f'["profile" {quoted}]', f"[profiles {quoted}]", r"[profile a\ b]", r'[profile "a\"b"]', f"[sso-sessions {quoted}]",
        f"[profile {name}x{RANDOM.randrange(100)}]", f"  [profile {quoted}]", "[plugins]",
    ]
    return RANDOM.choice(usual if chance(0.5) else unusual)


def credentials_header():
    name = RANDOM.choice(NAMES)
    usual = [f"[{name}]"]
    unusual = [
        f"[ {name} ]", f"[{name} ]", f"[profile {name}]", f'["{name}"]', "[DEFAULT]", f"[{name}] # comment",
        f"[{name}] ; see [x]", f"[{name}{RANDOM.randrange(100)}]", f"  [{name}]", f"[sso-session {name}]", "[[x]]", "[a]b]",
    ]
    return RANDOM.choice(usual if chance(0.6) else unusual)


def property_lines(used):
    """A property with what goes on with it; a name that is used is taken seldom, for that rejects the file."""
    fresh = [key for key in KEYS if key.lower() not in used]
    key = RANDOM.choice(fresh if fresh and not chance(0.02) else KEYS)
    used.add(key.lower())
    indentation = RANDOM.choice([""] * 12 + ["  ", "\t", " "])
    if chance(0.006):
        return [indentation + key]
    if chance(0.006):
        return [indentation + RANDOM.choice(["= value", ":value", "="])]
    lines = [indentation + key + RANDOM.choice(DELIMITERS) + RANDOM.choice(VALUES) + RANDOM.choice([""] * 6 + [" ", "\t"])]
    if chance(0.15):
        lines = [indentation + RANDOM.choice(["s3", "ec2", "STS"]) + str(len(used)) + RANDOM.choice([" =", "=", ":"])]
        for _ in range(RANDOM.randrange(4)):
            lines.append(indentation + RANDOM.choice(["  ", "\t", "    "]) + nested())
    elif chance(0.06):
        for _ in range(RANDOM.randrange(1, 3)):
            lines.append(indentation + RANDOM.choice(["  ", "\t", ""]) + " " + RANDOM.choice(["more", "a = b", "", "# c", "[x]"]))
    return lines


def nested():
    if chance(0.03):
        return RANDOM.choice(["no delimiter", "colon: only"])
    if chance(0.15):
        return RANDOM.choice(["", "# comment", "; comment", "= value", "Name = X", "a b = c"])
    return RANDOM.choice(["endpoint_url", "addressing_style", "max", "Endpoint_URL"]) + RANDOM.choice([" = ", "=", " ="]) + \
        RANDOM.choice(["http://127.0.0.1:9000", "path", "", "x = y", "v # comment", "ünï"])


def blocks(header):
    """The sections of a file, each a list of lines, of which the first is the header."""
    sections = []
    headers = set()
    for _ in range(RANDOM.randrange(6)):
        name = header()
        # Two sections of one name reject the file.
        if name in headers and not chance(0.1):
            continue
        headers.add(name)
        if chance(0.012):
            name = name.replace("]", "")
        lines, used = [name], set()
        for _ in range(RANDOM.randrange(6)):
            lines += [RANDOM.choice(COMMENTS)] if chance(0.25) else property_lines(used)
        sections.append(lines)
    return sections


def write(path, sections):
    """Writes a file, with line ends, a mark and bytes that editors leave behind.

    Bytes that are not UTF-8 are in a comment, or in a section of their own, so that the others can be compared.
    """
    ending = RANDOM.choice(["\n"] * 6 + ["\r\n", "\r\n", "\r"])
    preamble = [RANDOM.choice(COMMENTS)] if chance(0.2) else []
    if chance(0.008):
        preamble = ["region = us-east-1"]
    lines = preamble + [line for section in sections for line in section]
    text = "".join(line + (ending if not chance(0.01) else "\n") for line in lines)
    if chance(0.3):
        text = text[: -len(ending)] if text.endswith(ending) else text
    data = text.encode()
    if chance(0.008):
        data = b"\xef\xbb\xbf" + data
    if chance(0.015):
        latin = RANDOM.choice([b"\xff", b"\xc3\x28", b"\xe9", b"\xed\xa0\x80"])
        line = RANDOM.choice([b"# caf" + latin, b"[profile latin" + latin + b"]\nkey" + latin + b" = " + latin])
        data = (data if data.endswith((b"\n", b"\r")) or not data else data + b"\n") + line
    with open(path, "wb") as file:
        file.write(data)


def attempt(read):
    try:
        return read()
    except ConfigParseError as error:
        return {"error": str(error)}


SESSION = botocore.session.Session()


def merged(config, credentials):
    # One session for all: to make a new one takes longer than all else here.
    session = SESSION
    session._config = None
    session.set_config_variable("config_file", config)
    session.set_config_variable("credentials_file", credentials)
    return session.full_config


def profiles(result):
    return result if "error" in result else {
        key: result.get(key, {}) for key in ("profiles", "sso_sessions", "services")
    }


def alone(sections, read):
    """The profiles of those sections that botocore reads if they stand alone. A name that two sections might have is left
    out, and so is a file whose sections give each other properties."""
    headers = [section[0] for section in sections]
    unclosed = [header for header in headers if header.lstrip().startswith("[") and "]" not in header]
    if any("[DEFAULT]" in header for header in headers) or any(set("=:") & set(header) for header in unclosed):
        return {}
    if len(set(headers)) < len(headers) or any(header.startswith(" ") for header in headers):
        return {}
    path = os.path.join(FOLDER, "alone")
    found, names = {}, []
    for section in sections:
        with open(path, "w", newline="\n") as file:
            file.write("\n".join(section[:1]) + "\n")
        header = attempt(lambda: read(path))
        names += [] if "error" in header else list(header)
        with open(path, "w", newline="\n") as file:
            file.write("\n".join(section) + "\n")
        result = attempt(lambda: read(path))
        if "error" not in result:
            found.update(result)
    return {name: values for name, values in found.items() if names.count(name) == 1}


def main():
    cases = []
    for number in range(PAIRS):
        paths = [os.path.join(FOLDER, f"{number}.{kind}") for kind in ("config", "credentials")]
        sections = [blocks(configuration_header), blocks(credentials_header)]
        for path, lines in zip(paths, sections):
            write(path, lines)
        configuration = profiles(attempt(lambda: load_config(paths[0])))
        credentials = attempt(lambda: {"profiles": raw_config_parse(paths[1])})
        case = {
            "configuration": configuration,
            "credentials": profiles(credentials),
            "merged": profiles(attempt(lambda: merged(*paths))),
            "configuration_alone": alone(sections[0], lambda path: load_config(path)["profiles"])
            if "error" in configuration else {},
            "credentials_alone": alone(sections[1], raw_config_parse) if "error" in credentials else {},
        }
        cases.append(case)
    with open(os.path.join(FOLDER, "cases.json"), "w") as file:
        json.dump(cases, file)
    rejected = sum("error" in case[kind] for case in cases for kind in ("configuration", "credentials"))
    print(f"{2 * PAIRS} files, {rejected} rejected by botocore")


main()
