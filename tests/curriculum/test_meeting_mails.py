"""A meeting that moves or is called off is told by mail to those who are expected, each once."""

import datetime as dt
import smtplib
from typing import Any

import pytest
from django.core import mail

from curriculum import clock, outbox, rescheduling
from curriculum.domain import jobs
from curriculum.domain.adjustments import credit
from curriculum.domain.enrolment import withdraw
from curriculum.domain.meetings import Changed, Plan, call_off, change_meeting, invite
from curriculum.enums import JobState
from curriculum.models import Cohort, Enrolment, Group, Job, Meeting, UnsentMail, User
from tests.curriculum.meetings import HOUR, cohort_that_meets, learner, planned, the_session
from tests.curriculum.test_outbox import Server

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
NOON = dt.datetime(2027, 4, 1, 11, tzinfo=dt.UTC)  # 12:00 in London


@pytest.fixture(autouse=True)
def _nothing_runs_by_itself(monkeypatch: Any) -> None:
    monkeypatch.setattr(jobs.job_waits, "send", lambda **kwargs: [])


@pytest.fixture
def cohort(cora: Any) -> Cohort:
    return cohort_that_meets(cora)


@pytest.fixture
def three(cohort: Cohort) -> list[Enrolment]:
    return [learner(cohort, name) for name in ("Hal", "Ida", "Jo")]


@pytest.fixture
def meeting(cohort: Cohort) -> Meeting:
    return planned(cohort, starts_at=NOON, ends_at=NOON + HOUR)


def plan(**fields: Any) -> Plan:
    return Plan(**{"starts_at": NOON, "ends_at": NOON + HOUR, "place": "Room 4", **fields})


def move(meeting: Meeting, teller: User | None = None, **fields: Any) -> Changed:
    teller = teller or meeting.cohort.leads.get()
    return change_meeting(meeting, plan(**fields), meeting.group, teller=teller)


def send(changed: Changed) -> Job:
    assert changed.mailing is not None
    jobs.run(changed.mailing.uuid)
    return Job.objects.get(pk=changed.mailing.pk)


def told() -> list[str]:
    return sorted(sent.to[0].partition("@")[0] for sent in mail.outbox)


def test_those_expected_read_when_and_where_it_is_now_and_was_to_be(
    meeting: Meeting, three: Any
) -> None:
    link = "https://join.example/secret"
    job = send(move(meeting, starts_at=NOON + DAY, ends_at=NOON + DAY + HOUR, link=link))
    assert (job.state, job.result["lines"]) == (JobState.DONE, ["3 learners told by mail."])
    assert told() == ["hal", "ida", "jo"]
    first = mail.outbox[0]
    assert first.subject == f"Changed: “{the_session().title}”, 2 April 2027"
    assert "It is now:\n\n2 April 2027, 12:00 to 13:00, Room 4, online\n" in first.body
    assert "was to be:\n\n1 April 2027, 12:00 to 13:00, Room 4\n" in first.body
    assert f"/sessions/{meeting.uuid}/" in first.body
    assert "ask Cora Lindqvist" in first.body
    assert link not in first.body, "only who is signed in sees the address"


def test_a_meeting_that_is_called_off_is_told_once_however_often_it_is_pressed(
    cohort: Cohort, meeting: Meeting, three: Any
) -> None:
    send(call_off(meeting, teller=cohort.leads.get()))
    assert call_off(meeting, teller=cohort.leads.get()).mailing is None
    assert told() == ["hal", "ida", "jo"]
    assert "is called off:\n\n1 April 2027, 12:00 to 13:00, Room 4\n" in mail.outbox[0].body
    assert "was to be" not in mail.outbox[0].body


def test_nobody_is_mailed_where_neither_time_nor_place_is_another_or_nobody_asks(
    meeting: Meeting, three: Any
) -> None:
    assert move(meeting, facilitators="Sol Brandt, social worker").mailing is None
    assert change_meeting(meeting, plan(place="Room 9"), None).mailing is None
    assert not Job.objects.exists()


def test_a_meeting_that_is_over_is_corrected_without_a_mail(cohort: Cohort, three: Any) -> None:
    over = planned(cohort, after=-3 * HOUR)
    late = {"starts_at": over.starts_at + HOUR, "ends_at": over.ends_at + HOUR}
    assert move(over, **late).mailing is None
    assert call_off(over, teller=cohort.leads.get()).mailing is None
    later = planned(cohort, after=-3 * HOUR)
    assert move(later, starts_at=NOON, ends_at=NOON + HOUR).mailing is not None


