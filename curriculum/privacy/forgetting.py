"""What the erasure of an account does beyond deleting rows and blanking fields."""

import re
from typing import Any

from django.db import models, transaction

from curriculum import clock
from curriculum.domain import jobs
from curriculum.enums import ActivityKind
from curriculum.models import (
    Certificate,
    Enrolment,
    Job,
    Meeting,
    ProblemReport,
    Response,
    RosterImport,
    User,
)
from curriculum.privacy.files import discard
from curriculum.privacy.registry import FORMER, REMOVED


def leave_cohorts(person: User) -> None:
    """End what the person had not finished, so that nobody waits for them; what was finished still
    counts, without a name."""
    unfinished = Enrolment.objects.filter(
        learner=person, withdrawn_at=None, programme_completion=None
    )
    unfinished.update(withdrawn_at=clock.now())


def forget_predictions(person: User) -> None:
    """Take the words out of the answers; which option was chosen stays for the statistics."""
    # Surveys have free text too; all of their answers go.
    mine = Response.objects.filter(attempt__enrolment__learner=person).exclude(answer=None)
    for response in mine.exclude(attempt__activity__kind=ActivityKind.SURVEY).iterator():
        if isinstance(response.answer, dict) and response.answer.pop("prediction", ""):
            Response.objects.filter(pk=response.pk).update(answer=response.answer)


def forget_problem_words(person: User) -> None:
    """Runs before `forget_reporter`, which takes away whose reports they were."""
    ProblemReport.objects.filter(learner=person).update(text=REMOVED)


def forget_sheets(person: User) -> None:
    """Remove the files of the person's certificates. Their facts stay, and verify."""
    mine = Certificate.objects.filter(enrolment__learner=person)
    # Locked, so that no sheet is drawn from now on (see `open_pdf`) and left behind.
    for certificate in mine.select_for_update(of=("self",)):
        discard(certificate.pdf)
    mine.update(pdf="", missing_glyphs="", end_reason="")


def forget_own_files(person: User) -> None:
    """Remove the person's jobs and lists with their files."""
    for name in RosterImport.objects.filter(owner=person).values_list("rows", flat=True):
        discard(name)
    RosterImport.objects.filter(owner=person).delete()
    for job in Job.objects.select_for_update(of=("self",)).filter(owner=person):
        discard(job.file)
    Job.objects.filter(owner=person).delete()


def forget_files_of_others(person: User) -> None:
    """Empty what others had made of the person's cohorts: files that can be made again, what was
    said about them, and lists on the way in. Work that goes on begins again without the person."""
    cohorts = set(Enrolment.objects.filter(learner=person).values_list("cohort", flat=True))
    # Once more as soon as it is committed, before that work begins again: what was asked for in
    # between may have read what was still there.
    transaction.on_commit(lambda: _empty_jobs(person, cohorts), robust=True)
    _empty_jobs(person, cohorts)
    lists = RosterImport.objects.filter(cohort__in=cohorts).exclude(owner=person)
    for found in lists:
        discard(found.rows)
    lists.update(rows="", choices={}, result={}, name="")


@transaction.atomic
def _empty_jobs(person: User, cohorts: set[int]) -> None:
    told = Job.objects.exclude(owner=person).values_list("pk", "parameters").iterator()
    theirs = [pk for pk, asked in told if cohorts & set(asked.get("cohorts", ()))]
    # Locked, so that nobody takes one up, or keeps its file, before all this is committed.
    for job in Job.objects.select_for_update(of=("self",)).filter(pk__in=theirs).order_by("pk"):
        discard(job.file)
        if job.is_live:
            jobs.start_over(job)
        else:
            Job.objects.filter(pk=job.pk).update(file="", result={}, parameters={})


def forget_facilitator(person: User) -> None:
    """Take the person's name out of the meetings of cohorts that they led or tutored, or planned.

    As a whole name and there alone: somebody else may be called alike. Runs before
    `leave_staff_lists`, which takes away whose cohorts they were.
    """
    if not person.full_name:
        return
    name = re.compile(rf"(?<!\w){re.escape(person.full_name)}(?!\w)")
    theirs = models.Q(planned_by=person)
    for cohorts in (person.cohorts_led, person.cohorts_tutored):
        theirs |= models.Q(cohort__in=list(cohorts.values_list("pk", flat=True)))
    for meeting in Meeting.objects.filter(theirs, facilitators__contains=person.full_name):
        told = name.sub(FORMER, meeting.facilitators)[:200]
        Meeting.objects.filter(pk=meeting.pk).update(facilitators=told)


def leave_staff_lists(person: User) -> None:
    """Take the person off the lists of those who lead and tutor cohorts."""
    for ways in (person.cohorts_led, person.cohorts_tutored):
        ways.clear()


def forget_person(person: User) -> None:
    """Last of all: the account itself becomes an empty shell that other rows can point to."""
    person.groups.clear()
    person.user_permissions.clear()
    shell: dict[str, Any] = {
        "email": f"{person.uuid}@erased.invalid",
        "full_name": FORMER,
        "certificate_name": "",
        "student_number": "",
        "profession": None,
        "is_active": False,
        "is_staff": False,
        "is_superuser": False,
        "wants_reminders": False,
        "last_login": None,
        "closes_at": None,
    }
    person.set_unusable_password()
    User.objects.filter(pk=person.pk).update(password=person.password, **shell)


def blank(rows: models.QuerySet[Any], values: dict[str, Any]) -> None:
    """Put these values in place of what is there, field by field; what is empty stays empty."""
    for name, value in values.items():
        empty: Any = {} if isinstance(value, dict) else ""
        rows.exclude(**{name: empty}).update(**{name: value})
