"""Services of HSDS 3.0 and Open Referral UK into facts. Checked by the published schema first."""

from typing import Any

from cms.directory.importing.source import BadCell, Problem, Row, Source
from cms.directory.standard.facts import ContactFacts, ServiceFacts
from cms.directory.standard.hsds_out import AREA_URI, LOCAL, OURS
from cms.directory.standard.published import faults
from cms.directory.standard.table import from_text, hours_of
from curriculum.text import clean_line, clean_text

MOST_FAULTS = 20  # of one service
# Texts that the standard has under a name of its own.
TEXTS = {
    "name": "name",
    "description": "summary",
    "application_process": "how_to_refer",
    "eligibility_description": "eligibility",
    "alert": "urgent_route",
    "wait_time": "reply_time",
}
LISTS = ("networks", "practices", "referral_from")


def read_services(document: Any) -> Source:
    """A service, a list of them, or a page of an API's answer."""
    if isinstance(document, dict) and "contents" in document:
        document = document["contents"]
    services = document if isinstance(document, list) else [document]
    source = Source()
    for number, service in enumerate(services, start=1):
        place = f"Service {number}"
        wrong = list(faults(service, "service"))[:MOST_FAULTS]
        source.problems += [Problem(place, where, message) for where, message in wrong]
        if not wrong:
            _read(source, place, service)
    return source


def _read(source: Source, place: str, service: dict[str, Any]) -> None:
    values: dict[str, Any] = {}
    for column, reader in (
        ("service", _plain),
        ("schedules", _openings),
        ("contacts", _contacts),
        ("service_areas", _areas),
        ("attributes", _kinds),
        (OURS, _ours),
    ):
        try:
            values |= reader(service)
        except BadCell as problem:
            source.problems.append(Problem(place, column, str(problem)))
    _organisation(source, service, values)
    source.rows.append(Row(place, ServiceFacts(**values), frozenset(values)))


def _plain(service: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {"id": from_text("id", service["id"])}
    for name, ours in TEXTS.items():
        if name in service:
            found[ours] = clean_text(service[name])
        elif OURS in service and name != "wait_time":
            found[ours] = ""  # we leave out what is empty
    for name in ("minimum_age", "maximum_age"):
        if name in service:
            found[name] = from_text(name, f"{service[name]:g}")
        elif OURS in service:
            found[name] = None
    if "assured_date" in service:
        found["checked_on"] = from_text("checked_on", service["assured_date"][:10])
    if "interpretation_services" in service:
        found["has_interpreters"] = bool(service["interpretation_services"].strip())
    if "languages" in service:
        names = (clean_line(row.get("name", "")) for row in service["languages"])
        found["languages"] = ", ".join(name for name in names if name)
    found["is_shown"] = service["status"] == "active"
    return found


def _openings(service: dict[str, Any]) -> dict[str, Any]:
    ours = service.get(OURS)
    if "schedules" not in service:
        return {}
    if isinstance(ours, dict) and ours.get("openings") is False:
        return {"openings": ()}  # we wrote them only to say “day and night”
    found = []
    for row in service["schedules"]:
        if row.get("freq", "WEEKLY") != "WEEKLY" or row.get("interval", 1) != 1:
            raise BadCell("Only hours that are the same every week can be taken over.")
        opens, closes = row.get("opens_at", ""), row.get("closes_at", "")
        found.append(hours_of(row.get("byday", ""), opens, closes))
    return {"openings": tuple(found)}


def _contacts(service: dict[str, Any]) -> dict[str, Any]:
    if "contacts" not in service and "phones" not in service:
        return {}
    found = []
    for row in service.get("contacts", []):
        ours = row.get(OURS)
        url = clean_line(str(ours.get("url", ""))) if isinstance(ours, dict) else ""
        phones = [clean_line(phone["number"]) for phone in row.get("phones", [])] or [""]
        label = clean_line(row.get("name") or row.get("department") or row.get("title") or "")
        email = clean_line(row.get("email", ""))
        found += [
            ContactFacts(
                label=label,
                phone=phone,
                email=email if not place else "",
                url=url if not place else "",
            )
            for place, phone in enumerate(phones)
        ]
    found += [ContactFacts(phone=clean_line(p["number"])) for p in service.get("phones", [])]
    return {"contacts": tuple(c for c in found if c.phone or c.email or c.url)}


def _areas(service: dict[str, Any]) -> dict[str, Any]:
    rows = service.get("service_areas")
    if rows is None:
        return {}
    codes = [
        row["uri"].removeprefix(AREA_URI) for row in rows if row.get("uri", "").startswith(AREA_URI)
    ]
    return {"areas": tuple(sorted(codes))} if codes or not rows else {}


def _kinds(service: dict[str, Any]) -> dict[str, Any]:
    """What a service's terms are called; the plan knows which are kinds here."""
    terms = [
        row["taxonomy_term"] for row in service.get("attributes", []) if "taxonomy_term" in row
    ]
    names = {clean_line(term.get("code") or term["name"]) for term in terms}
    return {"kinds": tuple(sorted(names))} if names else {}


def _ours(service: dict[str, Any]) -> dict[str, Any]:
    """What only we write. A value of another type is refused like a cell that cannot be read."""
    ours = service.get(OURS, {})
    if not isinstance(ours, dict):
        raise BadCell("This must hold fields and their values.")
    found: dict[str, Any] = {}
    for name in [*LOCAL, "same_day_until", "out_of_hours"]:
        if name in ours:
            found[name] = _value(name, ours[name])
    for name in LISTS:
        if name in ours:
            if not isinstance(ours[name], list):
                raise BadCell(f"“{name}” must be a list.")
            found[name] = from_text(name, "; ".join(str(value) for value in ours[name]))
    return found


def _value(name: str, value: Any) -> Any:
    if isinstance(value, bool):
        value = "yes" if value else "no"
    if value is not None and not isinstance(value, str):
        raise BadCell(f"“{name}” must be a text.")
    try:
        return from_text(name, value or "")
    except BadCell as problem:
        raise BadCell(f"“{name}”: {problem}") from problem


def _organisation(source: Source, service: dict[str, Any], values: dict[str, Any]) -> None:
    given = service.get("organization")
    if given:
        name = clean_line(given["name"])
        values["organisation"] = name
        description = clean_text(given["description"])
        source.organisations[name] = {
            "uuid": from_text("id", given["id"]),
            "description": description if description != name else "",
            "email": clean_line(given.get("email", "")),
            "url": clean_line(given.get("website", "")),
        }
