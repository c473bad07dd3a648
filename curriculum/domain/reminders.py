"""Asking that learners be reminded, and what happens to each reminder. The mail itself goes from
curriculum/reminding.py; here are the rows, which say what was done.
"""

from collections.abc import Iterable

from django.db import models, transaction

from curriculum import clock
from curriculum.domain import jobs
from curriculum.domain.errors import Refused
from curriculum.enums import NotReminded
from curriculum.models import Cohort, Job, ModuleCompletion, Reminder, User
from curriculum.models.cohorts import RemindsItself
from curriculum.queries.due import due_days
from curriculum.queries.reminders import Due, can_be_reminded, spent, would_remind
from curriculum.queries.reports import reported
from curriculum.text import clean_text

KIND = "reminders"
LONGEST_NOTE = 1000


def ask_to_remind(
    cohort: Cohort,
    lead: User,
    *,
    within: int,
    note: str = "",
    shown: Iterable[Due] | None = None,
    by_itself: bool = False,
) -> Job:
    """The job that reminds those who owe something overdue or due within so many days.

    `shown` is the list that the lead has seen: nobody else is reminded, and of nothing else. With
    `by_itself` nobody has asked; the lead is only told. Raises Refused where nobody is left to
    remind, or where the note is too long.
    """
    note = clean_text(note)
    if len(note) > LONGEST_NOTE:
        raise Refused(f"The note has {len(note)} characters. Write at most {LONGEST_NOTE}.")
    with transaction.atomic():
        # One at a time for a cohort, so that two who press at once don't share a list out.
        Cohort.objects.select_for_update(of=("self",)).get(pk=cohort.pk)
        learners = reported(Cohort.objects.filter(pk=cohort.pk))
        reached = [row for row in would_remind(learners, within) if not row.why_not]
        dues = {due for row in reached for due in row.dues}
        if shown is not None:
            dues &= set(shown)
        if not dues:
            raise Refused("Nobody is left to remind: they have finished, or were reminded already.")
        job = jobs.ask(
            KIND,
            owner=lead,
            title=f"Reminders to {cohort.name}",
            parameters={"cohorts": [cohort.pk], "note": note},
        )
        _write_down(dues, None if by_itself else lead, job)
    return job


def _write_down(dues: Iterable[Due], lead: User | None, job: Job) -> None:
    wanted = set(dues)
    idle = Reminder.objects.filter(enrolment__in={due[0] for due in wanted}).exclude(
        pk__in=spent().values("pk")
    )
    again = [
        pk
        for pk, *due in idle.values_list("pk", "enrolment", "module", "due_on")
        if tuple(due) in wanted
    ]
    # What a worker has claimed in this very moment stays claimed.
    Reminder.objects.filter(pk__in=again).filter(
        models.Q(claimed_at=None) | ~models.Q(skipped="")
    ).update(asked_by=lead, asked_at=clock.now(), job=job, claimed_at=None, skipped="")
    Reminder.objects.bulk_create(
        (
            Reminder(enrolment_id=enrolment, module_id=module, due_on=day, asked_by=lead, job=job)
            for enrolment, module, day in sorted(wanted)
        ),
        ignore_conflicts=True,  # those that stand there already
    )


def let_remind_itself(cohort: Cohort, when: int | None) -> Cohort:
    """From now on the cohort reminds by itself, so many days before something is due; None: not any
    more. Raises Refused for a number that is not offered."""
    if when is not None and when not in RemindsItself.values:
        raise Refused("Choose one of the days that are offered.")
    cohort.reminds_itself = when
    cohort.save(update_fields=["reminds_itself"])
    return cohort


