"""The forms that pages really show, filled with what nobody ought to send."""

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urljoin

from bs4 import BeautifulSoup, Tag
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import strategies as st

HOSTILE = (
    "",
    " ",
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "{{ 7*7 }}{% load x %}",
    "\x00",
    "a\x00b\x07\x1b[31m",
    "line\r\nBcc: victim@example.org\r\n\r\nbody",
    "\u202eevil\u2066\u2069",  # writes backwards
    "\u200d\u200b\ufeff",  # nothing to see
    "e" + "\u0301" * 300,  # one letter with three hundred accents
    "\ufffe\uffff\U0010ffff",
    "\N{FAMILY}\U0001f3f3\ufe0f\u200d\U0001f308",
    "=cmd|' /C calc'!A0",
    "@SUM(1+1)",
    "../../../../etc/passwd",
    "file:///etc/passwd",
    "http://169.254.169.254/latest/meta-data/",
    "javascript:alert(1)",
    "' OR 1=1 --",
    "%00%0d%0a%s%n",
    "0",
    "-1",
    "²",  # a digit for Python, and no number
    "٣",
    "9" * 30,
    "1e999",
    "NaN",
    "2026-02-30",
    "9999-12-31",
    "0001-01-01",
    "25:61",
    "00000000-0000-0000-0000-000000000000",
    "not-a-uuid",
    "null",
    "[]",
    "{}",
    '{"a": [1, {"b": null}]}',
    "x" * 20_000,
)
FILES = (
    ("empty.csv", b""),
    ("nothing.png", b"\x89PNG\r\n\x1a\n"),
    ("page.svg", b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'),
    ("polyglot.gif", b"GIF89a/*<script>alert(1)</script>*/"),
    ("list.csv", b"Name,E-mail\n\x00\xff\xfe,=1+1\n"),
    ("list.xlsx", b"PK\x03\x04" + bytes(60)),
    ("module.zip", b"PK\x05\x06" + bytes(18)),
    ("questions.xml", b'<!DOCTYPE a [<!ENTITY b "c">]><quiz>&b;</quiz>'),
    ("questions.gift", b"::a:: b {=c ~d} \x00"),
    ("..\\..\\evil\r\nX: y.csv", b"a,b"),
    ("\u202evsc.exe", b"MZ"),
)


@dataclass(frozen=True)
class Input:
    """A field as a page shows it."""

    name: str
    kind: str
    value: str = ""
    options: tuple[str, ...] = ()


@dataclass(frozen=True)
class Shown:
    """A form of a page: where it goes and what it holds."""

    path: str
    method: str
    inputs: tuple[Input, ...] = field(repr=False)

    @property
    def key(self) -> tuple[Any, ...]:
        return self.method, self.path.partition("?")[0], tuple(i.name for i in self.inputs)


def forms_of(html: str, path: str) -> list[Shown]:
    """The forms in a page that stands at `path`."""
    page = BeautifulSoup(html, "html.parser")
    found = []
    for form in page.find_all("form"):
        action = str(form.get("action") or path)
        method = str(form.get("method") or "get").upper()
        outside = page.find_all(attrs={"form": form.get("id")}) if form.get("id") else []
        inputs = [_input(each) for each in [*form.find_all(KINDS), *outside] if each.get("name")]
        if inputs and method in {"GET", "POST"}:
            found.append(Shown(urljoin(path, action), method, tuple(inputs)))
    return found


KINDS = ("input", "select", "textarea", "button")


def _input(tag: Tag) -> Input:
    name = str(tag["name"])
    if tag.name == "select":
        options = tuple(str(option.get("value") or "") for option in tag.find_all("option"))
        return Input(name, "select", options[0] if options else "", options)
    if tag.name == "textarea":
        return Input(name, "textarea", tag.get_text())
    kind = "submit" if tag.name == "button" else str(tag.get("type") or "text").lower()
    return Input(name, kind, str(tag.get("value") or ""))


def fillings(form: Shown) -> st.SearchStrategy[dict[str, Any]]:
    """What to send: each field either as somebody would, or as nobody ought to, or not at all."""
    return st.fixed_dictionaries({}, optional={i.name: _value(i) for i in form.inputs})


def _value(shown: Input) -> st.SearchStrategy[Any]:
    # A lone half of a pair cannot be sent as UTF-8; `test_fuzz` sends its bytes.
    text = st.sampled_from(HOSTILE) | st.text(st.characters(codec="utf-8"), max_size=60)
    as_shown = st.just(shown.value)
    match shown.kind:
        case "file":
            files = [SimpleUploadedFile(name, data) for name, data in FILES]
            return st.sampled_from(files) | text
        case "hidden" | "submit":
            return as_shown | as_shown | as_shown | text
        case "select" | "radio" | "checkbox":
            known = st.sampled_from(shown.options or (shown.value,))
            return known | known | text | st.lists(known | text, max_size=3)
        case _:
            return text | as_shown
