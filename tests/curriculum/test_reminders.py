"""Whoever owes something is reminded once, and never what they have finished meanwhile."""

import datetime as dt
import io
import smtplib
from typing import Any

import pytest
from django.core import mail
from django.core.management import call_command
from django.db import IntegrityError, transaction

from curriculum import clock, reminding
from curriculum.domain import jobs
from curriculum.domain.enrolment import enrol, withdraw
from curriculum.domain.errors import Refused
from curriculum.domain.reminders import LONGEST_NOTE, ask_to_remind, let_remind_itself
from curriculum.enums import JobState, NotReminded
from curriculum.models import Cohort, DueDate, Enrolment, Job, OwnDueDate, Reminder
from curriculum.queries.reminders import would_remind
from curriculum.queries.reports import reported
from tests import people
from tests.factories import activities, complete, programme, reading

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def _nothing_runs_by_itself(monkeypatch: Any) -> None:
    monkeypatch.setattr(jobs.job_waits, "send", lambda **kwargs: [])


@pytest.fixture
def cohort(cora: Any) -> Cohort:
    """Two modules: one was due yesterday, the other is due in two days."""
    made = programme([reading("A")], [reading("B")], title="Social care")
    cohort = people.cohort(made, cora)
    for number, inclusion in enumerate(made.inclusions.order_by("position")):
        due_on = clock.today() + (3 * number - 1) * DAY
        DueDate.objects.create(cohort=cohort, module=inclusion.module, due_on=due_on)
    return cohort


@pytest.fixture
def three(cohort: Cohort) -> list[Enrolment]:
    return [enrol(cohort, people.person(name.lower(), name)) for name in ("Hal", "Ida", "Jo")]


def listed(cohort: Cohort, within: int = 0) -> list[tuple[str, str]]:
    found = would_remind(reported(Cohort.objects.filter(pk=cohort.pk)), within)
    return [(row.enrolment.learner.full_name, row.why_not) for row in found]


def ask(cohort: Cohort, within: int = 0, **more: Any) -> Job:
    return ask_to_remind(cohort, cohort.leads.get(), within=within, **more)


def send(job: Job) -> Job:
    jobs.run(job.uuid)
    return Job.objects.get(pk=job.pk)


def told() -> list[str]:
    return sorted(sent.to[0].partition("@")[0] for sent in mail.outbox)


def test_who_owes_something_gets_one_mail_that_says_what_and_how_to_stop(
    cohort: Cohort, three: Any
) -> None:
    job = send(ask(cohort, within=7, note="Come to my office hour."))
    assert (job.state, job.result["lines"]) == (JobState.DONE, ["3 learners reminded."])
    assert told() == ["hal", "ida", "jo"]
    first = mail.outbox[0].body
    assert first.startswith("Hello Hal,")
    assert "- Module 1, was due on" in first
    assert "- Module 2, due by the end of" in first
    assert "Cora Lindqvist writes:\n\nCome to my office hour." in first
    assert "/accounts/profile/" in first
    assert mail.outbox[0].subject == "2 modules in Common Ground wait for you"


def test_nobody_is_reminded_twice_of_one_due_date(cohort: Cohort, three: Any) -> None:
    send(ask(cohort))
    assert listed(cohort) == [(name, "Was reminded already") for name in ("Hal", "Ida", "Jo")]
    with pytest.raises(Refused):
        ask(cohort)
    send(ask(cohort, within=7))  # of the second module alone
    assert len(mail.outbox) == 6
    assert "Module 1" not in mail.outbox[-1].body
    row = Reminder.objects.first()
    with pytest.raises(IntegrityError), transaction.atomic():
        Reminder.objects.create(enrolment=row.enrolment, module=row.module, due_on=row.due_on)


def test_a_new_due_date_is_another_reason_to_remind(cohort: Cohort, three: Any) -> None:
    send(ask(cohort))
    OwnDueDate.objects.create(
        enrolment=three[0],
        module=cohort.due_dates.earliest("due_on").module,
        due_on=clock.today() - 2 * DAY,
    )
    send(ask(cohort))
    assert told() == ["hal", "hal", "ida", "jo"]


def test_who_has_finished_by_the_moment_of_sending_is_not_mailed(
    cohort: Cohort, three: Any
) -> None:
    job = ask(cohort)
    complete(three[1], activities(cohort.programme)[0])
    job = send(job)
    assert told() == ["hal", "jo"]
    assert Reminder.objects.get(enrolment=three[1]).skipped == NotReminded.FINISHED
    assert job.result["lines"] == [
        "2 learners reminded.",
        "1 learner not reminded: had finished it meanwhile.",
    ]


