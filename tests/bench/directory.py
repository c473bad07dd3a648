"""The directory's search on two thousand services, as ratios to the floor F."""

import datetime as dt
import itertools
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from wagtail.search.backends import get_search_backend

from cms.directory.sample import load_sample
from cms.models.directory import (
    Area,
    Contact,
    Opening,
    Organisation,
    Practice,
    Service,
    ServiceKind,
)
from curriculum.clock import today
from curriculum.domain.catalogue import catalogue_changed
from curriculum.models import User
from tests.bench import world
from tests.bench.client import CONNECTIONS, Visitor, gunicorn, latency, throughput
from tests.bench.measure import Line, ratios

SERVICES, BOROUGHS = 2000, 20
FLOOR = "/bench/floor/"
FIRST = "first results of a search"
SEARCHES = {
    FIRST: {"q": "carer exhausted"},
    "results with slips and filters": {"q": "exhuasted cerer at home", "cost": "free"},
    "a kind of service": {"kind": "carers"},
}


def measure(rounds: int, times: int, during: float) -> list[Line]:
    """Latency of one visitor and throughput of eight, `rounds` times over."""
    fill()
    users = [
        User.objects.create_user(f"measured{n}@demo.example", full_name="Lena Okoro")
        for n in range(CONNECTIONS)
    ]
    sessions = [world.signed_in(user) for user in users]
    paths = {"floor F": FLOOR}
    paths |= {what: f"/directory/?{urlencode(asked)}" for what, asked in SEARCHES.items()}
    queries = _queries(sessions[0], paths[FIRST])
    with gunicorn() as port:
        visitors = [Visitor(port, session) for session in sessions]
        actions = {what: [_get(v, path) for v in visitors] for what, path in paths.items()}
        slow: dict[str, list[float]] = {what: [] for what in actions}
        busy: dict[str, list[float]] = {what: [] for what in actions}
        for each in actions.values():
            throughput(each, 1)  # both workers have read the directory before the clock runs
        for _ in range(rounds):
            for what, each in actions.items():
                slow[what].append(latency(each[0], times))
                busy[what].append(throughput(each, during))
    return [*_lines(slow, busy), queries]


def _get(visitor: Visitor, path: str) -> Callable[[], bytes]:
    return lambda: visitor.get(path)


def _lines(slow: dict[str, list[float]], busy: dict[str, list[float]]) -> list[Line]:
    lines = []
    for what in slow:
        lines.append(Line(what, tuple(1000 * s for s in slow[what]), unit="ms"))
        lines.append(Line(what, tuple(busy[what]), unit="requests/s", note="eight connections"))
    for what in SEARCHES:
        bound = 3 if what == FIRST else None
        lines.append(
            Line(f"{what}: latency / F", ratios(slow[what], slow["floor F"]), at_most=bound)
        )
    return lines


def _queries(session: str, path: str) -> Line:
    client = Client(SERVER_NAME="127.0.0.1")
    client.cookies[settings.SESSION_COOKIE_NAME] = session
    client.get(path)  # the directory is in memory from now on
    with CaptureQueriesContext(connection) as captured:
        client.get(path)
    return Line(f"{FIRST}: queries", (len(captured),), at_most=6, unit="")


def fill() -> None:
    """The sample, and services of every kind in twenty boroughs, written in bulk: what is
    measured is finding them."""
    load_sample()
    kinds = list(ServiceKind.objects.all())
    boroughs = [
        Area.objects.create(name=f"Borough {n}", code=f"E0900{n:04}") for n in range(BOROUGHS)
    ]
    Practice.objects.bulk_create(
        Practice(name=f"Practice {n}", council=boroughs[n % BOROUGHS], checked_on=today())
        for n in range(BOROUGHS * 10)
    )
    organisation = Organisation.objects.create(name="Measured")
    turns = itertools.cycle(kinds)
    plans = [(n, next(turns), boroughs[n % BOROUGHS]) for n in range(SERVICES)]
    made = Service.objects.bulk_create(
        _service(n, kind, borough, organisation) for n, kind, borough in plans
    )
    of_kinds: Any = Service.kinds.through
    of_areas: Any = Service.areas.through
    both = list(zip(made, plans, strict=True))
    of_kinds.objects.bulk_create(
        of_kinds(service=service, servicekind=kind) for service, (_, kind, _) in both
    )
    of_areas.objects.bulk_create(
        of_areas(service=service, area=borough) for service, (_, _, borough) in both
    )
    Contact.objects.bulk_create(
        Contact(service=service, label="Desk", phone="020 7946 0100") for service in made
    )
    days = ["MO", "TU", "WE", "TH", "FR"]
    Opening.objects.bulk_create(
        Opening(service=service, days=days, opens_at=dt.time(9), closes_at=dt.time(17))
        for service in made
    )
    backend = get_search_backend()
    backend.get_index_for_model(Service).add_items(Service, made)
    catalogue_changed()


def _service(n: int, kind: ServiceKind, borough: Area, organisation: Organisation) -> Service:
    summary = f"{kind.description} For people who live in {borough.name}."
    return Service(
        organisation=organisation,
        name=f"{kind.name} {borough.name} {n}",
        summary=summary,
        eligibility=f"Adults and carers in {borough.name}.",
        referral_from=["self", "gp"],
        reply_time="A call within five days",
        has_interpreters=bool(n % 2),
        checked_on=today(),
    )