def test_a_group_s_meeting_is_told_to_the_group_and_its_guests_without_those_who_are_done(
    cohort: Cohort, cora: Any
) -> None:
    ash, birch = (Group.objects.create(cohort=cohort, name=name) for name in ("Ash", "Birch"))
    learner(cohort, "Hal", ash)
    done = learner(cohort, "Ida", ash)
    guest = learner(cohort, "Jo", birch)
    learner(cohort, "Kim", birch)
    meeting = planned(cohort, ash, starts_at=NOON, ends_at=NOON + HOUR)
    invite(meeting, [guest])
    credit(done, the_session(), actor=cora, reason="Was at another school’s.")
    send(move(meeting, place="Room 9"))
    assert told() == ["hal", "jo"]


@pytest.fixture
def groups(cohort: Cohort) -> tuple[Group, Group]:
    """Ash with Hal and Ida, Birch with Jo."""
    ash, birch = (Group.objects.create(cohort=cohort, name=name) for name in ("Ash", "Birch"))
    for name, group in (("Hal", ash), ("Ida", ash), ("Jo", birch)):
        learner(cohort, name, group)
    return ash, birch


def test_a_meeting_for_another_group_is_told_to_those_who_come_and_those_who_go(
    cohort: Cohort, groups: tuple[Group, Group]
) -> None:
    ash, birch = groups
    meeting = planned(cohort, ash, starts_at=NOON, ends_at=NOON + HOUR)
    job = send(change_meeting(meeting, plan(), birch, teller=cohort.leads.get()))
    assert (job.state, job.result["lines"]) == (JobState.DONE, ["3 learners told by mail."])
    by_name = {sent.to[0].partition("@")[0]: sent for sent in mail.outbox}
    assert sorted(by_name) == ["hal", "ida", "jo"]
    assert by_name["jo"].subject.startswith("Changed: ")
    assert "Not for you any more" in by_name["hal"].subject
    assert "1 April 2027" in by_name["hal"].subject
    assert "not expected at it:\n\n1 April 2027, 12:00 to 13:00, Room 4\n" in by_name["ida"].body
    assert f"/sessions/{meeting.uuid}/" not in by_name["ida"].body, "it is not theirs to open"


def test_a_meeting_for_everybody_is_told_to_newcomers_alone_unless_it_moves_too(
    cohort: Cohort, groups: tuple[Group, Group]
) -> None:
    meeting = planned(cohort, groups[0], starts_at=NOON, ends_at=NOON + HOUR)
    lead = cohort.leads.get()
    send(change_meeting(meeting, plan(), None, teller=lead))
    assert told() == ["jo"]
    mail.outbox.clear()
    send(change_meeting(meeting, plan(place="Room 9"), None, teller=lead))
    assert told() == ["hal", "ida", "jo"]


def test_who_was_to_be_told_by_a_mailing_that_a_later_change_stopped_is_told_by_that_one(
    cohort: Cohort, groups: tuple[Group, Group]
) -> None:
    ash, birch = groups
    meeting = planned(cohort, ash, starts_at=NOON, ends_at=NOON + HOUR)
    lead = cohort.leads.get()
    stopped = change_meeting(meeting, plan(place="Room 9"), ash, teller=lead)
    later = change_meeting(meeting, plan(place="Room 9"), None, teller=lead)
    assert send(stopped).state == JobState.CANCELLED
    send(later)
    assert told() == ["hal", "ida", "jo"]
    assert all("was to be:\n\n1 April 2027, 12:00 to 13:00, Room 4" in m.body for m in mail.outbox)
    mail.outbox.clear()
    off = change_meeting(meeting, plan(place="Room 9"), birch, teller=lead)
    again = change_meeting(meeting, plan(place="Room 12"), birch, teller=lead)
    assert send(off).state == JobState.CANCELLED
    send(again)
    assert told() == ["hal", "ida", "jo"]
    off_the_list = [m for m in mail.outbox if "not expected" in m.body]
    assert len(off_the_list) == 2


def test_who_was_taken_off_and_is_back_by_the_moment_of_sending_reads_how_it_is_now(
    cohort: Cohort, groups: tuple[Group, Group]
) -> None:
    ash, birch = groups
    meeting = planned(cohort, ash, starts_at=NOON, ends_at=NOON + HOUR)
    changed = change_meeting(meeting, plan(), birch, teller=cohort.leads.get())
    Enrolment.objects.filter(group=ash).update(group=birch)
    send(changed)
    assert told() == ["hal", "ida", "jo"]
    assert not any("Not for you" in sent.subject for sent in mail.outbox)


