"""One decision about several activities or several learners at once: all of it, or none."""

import datetime as dt
from collections.abc import Callable, Iterable
from typing import TypeVar

from django.db import transaction

from curriculum.domain import adjustments
from curriculum.domain.errors import Refused, SomeRefused
from curriculum.enums import AdjustmentKind
from curriculum.models import Activity, Adjustment, Enrolment, Module, User

T = TypeVar("T")


def credit_all(
    enrolment: Enrolment,
    activities: Iterable[Activity],
    *,
    actor: User,
    reason: str,
    kind: AdjustmentKind = AdjustmentKind.CREDIT,
) -> list[Adjustment]:
    """Credit one learner with several activities, or exempt them. Raises SomeRefused."""
    return _for_all(
        activities,
        lambda activity: adjustments.credit(
            enrolment, activity, actor=actor, reason=reason, kind=kind
        ),
    )


def extend_all(
    enrolments: Iterable[Enrolment],
    until: dt.date,
    *,
    actor: User,
    reason: str,
    module: Module | None = None,
) -> list[Adjustment]:
    """Give several learners until the end of this day. Raises SomeRefused."""
    return _for_all(
        _in_order(enrolments),
        lambda enrolment: adjustments.extend(
            enrolment, until, actor=actor, reason=reason, module=module
        ),
        name=_learner,
    )


def end_all(enrolments: Iterable[Enrolment], *, actor: User, reason: str) -> list[Adjustment]:
    """Withdraw several learners. Raises SomeRefused."""
    return _for_all(
        _in_order(enrolments),
        lambda enrolment: adjustments.end_enrolment(enrolment, actor=actor, reason=reason),
        name=_learner,
    )


def _learner(enrolment: Enrolment) -> str:
    return enrolment.learner.get_full_name()


def _in_order(enrolments: Iterable[Enrolment]) -> list[Enrolment]:
    """Always in the same order: two who lock the same rows the other way round would wait for one
    another."""
    return sorted(enrolments, key=lambda enrolment: enrolment.pk)


def _for_all(
    things: Iterable[T], decide: Callable[[T], Adjustment], name: Callable[[T], str] = str
) -> list[Adjustment]:
    """Decide about each. Goes on after the first that is refused, to name them all."""
    made, problems = [], []
    with transaction.atomic():
        for thing in things:
            try:
                made.append(decide(thing))
            except Refused as refusal:
                problems.append((name(thing), str(refusal)))
        if problems:
            raise SomeRefused(problems)
    return made
