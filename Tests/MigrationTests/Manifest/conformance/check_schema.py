"""Says of each file of a folder whether a JSON Schema takes it, as an editor would: one line a file, "+ name" or "- name".

Usage: check_schema.py SCHEMA FOLDER

The validator is Python's jsonschema (draft-07). The files are read by PyYAML with the core schema of YAML 1.2 (section
10.3.2), which yaml-language-server uses, in place of PyYAML's own YAML 1.1. A file that is not YAML is not taken.
"""

import json
import re
import sys
from pathlib import Path

import jsonschema
import yaml


class CoreLoader(yaml.SafeLoader):
    yaml_implicit_resolvers = {}

    def construct_mapping(self, node, deep=False):
        # PyYAML takes the last of two equal keys; an editor marks the second.
        seen = set()
        for key, _ in node.value:
            if isinstance(key, yaml.ScalarNode) and key.tag != "tag:yaml.org,2002:merge":
                if key.value in seen:
                    raise yaml.constructor.ConstructorError(None, None, "duplicate key", key.start_mark)
                seen.add(key.value)
        return super().construct_mapping(node, deep)


def text_key_mapping(loader, node):
    """A mapping whose keys are texts, as JSON's are."""
    loader.flatten_mapping(node)
    result = {}
    yield result
    for key, value in node.value:
        if not isinstance(key, yaml.ScalarNode):
            raise yaml.constructor.ConstructorError(None, None, "a key is no text", key.start_mark)
        result.setdefault(key.value, loader.construct_object(value, deep=True))


def mapping(loader, node):
    loader.construct_mapping(node)
    yield from text_key_mapping(loader, node)


def integer(loader, node):
    text = loader.construct_scalar(node)
    base = {"0o": 8, "0x": 16}.get(text[:2], 10)
    return int(text[2:] if base != 10 else text, base)


TAG = "tag:yaml.org,2002:"
for name, pattern in [
    ("null", r"~|null|Null|NULL|"),
    ("bool", r"true|True|TRUE|false|False|FALSE"),
    ("int", r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+"),
    ("float", r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)"),
    ("merge", r"<<"),
]:
    CoreLoader.add_implicit_resolver(TAG + name, re.compile(rf"(?:{pattern})\Z"), None)
CoreLoader.add_constructor(TAG + "int", integer)
CoreLoader.add_constructor(TAG + "map", mapping)
for name in ["binary", "timestamp", "omap", "pairs", "set"]:
    # Tags beyond the core schema have no meaning for an editor.
    CoreLoader.add_constructor(TAG + name, CoreLoader.construct_undefined)


def pattern(validator, pattern, instance, schema):
    # Python's “$” matches before a line break at the end, too; that of ECMA 262, which JSON Schema asks for, does not.
    if isinstance(instance, str) and not re.search(re.sub(r"(?<!\\)\$", r"\\Z", pattern), instance):
        yield jsonschema.ValidationError(f"{instance!r} does not match {pattern!r}")


def main(schema_path, folder):
    schema = json.loads(Path(schema_path).read_text(encoding="utf-8"))
    jsonschema.Draft7Validator.check_schema(schema)
    validator = jsonschema.validators.extend(jsonschema.Draft7Validator, {"pattern": pattern})(schema)
    for path in sorted(Path(folder).iterdir()):
        try:
            documents = list(yaml.load_all(path.read_bytes().decode("utf-8-sig"), CoreLoader))
            taken = len(documents) == 1 and validator.is_valid(documents[0])
        except (yaml.YAMLError, UnicodeDecodeError, RecursionError):
            taken = False
        print("+" if taken else "-", path.name)


main(*sys.argv[1:])