def test_a_wish_for_no_reminders_is_not_a_wish_for_no_news(meeting: Meeting, three: Any) -> None:
    User.objects.filter(pk=three[0].learner_id).update(wants_reminders=False)
    send(move(meeting, place="Room 9"))
    assert told() == ["hal", "ida", "jo"]


def test_who_is_not_expected_any_more_by_the_moment_of_sending_is_not_mailed(
    cohort: Cohort, meeting: Meeting, three: Any
) -> None:
    changed = move(meeting, place="Room 9")
    withdraw(three[0])
    job = send(changed)
    assert told() == ["ida", "jo"]
    assert job.result["lines"][1] == "1 learner not mailed: not expected at the meeting any more."


def test_a_later_change_takes_over_from_a_mailing_that_is_not_through(
    meeting: Meeting, three: Any
) -> None:
    earlier = move(meeting, place="Room 9")
    later = move(meeting, place="Room 12")
    assert send(earlier).state == JobState.CANCELLED
    send(later)
    assert told() == ["hal", "ida", "jo"]
    assert "Room 12" in mail.outbox[0].body
    assert "Room 4" in mail.outbox[0].body, "nobody was told of the room between"
    assert "Room 9" not in mail.outbox[0].body


def test_a_mailing_tells_the_meeting_as_it_is_at_that_moment(meeting: Meeting, three: Any) -> None:
    changed = move(meeting, place="Room 9")
    call_off(meeting)
    send(changed)
    assert {sent.subject.partition(":")[0] for sent in mail.outbox} == {"Called off"}


def test_work_that_breaks_off_goes_on_behind_the_mail_that_was_in_the_air(
    meeting: Meeting, three: Any, monkeypatch: Any
) -> None:
    changed = move(meeting, place="Room 9")
    really = rescheduling.send_mail

    def die_after_the_second(**letter: Any) -> int:
        really(**letter)
        if len(mail.outbox) == 2:
            raise MemoryError
        return 1

    monkeypatch.setattr(rescheduling, "send_mail", die_after_the_second)
    assert send(changed).state == JobState.WAITING
    job = send(changed)
    assert told() == ["hal", "ida", "jo"]
    assert job.result["lines"][0] == "2 learners told by mail."
    assert job.result["lines"][1].startswith("1 learner: the work broke off")


def test_a_worker_that_was_taken_for_dead_mails_nobody_once_another_has_taken_over(
    meeting: Meeting, three: Any, monkeypatch: Any
) -> None:
    changed = move(meeting, place="Room 9")
    really = rescheduling.send_mail

    def be_taken_for_dead(**letter: Any) -> int:
        sent = really(**letter)
        if len(mail.outbox) == 1:
            lapsed = clock.now() - HOUR
            Job.objects.filter(pk=changed.mailing.pk).update(lease_until=lapsed)  # type: ignore[union-attr]
            jobs.run(changed.mailing.uuid)  # type: ignore[union-attr]
        return sent

    monkeypatch.setattr(rescheduling, "send_mail", be_taken_for_dead)
    assert send(changed).state == JobState.DONE
    assert told() == ["hal", "ida", "jo"]


def test_one_whom_the_mail_server_refuses_does_not_keep_the_others_from_theirs(
    meeting: Meeting, three: Any, monkeypatch: Any
) -> None:
    really = rescheduling.send_mail

    def refuse_hal(**letter: Any) -> int:
        if letter["recipient_list"] == ["hal@example.org"]:
            raise smtplib.SMTPRecipientsRefused({})
        return really(**letter)

    monkeypatch.setattr(rescheduling, "send_mail", refuse_hal)
    job = send(move(meeting, place="Room 9"))
    assert told() == ["ida", "jo"]
    assert job.result["lines"][1] == "1 learner not mailed: the mail server refused it."


def test_mail_is_kept_while_the_mail_server_is_away(
    meeting: Meeting, three: Any, settings: Any, monkeypatch: Any
) -> None:
    settings.EMAIL_BACKEND = "curriculum.outbox.KeepingBackend"
    settings.MAIL_SERVER_BACKEND = "tests.curriculum.test_outbox.Server"
    monkeypatch.setattr(Server, "opening", ConnectionRefusedError())
    send(move(meeting, place="Room 9"))
    assert UnsentMail.objects.waiting().count() == 3
    monkeypatch.setattr(Server, "opening", None)
    assert outbox.send_waiting() == 3
    assert told() == ["hal", "ida", "jo"]
