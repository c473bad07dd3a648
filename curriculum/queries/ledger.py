"""The ledger at one instant: as it stands, or as it stood at the end of a day.

What is undone later (an exemption taken back, a learner withdrawn and taken back, a certificate
replaced) is on record with its instant, so it can be left out or put back. What is only overwritten
cannot: names, groups and due dates are those of now, and who has been moved stands in the cohort
they were moved to.
"""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.db.models import Exists, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce, Greatest, NullIf, TruncDate
from django.utils import timezone

from curriculum import clock
from curriculum.enums import AdjustmentKind, CertificateState, CompletionBasis
from curriculum.models import (
    Adjustment,
    Attempt,
    Certificate,
    Completion,
    Enrolment,
    ModuleCompletion,
    Writing,
)

LONG_AGO = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
GIVEN = (AdjustmentKind.CREDIT, AdjustmentKind.EXEMPTION)


@dataclass(frozen=True)
class Ledger:
    """The ledger as it stands, or as it stood at the end of `day` in the site's time zone."""

    day: dt.date | None = None

    @property
    def until(self) -> dt.datetime | None:
        """The first instant that no longer counts; None where everything does."""
        if self.day is None:
            return None
        midnight = dt.datetime.combine(self.day + dt.timedelta(days=1), dt.time())
        return timezone.make_aware(midnight, timezone.get_default_timezone())

    @property
    def today(self) -> dt.date:
        """The day by which something is overdue or not."""
        return self.day or clock.today()

    def happened(self, instant: str) -> Q:
        """That this instant is before the end."""
        return Q(**{f"{instant}__lt": self.until}) if self.until else Q()

    def not_ended(self, instant: str) -> Q:
        """That this instant of an end has not come by then."""
        standing = Q(**{f"{instant}__isnull": True})
        return standing | Q(**{f"{instant}__gte": self.until}) if self.until else standing

    def in_force(self, path: str = "") -> Q:
        """That what belongs somewhere did so then."""
        return self.happened(f"{path}since") & self.not_ended(f"{path}until")

    # ── Who ───────────────────────────────────────────────────────────────
    def enrolled(self, enrolments: models.QuerySet[Enrolment]) -> models.QuerySet[Enrolment]:
        """Those begun and not ended by then, also where they ended and began again since."""
        if self.until is None:
            return enrolments.filter(withdrawn_at=None)
        turns = Adjustment.objects.filter(
            enrolment=OuterRef("pk"),
            kind__in=(AdjustmentKind.WITHDRAWAL, AdjustmentKind.RETURN),
            made_at__gte=self.until,
        ).order_by("made_at", "pk")
        known = enrolments.filter(enrolled_at__lt=self.until).alias(
            next_turn=Subquery(turns.values("kind")[:1])
        )
        untouched = Q(next_turn=None) & self.not_ended("withdrawn_at")
        return known.filter(Q(next_turn=AdjustmentKind.WITHDRAWAL) | untouched)

    def begun(self) -> Any:
        """Of an enrolment: that the learner had been active."""
        if self.until is None:
            return Q(last_active_at__isnull=False)
        mine = {"enrolment": OuterRef("pk")}
        return (
            Q(last_active_at__lt=self.until)
            | Exists(Attempt.objects.filter(started_at__lt=self.until, **mine))
            | Exists(Writing.objects.filter(begun_at__lt=self.until, **mine))
            | Exists(self.completions().filter(basis=CompletionBasis.EARNED, **mine))
        )

    def done(self) -> Q:
        """Of an enrolment: that its programme was complete."""
        if self.until is None:
            return Q(programme_completion__isnull=False)
        return Q(programme_completion__completed_at__lt=self.until)

    def last_active(self) -> Any:
        """Of an enrolment: the day of its last trace, as far as the records tell."""
        if self.until is None:
            return day_of("last_active_at")
        earned = self.completions().filter(basis=CompletionBasis.EARNED)
        traces = [
            _latest(Attempt.objects.filter(self.happened("started_at")), "started_at"),
            _latest(Attempt.objects.filter(self.happened("ended_at")), "ended_at"),
            _latest(Writing.objects.filter(self.happened("begun_at")), "begun_at"),
            _latest(earned, "completed_at"),
        ]
        last = models.Case(
            models.When(last_active_at__lt=self.until, then="last_active_at"),
            default=NullIf(
                Greatest(*(Coalesce(trace, models.Value(LONG_AGO)) for trace in traces)),
                models.Value(LONG_AGO),
            ),
            output_field=models.DateTimeField(),
        )
        return TruncDate(last, tzinfo=timezone.get_default_timezone())

    # ── What ──────────────────────────────────────────────────────────────
    def completions(self) -> models.QuerySet[Completion]:
        return Completion.objects.filter(self.happened("completed_at")).order_by()

    def taken_back_since(self) -> models.QuerySet[Adjustment]:
        """Credits and exemptions that counted then, and were taken back since."""
        rows = Adjustment.objects.order_by()
        return rows.filter(self.counted_then()) if self.until else rows.none()

    def counted_then(self, path: str = "") -> Q:
        """Of an adjustment: that it is a credit or an exemption that counted at the end of the day,
        and was taken back since. At most one of a learner and an activity is."""
        return Q(
            **{
                f"{path}kind__in": GIVEN,
                f"{path}made_at__lt": self.until,
                f"{path}undone_at__gte": self.until,
            }
        )

    def module_completions(self) -> models.QuerySet[ModuleCompletion]:
        return ModuleCompletion.objects.filter(self.happened("completed_at")).order_by()

    def certificates(self) -> models.QuerySet[Certificate]:
        """Those that stood."""
        if self.until is None:
            return Certificate.objects.filter(state=CertificateState.ISSUED).order_by()
        standing = self.happened("issued_at") & self.not_ended("ended_at")
        return Certificate.objects.filter(standing).order_by()


NOW = Ledger()


def day_of(instant: str) -> TruncDate:
    """In the site's time zone, also where Wagtail's admin has another for this person."""
    return TruncDate(instant, tzinfo=timezone.get_default_timezone())


def _latest(rows: models.QuerySet[Any], instant: str) -> Subquery:
    mine = rows.filter(enrolment=OuterRef("pk")).order_by(f"-{instant}")
    return Subquery(mine.values(instant)[:1])
