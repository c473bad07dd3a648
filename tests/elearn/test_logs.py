"""Logs and reports: a line of JSON each, joined by the request's id, with nobody in them."""

import json
import logging
import tomllib
from pathlib import Path
from typing import Any

import pytest
import sentry_sdk
from django.conf import settings
from django.test import Client
from sentry_sdk.transport import Transport

import elearn
from elearn.service import reporting
from elearn.service.logs import JsonFormatter, request_id
from elearn.service.scrubbing import scrub_fault

WHO = "lena.okoro@example.org"


@pytest.fixture
def lines(caplog: Any) -> Any:
    """A function that gives what was logged, as it would stand in the log."""
    caplog.handler.setFormatter(JsonFormatter())
    caplog.set_level("INFO", logger="elearn.service.requests")
    return lambda: [json.loads(line) for line in caplog.text.splitlines() if line[0] == "{"]


@pytest.mark.django_db
def test_a_request_is_one_line_with_its_route_and_the_id_of_the_answer(
    client: Client, lines: Any
) -> None:
    answer = client.get(f"/verify/7KQ4-M2XW-9RTD/?mail={WHO}")
    line = next(line for line in lines() if line["logger"] == "elearn.service.requests")
    assert line["request"] == answer["X-Request-ID"]
    assert (line["method"], line["route"], line["status"]) == ("GET", "/verify/<str:code>/", 404)
    assert line["ms"] >= 0
    assert "7KQ4" not in json.dumps(lines())
    assert WHO not in json.dumps(lines())


@pytest.mark.django_db
def test_an_unknown_address_is_logged_without_the_address(client: Client, lines: Any) -> None:
    client.get(f"/accounts/invitations-of/{WHO}/?token=secret")
    told = json.dumps(lines())
    assert "Not Found" in told
    assert WHO not in told
    assert "secret" not in told


@pytest.mark.django_db
def test_a_proxys_id_is_taken_over_if_it_is_well_formed_and_otherwise_not(client: Client) -> None:
    def answered(given: str) -> str:
        return str(client.get("/healthz", headers={"X-Request-ID": given})["X-Request-ID"])

    assert answered("edge-01_abcdef12") == "edge-01_abcdef12"
    for bad in ("short", "x" * 65, "with space in it", "<script>alert(1)</script>", "a\u00e9" * 8):
        assert len(answered(bad)) == 32, bad
        assert answered(bad) != bad
    assert answered("") != answered("")


@pytest.mark.django_db
def test_a_known_person_is_a_number(lena: Any, signed_in: Any, lines: Any) -> None:
    signed_in(lena).get("/dashboard/")
    line = next(line for line in lines() if line["logger"] == "elearn.service.requests")
    assert line["user"] == lena.pk
    assert lena.email not in json.dumps(lines())
    assert "Okoro" not in json.dumps(lines())


def formatted(fault: Exception) -> dict[str, Any]:
    record = logging.LogRecord("curriculum", logging.ERROR, __file__, 1, "It broke", (), None)
    record.exc_info = (type(fault), fault, fault.__traceback__)
    return dict(json.loads(JsonFormatter().format(record)))


def test_a_fault_tells_where_it_came_from_and_quotes_nobody() -> None:
    try:
        try:
            int("Lena Okoro")
        except ValueError as first:
            raise RuntimeError(
                f"no mail to {WHO}\nDETAIL:  Key (full_name)=(Lena Okoro) already exists."
            ) from first
    except RuntimeError as fault:
        line = formatted(fault)
    assert "test_logs.py" in line["fault"]
    assert "RuntimeError: no mail to [address]" in line["fault"]
    assert "ValueError: invalid literal for int() with base 10: '…'" in line["fault"]
    assert "Lena" not in json.dumps(line)


def test_outside_a_request_there_is_no_id() -> None:
    assert "request" not in formatted(ValueError("x"))
    token = request_id.set("abc")
    try:
        assert formatted(ValueError("x"))["request"] == "abc"
    finally:
        request_id.reset(token)


class Caught(Transport):
    """Takes what would go to the service."""

    def __init__(self, options: Any = None) -> None:
        super().__init__(options)
        self.envelopes: list[bytes] = []

    def capture_envelope(self, envelope: Any) -> None:
        self.envelopes.append(envelope.serialize())


@pytest.fixture
def reported() -> Any:
    """What is reported while it lasts."""
    caught = Caught({"dsn": "https://public@sentry.example.org/1"})
    reporting.start(
        "https://public@sentry.example.org/1", environment="test", release="1", transport=caught
    )
    yield caught.envelopes
    sentry_sdk.get_client().close()
    sentry_sdk.init()


@pytest.mark.django_db
def test_a_report_says_where_and_never_who(
    lena: Any, signed_in: Any, monkeypatch: Any, reported: Any
) -> None:
    from curriculum.views import certificates

    def breaks(*args: Any, **kwargs: Any) -> None:
        secret = "what Lena wrote"  # a local variable of the frame
        raise RuntimeError(f"{WHO} typed 'Okoro' {secret[:0]}")

    monkeypatch.setattr(certificates, "consume_or_429", breaks)
    client = signed_in(lena)
    client.raise_request_exception = False
    answer = client.post(f"/verify/?mail={WHO}", {"code": "7KQ4-M2XW-9RTD"})
    if answer.status_code != 500:
        answer = client.get(f"/verify/7KQ4-M2XW-9RTD/?mail={WHO}")
    assert answer.status_code == 500
    sent = b"".join(reported)
    assert b"RuntimeError" in sent
    assert b"certificates.py" in sent
    assert answer["X-Request-ID"].encode() in sent
    for private in (WHO, lena.email, "Okoro", "7KQ4", "what Lena wrote", "sessionid", "127.0.0.1"):
        assert private.encode() not in sent, private


def test_reporting_without_its_library_is_refused_by_name(monkeypatch: Any) -> None:
    from django.core.exceptions import ImproperlyConfigured

    monkeypatch.setitem(__import__("sys").modules, "sentry_sdk", None)
    with pytest.raises(ImproperlyConfigured, match="sentry-sdk is not installed"):
        reporting.start("https://public@sentry.example.org/1", environment="", release="1")


def test_the_version_stands_in_one_place() -> None:
    declared = tomllib.loads((Path(settings.BASE_DIR) / "pyproject.toml").read_text("utf-8"))
    assert elearn.__version__ == declared["project"]["version"]


@pytest.mark.parametrize(
    "quoted",
    ['"O\'Brien of Ward 3"', "'Lena Smith'", 'invalid input syntax for uuid: "Lena Smith"'],
)
def test_what_a_fault_quotes_is_taken_out_in_either_kind_of_quotes(quoted: str) -> None:
    said = scrub_fault(quoted)
    assert "Brien" not in said
    assert "Lena" not in said
