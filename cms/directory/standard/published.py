"""The standard's published schema, and what a document does against it."""

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker

SCHEMA = Path(__file__).parent / "schema" / "hsds-3.0-uk.json"


@cache
def _validator(name: str) -> Draft202012Validator:
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    return Draft202012Validator(
        {**schema, "$ref": f"#/$defs/{name}"}, format_checker=FormatChecker()
    )


def faults(document: Any, name: str) -> Iterator[tuple[str, str]]:
    """Where a document is not what the standard calls a `name`, and why."""
    for error in _validator(name).iter_errors(document):
        where = "/".join(str(part) for part in error.absolute_path)
        yield where, error.message[:200]