def test_also_between_two_mails_of_one_job(cohort: Cohort, three: Any, monkeypatch: Any) -> None:
    really = reminding.send_mail

    def finish_another(*args: Any) -> int:
        complete(three[2], activities(cohort.programme)[0])
        return really(*args)

    job = ask(cohort)
    monkeypatch.setattr(reminding, "send_mail", finish_another)
    send(job)
    assert told() == ["hal", "ida"]


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda row: withdraw(row), NotReminded.LEFT),
        (
            lambda row: type(row.learner).objects.filter(pk=row.learner_id).update(is_active=False),
            NotReminded.LEFT,
        ),
        (
            lambda row: (
                type(row.learner).objects.filter(pk=row.learner_id).update(wants_reminders=False)
            ),
            NotReminded.OPTED_OUT,
        ),
        (
            lambda row: OwnDueDate.objects.create(
                enrolment=row,
                module=row.cohort.due_dates.earliest("due_on").module,
                due_on=clock.today(),
            ),
            NotReminded.NOT_DUE,
        ),
    ],
)
def test_what_has_changed_since_the_list_was_shown_is_respected(
    cohort: Cohort, three: Any, change: Any, why: str
) -> None:
    job = ask(cohort)
    change(three[0])
    send(job)
    assert told() == ["ida", "jo"]
    assert Reminder.objects.get(enrolment=three[0]).skipped == why


def test_who_wants_no_reminders_is_listed_as_such_and_not_mailed(
    cohort: Cohort, three: Any
) -> None:
    learner = three[0].learner
    learner.wants_reminders = False
    learner.save()
    assert listed(cohort)[0] == ("Hal", "Wants no reminders")
    send(ask(cohort))
    assert told() == ["ida", "jo"]


def test_only_those_are_reminded_who_stood_on_the_list_that_was_shown(
    cohort: Cohort, three: Any
) -> None:
    found = would_remind(reported(Cohort.objects.filter(pk=cohort.pk)), 0)
    shown = found[0].dues
    send(ask(cohort, shown=shown))
    assert told() == ["hal"]


def test_a_cancelled_job_stands_in_nobodys_way(cohort: Cohort, three: Any) -> None:
    job = ask(cohort)
    jobs.cancel(job)
    send(job)
    assert told() == []
    send(ask(cohort))
    assert told() == ["hal", "ida", "jo"]


def test_while_one_job_waits_another_finds_nobody(cohort: Cohort, three: Any) -> None:
    ask(cohort)
    with pytest.raises(Refused):
        ask(cohort)


def test_what_the_mail_server_refuses_can_be_asked_for_again(
    cohort: Cohort, three: Any, monkeypatch: Any
) -> None:
    really = reminding.send_mail

    def refuse_hal(*args: Any) -> int:
        if args[3] == ["hal@example.org"]:
            raise smtplib.SMTPRecipientsRefused({})
        return really(*args)

    monkeypatch.setattr(reminding, "send_mail", refuse_hal)
    job = send(ask(cohort))
    assert job.result["lines"][1] == "1 learner not reminded: the mail server refused it."
    monkeypatch.setattr(reminding, "send_mail", really)
    send(ask(cohort))
    assert told() == ["hal", "ida", "jo"]


def test_a_mail_that_may_have_gone_is_not_sent_again(
    cohort: Cohort, three: Any, monkeypatch: Any
) -> None:
    def hang(*args: Any) -> int:
        raise TimeoutError

    monkeypatch.setattr(reminding, "send_mail", hang)
    job = send(ask(cohort))
    assert "nobody knows" in job.result["lines"][1]
    with pytest.raises(Refused):
        ask(cohort)


def test_a_note_that_is_too_long_is_refused(cohort: Cohort, three: Any) -> None:
    with pytest.raises(Refused, match="1001 characters"):
        ask(cohort, note="x" * (LONGEST_NOTE + 1))
    assert not Reminder.objects.exists()


def test_in_a_cohort_that_has_ended_nobody_is_reminded(cohort: Cohort, three: Any) -> None:
    Cohort.objects.filter(pk=cohort.pk).update(ends_on=clock.today() - DAY)
    assert {why for _, why in listed(cohort)} == {"Cannot work in this cohort any more"}
    with pytest.raises(Refused):
        ask(cohort)


# ── By itself ─────────────────────────────────────────────────────────────
def by_itself() -> str:
    out = io.StringIO()
    call_command("remind_learners", stdout=out)
    for job in Job.objects.filter(state=JobState.WAITING):
        jobs.run(job.uuid)
    return out.getvalue().strip()


def test_a_cohort_reminds_by_itself_only_where_it_is_told_to(cohort: Cohort, three: Any) -> None:
    assert by_itself() == "0 cohorts with somebody to remind."
    let_remind_itself(cohort, 0)
    assert by_itself() == "1 cohort with somebody to remind."
    assert told() == ["hal", "ida", "jo"]
    assert not Reminder.objects.exclude(asked_by=None).exists()
    assert by_itself() == "0 cohorts with somebody to remind.", "nobody twice"
    assert len(mail.outbox) == 3
    let_remind_itself(cohort, 3)
    by_itself()
    assert len(mail.outbox) == 6
    assert "Module 2" in mail.outbox[-1].subject


def test_an_archived_cohort_does_not_remind(cohort: Cohort, three: Any) -> None:
    let_remind_itself(cohort, 0)
    Cohort.objects.filter(pk=cohort.pk).update(archived_at=clock.now())
    assert by_itself() == "0 cohorts with somebody to remind."