def remind_by_themselves() -> int:
    """Ask for the reminders of the cohorts that remind by themselves; how many jobs that makes.

    Safe to run twice, also at once: nobody is reminded twice of one due day.
    """
    made = 0
    for cohort in Cohort.objects.exclude(reminds_itself=None).filter(archived_at=None):
        lead = cohort.leads.filter(is_active=True).order_by("pk").first()
        if lead is None or cohort.reminds_itself is None:
            continue
        try:
            ask_to_remind(cohort, lead, within=cohort.reminds_itself, by_itself=True)
        except Refused:  # nobody owes anything
            continue
        made += 1
    return made


def waiting(job: Job) -> list[int]:
    """The enrolments, by primary key, whose reminders this job has not claimed yet."""
    rows = Reminder.objects.filter(job=job, claimed_at=None).order_by("enrolment")
    return list(rows.values_list("enrolment", flat=True).distinct())


def claim(job: Job, enrolment: int) -> list[Reminder]:
    """This learner's reminders of this job, if they are ours to send, less what need not be said
    any more: that is noted as skipped. Empty where another worker was first."""
    mine = Reminder.objects.filter(job=job, enrolment=enrolment, claimed_at=None)
    now = clock.now()
    pks = list(mine.order_by("pk").values_list("pk", flat=True))
    # By key and in one statement, so that of two workers who meet here one finds nothing.
    if not Reminder.objects.filter(pk__in=pks, claimed_at=None).update(claimed_at=now):
        return []
    rows = Reminder.objects.filter(pk__in=pks).select_related(
        "module", "asked_by", "enrolment__learner", "enrolment__cohort__programme"
    )
    due = []
    for row in sorted(_with_reasons(list(rows)), key=lambda r: (r.due_on, r.pk)):
        if row.skipped:
            row.save(update_fields=["skipped"])
        else:
            due.append(row)
    return due


def _with_reasons(rows: list[Reminder]) -> list[Reminder]:
    """The rows, with why not set on those that need not be sent at this moment."""
    enrolment = rows[0].enrolment
    finished = set(
        ModuleCompletion.objects.filter(enrolment=enrolment).values_list("module", flat=True)
    )
    is_done = hasattr(enrolment, "programme_completion")
    days = due_days(enrolment)
    for row in rows:
        if is_done or row.module_id in finished:
            row.skipped = NotReminded.FINISHED
        elif not can_be_reminded(enrolment):
            row.skipped = NotReminded.LEFT
        elif not enrolment.learner.wants_reminders:
            row.skipped = NotReminded.OPTED_OUT
        elif days.get(row.module_id) != row.due_on:
            row.skipped = NotReminded.NOT_DUE
    return rows


def sent(rows: list[Reminder]) -> None:
    """Note that these have gone."""
    Reminder.objects.filter(pk__in=[row.pk for row in rows]).update(mailed_at=clock.now())


def refused(rows: list[Reminder]) -> None:
    """Note that the mail server refused these; a lead can ask for them again."""
    Reminder.objects.filter(pk__in=[row.pk for row in rows]).update(skipped=NotReminded.UNDELIVERED)


def outcome(job: Job) -> list[str]:
    """What has become of a job's reminders, in lines for its page: learners, never names."""
    mine = Reminder.objects.filter(job=job).order_by()
    people = models.Count("enrolment", distinct=True)
    mailed = mine.filter(mailed_at__isnull=False).aggregate(n=people)["n"]
    lines = [f"{mailed} {_learners(mailed)} reminded."]
    counted = mine.exclude(skipped="").values_list("skipped").annotate(n=people)
    for why, n in counted.order_by("skipped"):
        label = NotReminded(why).label
        lines.append(f"{n} {_learners(n)} not reminded: {label[0].lower()}{label[1:]}.")
    unsure = mine.filter(claimed_at__isnull=False, mailed_at=None, skipped="").aggregate(n=people)
    if n := unsure["n"]:
        lines.append(
            f"{n} {_learners(n)}: the work broke off as the mail went, so nobody knows whether it "
            "did. They are not mailed again."
        )
    return lines


def _learners(n: int) -> str:
    return "learner" if n == 1 else "learners"
