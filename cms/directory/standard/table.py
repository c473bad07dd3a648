"""Services as a table: one row a service, one column a fact, for CSV and workbooks."""

import datetime as dt
import re
import uuid
from collections.abc import Callable
from typing import Any

from cms.directory.importing.source import BadCell
from cms.directory.standard.facts import ContactFacts, HoursFacts, ServiceFacts
from cms.models.directory import Basis, Cost, Opening, Referrer
from curriculum.exports.rows import Column
from curriculum.text import clean_text

HEADINGS = {
    "id": "ID",
    "organisation": "Organisation",
    "name": "Name",
    "summary": "What it does",
    "kinds": "Kinds",
    "basis": "Decided by",
    "areas": "Areas",
    "networks": "Networks",
    "practices": "Practices",
    "place_note": "About the area",
    "referral_from": "Who may refer",
    "how_to_refer": "How to refer",
    "what_to_include": "What to put in",
    "reply_time": "What happens next",
    "urgent_route": "Urgent route",
    "urgent_phone": "Urgent number",
    "same_day_until": "Same day until",
    "all_hours": "Day and night",
    "openings": "Hours",
    "hours_note": "About the hours",
    "out_of_hours": "When closed, ask",
    "eligibility": "Eligibility",
    "minimum_age": "Lowest age",
    "maximum_age": "Highest age",
    "cost": "Cost",
    "cost_note": "About the cost",
    "languages": "Languages",
    "has_interpreters": "Interpreters",
    "is_step_free": "Step-free",
    "access_note": "About access",
    "contacts": "Contacts",
    "is_shown": "In use",
    "checked_on": "Last checked",
}
DAYS = list(Opening.Day.values)
_HOURS = re.compile(r"([A-Za-z, ]+?)\s+(\d{1,2}:\d{2})\s*[-–]\s*(\d{1,2}:\d{2})")
_MARKED = re.compile(r"^'(?=[=+\-@\t\r\n])")  # what keeps a cell from running as a formula


# ── Out ───────────────────────────────────────────────────────────────────
def columns() -> list[Column]:
    """The table's columns, each of which takes its cell from the facts of a service."""
    return [Column(heading, _cell(name)) for name, heading in HEADINGS.items()]


def _cell(name: str) -> Callable[[ServiceFacts], str]:
    return lambda facts: as_text(name, getattr(facts, name))


def as_text(name: str, value: Any) -> str:
    """A fact as it stands in a cell, and as a plan shows it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dt.time):
        return f"{value:%H:%M}"
    if name == "openings":
        return "; ".join(
            f"{','.join(h.days)} {h.opens_at:%H:%M}-{h.closes_at:%H:%M}" for h in value
        )
    if name == "contacts":
        return "\n".join(f"{c.label} | {c.phone} | {c.email} | {c.url}" for c in value)
    return "; ".join(value) if isinstance(value, tuple) else str(value)


# ── In ────────────────────────────────────────────────────────────────────
def from_text(name: str, text: str) -> Any:
    """What a cell says. Raises BadCell."""
    text = clean_text(_MARKED.sub("", text))
    return _READERS.get(name, _as_it_is)(text)


def _as_it_is(text: str) -> str:
    return text


def _list(text: str) -> tuple[str, ...]:
    return tuple(sorted({part.strip() for part in re.split(r"[;\n]", text) if part.strip()}))


def _yes_or_no(text: str) -> bool:
    if text.casefold() in {"yes", "y", "true", "1", "x"}:
        return True
    if text.casefold() in {"no", "n", "false", "0", ""}:
        return False
    raise BadCell("Write “yes” or “no”.")


def _age(text: str) -> int | None:
    if not text:
        return None
    if not text.isdecimal() or int(text) > 150:
        raise BadCell("Write an age in whole years.")
    return int(text)


def _id(text: str) -> uuid.UUID | None:
    if not text:
        return None
    try:
        return uuid.UUID(text)
    except ValueError:
        raise BadCell("This is no ID. Leave it empty for a new service.") from None


def _day(text: str) -> dt.date | None:
    if not text:
        return None
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise BadCell("Write the day as 2026-12-04.") from None


def time_of(text: str) -> dt.time | None:
    """A time of the day. Raises BadCell."""
    if not text:
        return None
    try:
        return dt.time.fromisoformat(text.zfill(5) if len(text) < 6 else text[:5])
    except ValueError:
        raise BadCell("Write times as 09:00.") from None


def _hours(text: str) -> tuple[HoursFacts, ...]:
    found = []
    for part in re.split(r"[;\n]", text):
        if not part.strip():
            continue
        match = _HOURS.fullmatch(part.strip())
        if not match:
            raise BadCell("Write hours as “MO,TU 09:00-17:00; SA 10:00-14:00”.")
        found.append(hours_of(match[1], match[2], match[3]))
    return tuple(found)


def hours_of(days: str, opens: str, closes: str) -> HoursFacts:
    """Hours on the days that stand in a list such as “MO,TU”. Raises BadCell."""
    named = {day.strip().upper()[:2] for day in days.split(",") if day.strip()}
    if not named or not named <= set(DAYS):
        raise BadCell("Write days as MO, TU, WE, TH, FR, SA and SU.")
    opens_at, closes_at = time_of(opens), time_of(closes)
    if opens_at is None or closes_at is None:
        raise BadCell("Say when it opens and when it closes.")
    return HoursFacts(
        days=tuple(day for day in DAYS if day in named), opens_at=opens_at, closes_at=closes_at
    )


def _contacts(text: str) -> tuple[ContactFacts, ...]:
    found = []
    for line in text.split("\n"):
        if line.strip():
            parts = [part.strip() for part in line.split("|")]
            if len(parts) != 4:
                raise BadCell("Write a contact a line, as “Label | number | e-mail | address”.")
            label, phone, email, url = parts
            found.append(ContactFacts(label=label, phone=phone, email=email, url=url))
    return tuple(found)


def _choice(choices: Any) -> Callable[[str], str]:
    """A choice by its short name or by its label."""
    known = {str(c.value).casefold(): c.value for c in choices}
    known |= {str(c.label).casefold(): c.value for c in choices}

    def read(text: str) -> str:
        if text.casefold() not in known:
            raise BadCell(f"“{text[:40]}” is none of: {', '.join(choices.values)}.")
        return str(known[text.casefold()])

    return read


def _referrers(text: str) -> tuple[str, ...]:
    read = _choice(Referrer)
    given = {read(part) for part in _list(text)}
    return tuple(value for value in Referrer.values if value in given)


_READERS: dict[str, Callable[[str], Any]] = {
    "id": _id,
    "out_of_hours": _id,
    "kinds": _list,
    "areas": _list,
    "networks": _list,
    "practices": _list,
    "referral_from": _referrers,
    "basis": _choice(Basis),
    "cost": _choice(Cost),
    "same_day_until": time_of,
    "all_hours": _yes_or_no,
    "has_interpreters": _yes_or_no,
    "is_step_free": _yes_or_no,
    "is_shown": _yes_or_no,
    "openings": _hours,
    "contacts": _contacts,
    "minimum_age": _age,
    "maximum_age": _age,
    "checked_on": _day,
}
