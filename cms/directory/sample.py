"""The fictional Borough of Wexmoor: somewhere to look things up before a real borough is entered.

Every entry has an id made from its short name, so that loading twice changes nothing. Whatever an
editor has changed stays.
"""

import datetime as dt
import uuid
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction

from cms.directory.kinds import STARTER, load_kinds, read_starter
from cms.models import (
    Area,
    Contact,
    Network,
    Opening,
    Organisation,
    Postcode,
    Practice,
    Service,
    ServiceKind,
    SiteSettings,
)
from curriculum.clock import today

WEXMOOR = STARTER / "wexmoor"
NAMESPACE = uuid.UUID("6d1f8a52-3c5e-5b0e-9d0a-5d0b7a1f2e44")
# What a service's file says in lists, and what it names by short names.
LISTS = {"kinds", "areas", "networks", "practices", "openings", "contacts"}
NAMED = {"organisation", "out_of_hours", "same_day_until"}


def sample_id(what: str, name: str) -> uuid.UUID:
    """The id of a sample entry, such as ("service", "step-easy"): the same everywhere."""
    return uuid.uuid5(NAMESPACE, f"{what}/{name}")


@dataclass
class Sample:
    """What has been loaded so far, by short name, and how many rows are new."""

    areas: dict[str, Area] = field(default_factory=dict)
    networks: dict[str, Network] = field(default_factory=dict)
    practices: dict[str, Practice] = field(default_factory=dict)
    organisations: dict[str, Organisation] = field(default_factory=dict)
    services: dict[str, Service] = field(default_factory=dict)
    added: int = 0

    def keep(self, model: Any, what: str, key: str, /, **values: Any) -> Any:
        """The row with this entry's id, made if it is not there."""
        found, is_new = model.objects.get_or_create(uuid=sample_id(what, key), defaults=values)
        self.added += is_new
        return found


@transaction.atomic
def load_sample() -> str:
    """Load the sample, or what is missing of it; says what was done."""
    kinds = load_kinds()
    sample = Sample()
    _load_places(sample)
    _load_practices(sample)
    for name, values in read_starter(WEXMOOR / "organisations.yaml").items():
        sample.organisations[name] = sample.keep(Organisation, "organisation", name, **values)
    _load_services(sample)
    _keep_fresh()
    _be_at_home(sample.areas["wexmoor"])
    return f"{kinds} kinds and {sample.added} sample entries added"


def _be_at_home(council: Area) -> None:
    """Make this the site's borough, where none is chosen."""
    site = SiteSettings.load()
    if site.council_id is None:
        site.council = council
        site.save()


def _load_places(sample: Sample) -> None:
    places = read_starter(WEXMOOR / "places.yaml")
    for name, council in places["councils"].items():
        found = sample.keep(
            Area, "area", name, name=council["name"], code=council["code"], is_fictional=True
        )
        sample.areas[name] = found
        for ward, values in council["wards"].items():
            sample.areas[ward] = sample.keep(
                Area, "area", ward, extent=Area.Extent.WARD, within=found, **values
            )
    for name, title in places["networks"].items():
        sample.networks[name] = sample.keep(Network, "network", name, name=title)
    here = set(Postcode.objects.values_list("code", flat=True))
    Postcode.objects.bulk_create(
        Postcode(code=code, council=sample.areas[council], ward=sample.areas[ward])
        for code, (council, ward) in places["postcodes"].items()
        if code not in here
    )


def _load_practices(sample: Sample) -> None:
    for name, values in read_starter(WEXMOOR / "practices.yaml").items():
        values["network"] = sample.networks[values["network"]]
        values["council"] = sample.areas[values["council"]]
        sample.practices[name] = sample.keep(
            Practice, "practice", name, **values, checked_on=today()
        )


def _load_services(sample: Sample) -> None:
    entries = read_starter(WEXMOOR / "services.yaml")
    here = set(Service.objects.values_list("uuid", flat=True))
    new = {name for name in entries if sample_id("service", name) not in here}
    for name, entry in entries.items():
        plain = {key: value for key, value in entry.items() if key not in LISTS | NAMED}
        sample.services[name] = sample.keep(
            Service,
            "service",
            name,
            organisation=sample.organisations[entry["organisation"]],
            same_day_until=_time(entry.get("same_day_until")),
            checked_on=today(),
            **plain,
        )
    for name in new:  # once all are there, since one may name another
        _complete(sample, sample.services[name], entries[name])


def _complete(sample: Sample, service: Service, entry: dict[str, Any]) -> None:
    """What hangs on the service: kinds, places, hours, contacts, whom to ask when it is closed."""
    service.kinds = list(ServiceKind.objects.filter(slug__in=entry["kinds"]))
    for places in ("areas", "networks", "practices"):
        setattr(service, places, [getattr(sample, places)[name] for name in entry.get(places, [])])
    service.openings = [  # type: ignore[misc]
        Opening(
            days=hours["days"], opens_at=_time(hours["opens"]), closes_at=_time(hours["closes"])
        )
        for hours in entry.get("openings", [])
    ]
    service.contacts = [Contact(**contact) for contact in entry["contacts"]]  # type: ignore[misc]
    if fallback := entry.get("out_of_hours"):
        service.out_of_hours = sample.services[fallback]
    service.save()


def _keep_fresh() -> None:
    """Nobody checks a fictional entry, so it would leave the search: loading counts as checking,
    until an editor has taken an entry over."""
    for model, what, file in (
        (Service, "service", "services"),
        (Practice, "practice", "practices"),
    ):
        ids = [sample_id(what, name) for name in read_starter(WEXMOOR / f"{file}.yaml")]
        untouched = model.objects.filter(uuid__in=ids, checked_by=None)
        untouched.exclude(checked_on=today()).update(checked_on=today(), reminded_on=None)


def _time(text: str | None) -> dt.time | None:
    return dt.time.fromisoformat(text) if text else None
