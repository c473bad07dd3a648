"""Pages and saving an answer, under gunicorn, as ratios to the floor F."""

from collections.abc import Callable, Iterator
from difflib import SequenceMatcher
from itertools import islice
from typing import Any

from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.html import strip_tags

from cms.models import ModulePage, ReadingPage
from curriculum.domain.attempts import asked
from tests import factories
from tests.bench import world
from tests.bench.client import CONNECTIONS, TOKEN, Visitor, gunicorn, latency, throughput
from tests.bench.measure import Line, ratios

ALIKE = 0.8
WARMING = 20
COMMITTING = "committing to a decision"
CASE_PAGES = ("scene of a case", "what followed in a case")
FLOOR = "/bench/floor/"


def measure(rounds: int, times: int, during: float) -> list[Line]:
    """Latency of one visitor and throughput of eight, `rounds` times over.

    A decision is committed to once, so each of those commitments has a learner of its own.
    """
    alone, *learners = world.school(1 + CONNECTIONS + WARMING + rounds * times)
    deciding, learners = iter(learners[CONNECTIONS:]), learners[:CONNECTIONS]
    for learner in learners:
        factories.play(learner.run, _first_choice(learner))
    reading = ReadingPage.objects.live().order_by("path")[1]
    module = ModulePage.objects.live().get(slug="two-systems")
    paths = {
        "floor F": FLOOR,
        "module page": module.url,
        "reading page": reading.url,
        "reading page, rendered afresh": f"/bench/afresh/{reading.slug}/",
    }
    queries = _queries(alone, paths)
    with gunicorn() as port:
        visitors = [Visitor(port, learner.session) for learner in learners]
        actions = {
            what: [_get(visitor, path) for visitor in visitors] for what, path in paths.items()
        }
        both = list(zip(visitors, learners, strict=True))
        for what, number in (("scene of a case", 2), ("what followed in a case", 1)):
            actions[what] = [_get(v, _step(learner, number)) for v, learner in both]
        actions["saving an answer"] = [_save(v, learner) for v, learner in both]
        kept, fresh = (_body(visitors[0].get(paths[what])) for what in list(paths)[2:4])
        # Alike but for the numbers of the sources, which only the whole page knows.
        if SequenceMatcher(None, kept, fresh).ratio() < ALIKE:
            raise RuntimeError("The two reading pages differ; the comparison would mean nothing.")
        slow: dict[str, list[float]] = {what: [] for what in [*actions, COMMITTING]}
        busy: dict[str, list[float]] = {what: [] for what in actions}
        for what in actions:
            throughput(actions[what], 1)  # both workers have seen every page before the clock runs
        _committing(port, deciding, WARMING)
        for _ in range(rounds):
            slow[COMMITTING].append(_committing(port, deciding, times))
            for what, each in actions.items():
                slow[what].append(latency(each[0], times))
                busy[what].append(throughput(each, during))
    return [*_lines(slow, busy), *queries]


def _body(page: bytes) -> list[str]:
    """The words of the activity's body."""
    body = page.decode().split('<div class="body">')[1].split('<div class="actions')[0]
    return strip_tags(body).split()


def _get(visitor: Visitor, path: str) -> Callable[[], bytes]:
    return lambda: visitor.get(path)


def _save(visitor: Visitor, learner: world.Learner) -> Callable[[], bytes]:
    number, answers = _choices(learner)
    path = f"/learn/attempts/{learner.attempt.uuid}/questions/{number}/"
    return lambda: visitor.save(path, answers)


def _step(learner: world.Learner, number: int) -> str:
    return f"/learn/attempts/{learner.run.uuid}/steps/{number}/"


def _first_choice(learner: world.Learner) -> str:
    return str(learner.run.edition.content.scenes[0].decision.choices[0].id)


def _committing(port: int, learners: Iterator[world.Learner], times: int) -> float:
    """Latency of so many commitments; as in a browser, choosing has saved each choice before."""
    ready = [(Visitor(port, learner.session), learner) for learner in islice(learners, times)]
    for visitor, learner in ready:
        visitor.save(_step(learner, 1), [_first_choice(learner)])
    waiting = iter(ready)

    def commit() -> bytes:
        visitor, learner = next(waiting)
        return visitor.commit(_step(learner, 1), _first_choice(learner))

    return latency(commit, times)


def _choices(learner: world.Learner) -> tuple[int, list[str]]:
    """The first question that one choice answers, and its choices."""
    for number, key in enumerate(learner.attempt.layout["questions"], start=1):
        question: Any = asked(learner.attempt, key)
        if question.KIND == "single-best-answer":
            return number, [option.id for option in question.options]
    raise RuntimeError("The starter quiz has no single-best-answer question.")


def _lines(slow: dict[str, list[float]], busy: dict[str, list[float]]) -> list[Line]:
    floor_slow, floor_busy = slow["floor F"], busy["floor F"]
    lines = []
    for what in slow:
        lines.append(Line(what, tuple(1000 * s for s in slow[what]), unit="ms"))
        if what in busy:
            lines.append(Line(what, tuple(busy[what]), unit="requests/s", note="eight connections"))
    for what in ("module page", "reading page", *CASE_PAGES):
        lines.append(Line(f"{what}: latency / F", ratios(slow[what], floor_slow), at_most=3))
        lines.append(
            Line(f"{what}: throughput / F", ratios(busy[what], floor_busy), at_least=1 / 3)
        )
    afresh = busy["reading page, rendered afresh"]
    lines.append(
        Line(
            "reading page: throughput / rendered afresh",
            ratios(busy["reading page"], afresh),
            at_least=1.5,
        )
    )
    return lines + [
        Line(f"{what}: latency / F", ratios(slow[what], floor_slow), at_most=2.5)
        for what in ("saving an answer", COMMITTING)
    ]


def _queries(learner: world.Learner, paths: dict[str, str]) -> list[Line]:
    client = Client(SERVER_NAME="127.0.0.1")
    client.cookies[settings.SESSION_COOKIE_NAME] = learner.session
    number, answers = _choices(learner)
    client.cookies[settings.CSRF_COOKIE_NAME] = TOKEN
    post = {"page": "b" * 32, "sequence": 1, "seen": 0}
    token = {"X-CSRFToken": TOKEN}

    def save() -> Any:
        path = f"/learn/attempts/{learner.attempt.uuid}/questions/{number}/"
        background = {"X-Autosave": "1", **token}
        return client.post(path, {**post, "choice": answers[0]}, headers=background)

    def commit() -> Any:
        choice = {"choice": _first_choice(learner), "confidence": "sure", "commit": "1"}
        return client.post(_step(learner, 1), {**post, **choice}, headers=token)

    def count(ask: Callable[[], Any]) -> tuple[int]:
        with CaptureQueriesContext(connection) as captured:
            ask()
        return (len(captured),)

    lines = [Line("saving an answer: queries", count(save), at_most=10, unit="")]
    lines.append(Line(f"{COMMITTING}: queries", count(commit), at_most=10, unit=""))
    pages = {what: paths[what] for what in ("module page", "reading page")}
    pages |= dict(zip(CASE_PAGES, (_step(learner, 2), _step(learner, 1)), strict=True))
    for what, path in pages.items():
        client.get(path)  # what all learners see alike is kept from now on
        queries = count(lambda path=path: client.get(path))  # type: ignore[misc]
        lines.append(Line(f"{what}: queries", queries, at_most=12, unit=""))
    return lines
