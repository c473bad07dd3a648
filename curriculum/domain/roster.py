"""Bringing a list of learners into a cohort: kept apart, shown as a plan, then all or nothing."""

import datetime as dt
import io
import logging
import uuid
from collections.abc import Iterable
from typing import Any

from django.contrib.auth.hashers import make_password
from django.core.files.storage import storages
from django.db import IntegrityError, transaction

from curriculum import clock, dates
from curriculum.domain import jobs
from curriculum.domain.adjustments import take_back
from curriculum.domain.errors import Refused
from curriculum.domain.invitations import send_soon
from curriculum.domain.roster_columns import recognise
from curriculum.domain.roster_plan import Line, Plan, make_plan
from curriculum.domain.roster_table import Table
from curriculum.enums import RosterFate
from curriculum.models import Cohort, Enrolment, Group, Invitation, Job, RosterImport, User
from curriculum.models.jobs import LIVE
from curriculum.queries.roster import Known, groups_by_name, look_up
from curriculum.signals import enrolled

KEPT = dt.timedelta(hours=1)
AT_A_TIME = 500
GONE = "The list was kept for an hour and is gone. Choose the file again."
CHANGED = "Somebody or something here has changed since you saw the plan. Look at it again."

logger = logging.getLogger(__name__)


def require_open(cohort: Cohort) -> None:
    """Raises Refused for a cohort that nobody can be enrolled in any more."""
    if cohort.archived_at or (cohort.ends_on and cohort.ends_on < clock.today()):
        raise Refused(f"{cohort.name} has ended, so nobody can be enrolled in it.")


# ── Kept apart ────────────────────────────────────────────────────────────
def keep_list(cohort: Cohort, owner: User, table: Table, *, name: str) -> RosterImport:
    """Keep a list for its owner until it is brought in, or for an hour. An earlier one of theirs
    for the same cohort goes. Raises Refused where nobody can be enrolled."""
    require_open(cohort)
    forget_old()
    for earlier in _waiting().filter(cohort=cohort, owner=owner):
        forget_rows(earlier)
    made = RosterImport(
        cohort=cohort, owner=owner, name=name[:120], columns=recognise(table.header)
    )
    made.rows = storages["records"].save(f"rosters/{made.uuid}", io.BytesIO(table.as_json()))
    made.save()
    return made


def forget_old() -> int:
    """Remove the rows of lists past their hour; how many. A list in work is left alone."""
    old = _waiting().filter(created_at__lt=clock.now() - KEPT)
    return sum(forget_rows(each) for each in old)


def _waiting() -> Any:
    return RosterImport.objects.exclude(rows="").exclude(job__state__in=LIVE)


def forget_rows(found: RosterImport) -> int:
    """Remove what a list held, with what was decided about its rows. What it led to stays."""
    if not found.rows:
        return 0
    storages["records"].delete(found.rows)
    return RosterImport.objects.filter(pk=found.pk).update(rows="", choices={})


def table_of(found: RosterImport) -> Table:
    """The rows of a list. Raises Refused once they are gone."""
    if not found.rows or (found.created_at < clock.now() - KEPT and not _is_live(found)):
        raise Refused(GONE)
    try:
        with storages["records"].open(found.rows) as file:
            return Table.from_json(file.read())
    except FileNotFoundError as error:
        raise Refused(GONE) from error


def _is_live(found: RosterImport) -> bool:
    return bool(found.job and found.job.is_live)


# ── The plan ──────────────────────────────────────────────────────────────
def plan_for(found: RosterImport, table: Table) -> Plan:
    """What bringing the list in would do now."""
    return make_plan(table, found.columns, found.choices, known_of(found, table))


def known_of(found: RosterImport, table: Table, **options: Any) -> Known:
    """Who of the list is here."""

    def cells(field: str) -> Iterable[str]:
        column = found.columns.get(field)
        if column is None:
            return ()
        values = (row[column].removeprefix("mailto:").lower() for _, row in table.rows)
        return dict.fromkeys(value for value in values if value)

    return look_up(found.cohort, cells("email"), cells("student_number"), **options)


@transaction.atomic
def confirm(
    found: RosterImport, plan: str, *, invites: bool, next: tuple[str, str] | None = None
) -> Job:
    """Bring the list in as work in the background, by the plan with this digest.

    `next` is an address and its words, for the page that tells how far the work is. Confirmed
    twice it is the same work. Raises Refused where the list is gone or the cohort has ended.
    """
    found = RosterImport.objects.select_for_update().get(pk=found.pk)
    if found.job and (found.job.is_live or found.done_at):
        return found.job
    require_open(found.cohort)
    if not found.rows:
        raise Refused(GONE)
    found.plan = plan
    found.job = jobs.ask(
        "roster",
        owner=found.owner,
        title=f"List of learners for {found.cohort.name}"[:200],
        parameters={
            "cohorts": [found.cohort_id],
            "import": str(found.uuid),
            "invites": invites,
            "next": next,
        },
        key=str(found.uuid),
    )
    found.save(update_fields=["plan", "job"])
    return found.job


