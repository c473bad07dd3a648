"""What the erasure of an account does beyond deleting rows and blanking fields."""

import re
from typing import Any

from django.core.files.storage import storages
from django.db import models

from curriculum import clock
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
from curriculum.models.jobs import LIVE
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
    for name in mine.exclude(pdf="").values_list("pdf", flat=True):
        storages["records"].delete(name)
    mine.update(pdf="", missing_glyphs="", end_reason="")


def forget_own_files(person: User) -> None:
    """Remove the person's jobs and lists with their files."""
    for name in RosterImport.objects.filter(owner=person).values_list("rows", flat=True):
        _delete(name)
    RosterImport.objects.filter(owner=person).delete()
    for name in Job.objects.filter(owner=person).values_list("file", flat=True):
        _delete(name)
    Job.objects.filter(owner=person).delete()


def forget_files_of_others(person: User) -> None:
    """Empty what others had made of the person's cohorts: files that can be made again, what was
    said about them, and lists on the way in."""
    cohorts = set(Enrolment.objects.filter(learner=person).values_list("cohort", flat=True))
    for job in Job.objects.exclude(owner=person).exclude(state__in=LIVE).iterator():
        if cohorts & set(job.parameters.get("cohorts", ())):
            _delete(job.file)
            Job.objects.filter(pk=job.pk).update(file="", result={}, parameters={})
    lists = RosterImport.objects.filter(cohort__in=cohorts).exclude(owner=person)
    for found in lists:
        _delete(found.rows)
    lists.update(rows="", choices={}, result={}, name="")


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


def _delete(name: str) -> None:
    if name:
        storages["records"].delete(name)
