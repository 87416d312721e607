"""Validates every *.json of a folder against a JSON schema: schema_check.py SCHEMA FOLDER.

The schema must also refuse a document with a key too many, one with a key too few and one with an
unknown verdict: a schema that accepts everything proves nothing.
"""

import copy
import json
import pathlib
import sys

import jsonschema


def broken(document):
    """Documents that must be refused, each with what is wrong with it."""
    extra = copy.deepcopy(document)
    extra["surprise"] = 1
    yield "a key too many", extra
    for key in ("asOf", "lawVersion", "transfers", "summary"):
        missing = copy.deepcopy(document)
        del missing[key]
        yield f"without {key}", missing
    wrong = copy.deepcopy(document)
    wrong["transfers"][0]["verdict"] = "FINE"
    yield "an unknown verdict", wrong


def main(schema_file, folder):
    schema = json.loads(pathlib.Path(schema_file).read_text(encoding="utf-8"))
    validator_class = jsonschema.validators.validator_for(schema)
    validator_class.check_schema(schema)
    validator = validator_class(schema)
    files = sorted(pathlib.Path(folder).glob("*.json"))
    errors = [] if files else ["no document to validate"]
    for file in files:
        document = json.loads(file.read_text(encoding="utf-8"))
        errors += [f"{file.name}: {error.json_path}: {error.message}" for error in validator.iter_errors(document)]
        errors += [f"{file.name}: accepts {what}" for what, bad in broken(document) if validator.is_valid(bad)]
    print("\n".join(errors))
    return 1 if errors else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