# ── The work ──────────────────────────────────────────────────────────────
@jobs.handles("roster")
def bring_in(running: jobs.Running) -> None:
    """Check the list once more, then write everything in one transaction."""
    found = RosterImport.objects.select_related("cohort", "owner", "job").get(
        uuid=uuid.UUID(running.parameters["import"])
    )
    if not found.done_at:  # otherwise a worker died after it had written everything
        table = table_of(found)
        total = 2 * len(table.rows)
        running.progress(0, total)
        known = known_of(found, table, each=lambda done: running.progress(min(done, total), total))
        _require_confirmed(found, make_plan(table, found.columns, found.choices, known))
        try:
            with transaction.atomic():
                _write_all(running, found, table)
        except IntegrityError as error:  # somebody signed up or joined at the same instant
            raise Refused(CHANGED) from error
        running.progress(total, total)
    running.tell(lines=found.result.get("lines", []), next=running.parameters["next"])
    forget_rows(found)


def _require_confirmed(found: RosterImport, plan: Plan) -> None:
    if plan.digest != found.plan or plan.stopped:
        raise Refused(CHANGED)


def _write_all(running: jobs.Running, found: RosterImport, table: Table) -> None:
    """Everything or nothing: the caller's transaction ends it."""
    cohort = Cohort.objects.select_for_update().get(pk=found.cohort_id)
    require_open(cohort)
    if not Cohort.objects.led_by(found.owner).filter(pk=cohort.pk).exists():
        raise Refused("You do not lead this cohort any more.")
    plan = plan_for(found, table)
    _require_confirmed(found, plan)
    writing = _Writing(cohort, found.owner)
    writing.carry_out(plan.lines, invites=running.parameters["invites"])
    found.done_at = clock.now()
    found.result = {
        "counts": {fate.value: many for fate, many in plan.counts.items()},
        "lines": said(plan.counts),
    }
    found.save(update_fields=["done_at", "result"])
    running.stop_if_cancelled()
    logger.info("Roster %s: %s rows, %s changes", found.uuid, len(plan.lines), plan.changes)


def said(counts: dict[RosterFate, int]) -> list[str]:
    """What was done, a line for each fate that befell anybody."""
    return [f"{fate.label}: {many}" for fate, many in counts.items() if many]


class _Writing:
    """The writing of one list into one cohort."""

    def __init__(self, cohort: Cohort, actor: User) -> None:
        self.cohort, self.actor, self.now = cohort, actor, clock.now()
        self.groups = groups_by_name(cohort)

    def carry_out(self, lines: Iterable[Line], *, invites: bool) -> None:
        by_fate: dict[RosterFate, list[Line]] = {fate: [] for fate in RosterFate}
        for line in lines:
            by_fate[line.fate].append(line)
        new = by_fate[RosterFate.CREATE]
        joining = [*zip(self._people(new), new, strict=True)]
        joining += [(_here(line.learner_id), line) for line in by_fate[RosterFate.ENROL]]
        self._enrol(joining, invites=invites)
        for line in by_fate[RosterFate.RETURN]:
            enrolment = Enrolment.objects.get(pk=_here(line.enrolment_id))
            reason = f"Named in the list brought in on {dates.day(self.now)}."
            take_back(enrolment, actor=self.actor, reason=reason)
        self._regroup([*by_fate[RosterFate.RETURN], *by_fate[RosterFate.REGROUP]])

    def _people(self, lines: list[Line]) -> list[int]:
        """New accounts. They have no password, and their address is confirmed by nobody yet."""
        made = User.objects.bulk_create(
            (
                User(
                    email=line.person.email,
                    full_name=line.person.name,
                    student_number=line.person.number,
                    profession_id=line.person.profession_id,
                    password=make_password(None),
                    date_joined=self.now,
                )
                for line in lines
            ),
            batch_size=AT_A_TIME,
        )
        return [user.pk for user in made]

    def _enrol(self, joining: list[tuple[int, Line]], *, invites: bool) -> None:
        made = Enrolment.objects.bulk_create(
            (
                Enrolment(
                    cohort=self.cohort,
                    learner_id=learner,
                    enrolled_at=self.now,
                    group=self._group(line.person.group),
                )
                for learner, line in joining
            ),
            batch_size=AT_A_TIME,
        )
        asked = {"asked_at": self.now, "asked_by": self.actor} if invites else {}
        Invitation.objects.bulk_create(
            (Invitation(enrolment=enrolment, **asked) for enrolment in made), batch_size=AT_A_TIME
        )
        for enrolment in made:
            enrolled.send(sender=Enrolment, enrolment=enrolment)
        if invites and made:
            send_soon(self.cohort, self.actor)

    def _regroup(self, lines: list[Line]) -> None:
        named = [line for line in lines if line.person.group]
        grouped = {_here(line.enrolment_id): line.person.group for line in named}
        found = list(Enrolment.objects.filter(pk__in=grouped))
        for enrolment in found:
            enrolment.group = self._group(grouped[enrolment.pk])
        Enrolment.objects.bulk_update(found, ["group"], batch_size=AT_A_TIME)

    def _group(self, name: str) -> Group | None:
        """The cohort's group of this name, in whatever case; a new one where there is none."""
        if not name:
            return None
        if name.casefold() not in self.groups:
            position = max((g.position for g in self.groups.values()), default=0) + 1
            self.groups[name.casefold()] = Group.objects.create(
                cohort=self.cohort, name=name, position=position
            )
        return self.groups[name.casefold()]


def _here(pk: int | None) -> int:
    """The key of somebody whom the plan has found."""
    assert pk is not None
    return pk
