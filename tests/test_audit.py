"""The audit of our dependencies fails for what is known, and never for want of a network."""

import tomllib
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path
from typing import Any

import pytest

CI = Path(__file__).parent.parent / ".ci"
TABLE = {"pillow": [["10.2.0", "CVE-1", "a hole"], ["9.10", "CVE-2", "an old one"]]}


@pytest.fixture
def audit() -> Any:
    loader = SourceFileLoader("audit", str(CI / "audit"))
    spec = spec_from_loader("audit", loader)
    assert spec is not None
    module = module_from_spec(spec)
    loader.exec_module(module)
    return module


def fake_uv(folder: Path, code: int, said: str) -> str:
    path = folder / "uv"
    path.write_text(f'#!/bin/sh\necho "{said}" >&2\nexit {code}\n')
    path.chmod(0o755)
    return str(path)


@pytest.mark.parametrize(
    ("version", "holes"),
    [("10.2.0", []), ("13", []), ("10.1.9", ["CVE-1"]), ("9.9", ["CVE-1", "CVE-2"])],
)
def test_a_pin_below_the_fix_is_named(audit: Any, version: str, holes: list[str]) -> None:
    found = audit.known_holes({"pillow": version, "other": "1"}, TABLE)
    assert [line.split()[2].strip(":,") for line in found] == holes


def test_pins_are_read_as_they_are_compiled(audit: Any) -> None:
    text = "psycopg[binary]==3.3.9\n    # via x\nPyYAML==6.0.3\ndjango_stubs==6.1 ; a\n"
    assert audit.pins(text) == {"psycopg": "3.3.9", "pyyaml": "6.0.3", "django-stubs": "6.1"}


def test_every_line_of_the_table_can_be_compared(audit: Any) -> None:
    table = tomllib.loads((CI / "minimum-versions.toml").read_text("utf-8"))
    for rows in table.values():
        for fixed, advisory, about in rows:
            assert audit.Version(fixed)
            assert advisory.startswith(("CVE-", "PYSEC-", "GHSA-"))
            assert about


def test_nothing_that_is_pinned_has_a_known_hole(audit: Any) -> None:
    table = tomllib.loads(audit.TABLE.read_text("utf-8"))
    pinned = audit.pins(audit.PINNED.read_text("utf-8"))
    assert len(pinned) > 50
    assert audit.known_holes(pinned, table) == []


def test_what_the_database_finds_fails(audit: Any, tmp_path: Path) -> None:
    assert audit.ask_database(TABLE and {"a": "1"}, fake_uv(tmp_path, 0, "none")) == (True, "none")
    found, said = audit.ask_database({"a": "1"}, fake_uv(tmp_path, 1, "GHSA-1 in a"))
    assert (found, said) == (False, "GHSA-1 in a")


def test_only_silence_of_the_network_is_forgiven(audit: Any, tmp_path: Path) -> None:
    with pytest.raises(ConnectionError):
        audit.ask_database({"a": "1"}, fake_uv(tmp_path, 2, "error sending request for url"))
    is_well, _ = audit.ask_database({"a": "1"}, fake_uv(tmp_path, 2, "unknown command"))
    assert not is_well
