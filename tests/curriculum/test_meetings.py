"""Meetings of a session: planning them, being there, and what that completes."""

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from curriculum import clock
from curriculum.dates import clock as shown_clock
from curriculum.domain.adjustments import credit
from curriculum.domain.attempts import mark_as_read
from curriculum.domain.attendance import WrongCode, attend_by_code, save_list
from curriculum.domain.enrolment import enrol, withdraw
from curriculum.domain.errors import NotRecording, Refused
from curriculum.domain.meetings import (
    Plan,
    call_off,
    change_meeting,
    close_code,
    draft_meetings,
    end_after,
    instant,
    invite,
    open_code,
    plan_meetings,
)
from curriculum.enums import AttendanceWay, CompletionBasis
from curriculum.exports.calendar import calendar_of, escaped, folded
from curriculum.identity import SiteIdentity
from curriculum.models import (
    Activity,
    Attendance,
    Certificate,
    Cohort,
    Completion,
    Enrolment,
    Group,
    Meeting,
    ModuleCompletion,
)
from curriculum.queries.catalogue import shelf
from curriculum.queries.meetings import clashes, missed, next_meetings, own_meetings
from curriculum.queries.progress import programme_progress
from curriculum.views.meetings import TRIES
from tests import factories, people
from tests.curriculum.meetings import HOUR, cohort_that_meets, learner, opened, planned, the_session

pytestmark = pytest.mark.django_db

DAY = dt.timedelta(days=1)
HERE = SiteIdentity(name="Common; Ground", url="https://learn.example")


@pytest.fixture
def cohort(cora: Any) -> Cohort:
    return cohort_that_meets(cora)


@pytest.fixture
def enrolment(cohort: Cohort, lena: Any) -> Enrolment:
    return enrol(cohort, lena)


@pytest.fixture
def meeting(cohort: Cohort) -> Meeting:
    return planned(cohort)


# ── The code in the room ──────────────────────────────────────────────────
def test_the_code_completes_the_session_on_the_edition_that_is_current(
    enrolment: Enrolment, meeting: Meeting
) -> None:
    code = opened(meeting).code
    attendance = attend_by_code(meeting, enrolment, f" {code[:3].lower()}-{code[3:]} ")
    assert (attendance.way, attendance.recorded_by) == (AttendanceWay.CODE, None)
    done = Completion.objects.get()
    assert (done.activity, done.basis) == (the_session(), CompletionBasis.EARNED)
    assert done.edition == the_session().current_edition
    assert attend_by_code(meeting, enrolment, "whatever") == attendance
    assert Completion.objects.count() == 1
    enrolment.refresh_from_db()
    assert enrolment.last_active_at is not None


def test_a_wrong_code_and_one_that_is_closed_are_told_apart(
    enrolment: Enrolment, meeting: Meeting
) -> None:
    with pytest.raises(Refused, match="No code is open"):
        attend_by_code(meeting, enrolment, meeting.code)
    first = opened(meeting).code
    with pytest.raises(WrongCode):
        attend_by_code(meeting, enrolment, "")
    with pytest.raises(WrongCode):
        attend_by_code(meeting, enrolment, first[:-1])
    close_code(meeting)
    with pytest.raises(Refused, match="No code is open"):
        attend_by_code(meeting, enrolment, first)
    second = opened(meeting).code
    assert first != second
    with pytest.raises(WrongCode):
        attend_by_code(meeting, enrolment, first)
    with clock.at(clock.now() + dt.timedelta(minutes=10)), pytest.raises(Refused, match="is open"):
        attend_by_code(meeting, enrolment, second)
    assert not Attendance.objects.exists()
    assert not Completion.objects.exists()


def test_only_who_is_enrolled_there_is_put_on_the_list_and_staff_never(
    cohort: Cohort, enrolment: Enrolment, meeting: Meeting, cora: Any, tom: Any
) -> None:
    code = opened(meeting).code
    elsewhere = enrol(people.cohort(cohort.programme, cora, name="Other"), people.person("mo", "M"))
    with pytest.raises(Refused, match="not in the cohort"):
        attend_by_code(meeting, elsewhere, code)
    works_here = Enrolment.objects.create(cohort=cohort, learner=tom)
    with pytest.raises(Refused, match="staff role"):
        attend_by_code(meeting, works_here, code)
    with pytest.raises(NotRecording):
        attend_by_code(meeting, withdraw(enrolment), code)
    assert not Attendance.objects.exists()


def test_a_code_is_opened_around_the_meeting_only(cohort: Cohort) -> None:
    later = planned(cohort, after=2 * HOUR)
    with pytest.raises(Refused, match="an hour before"):
        open_code(later, 10)
    with pytest.raises(Refused, match="Choose one"):
        open_code(planned(cohort), 999)
    with clock.at(later.starts_at - HOUR):
        assert open_code(later, 10).code_open
    with clock.at(later.ends_at + 2 * HOUR), pytest.raises(Refused):
        open_code(later, 10)


# ── The list ──────────────────────────────────────────────────────────────
def test_a_list_says_who_was_there_by_whom_and_when(
    cohort: Cohort, enrolment: Enrolment, meeting: Meeting, cora: Any
) -> None:
    mo = learner(cohort, "Mo")
    saved = save_list(meeting, was=[], now=[enrolment.pk, mo.pk], recorder=cora)
    assert (saved.added, saved.removed) == (2, 0)
    rows = Attendance.objects.values_list("enrolment", "way", "recorded_by")
    assert set(rows) == {(enrolment.pk, "list", cora.pk), (mo.pk, "list", cora.pk)}
    assert Completion.objects.count() == 2
    assert save_list(meeting, was=[], now=[mo.pk], recorder=cora).added == 0


def test_who_typed_the_code_meanwhile_stays_on_the_list(
    cohort: Cohort, enrolment: Enrolment, meeting: Meeting, cora: Any
) -> None:
    """Known failure 3, on paper: the list was drawn before Lena typed."""
    mo = learner(cohort, "Mo")
    attend_by_code(meeting, enrolment, opened(meeting).code)
    save_list(meeting, was=[], now=[mo.pk], recorder=cora)
    assert Attendance.objects.count() == 2


def test_a_corrected_list_takes_back_what_rested_on_nothing(
    enrolment: Enrolment, meeting: Meeting, cora: Any
) -> None:
    save_list(meeting, was=[], now=[enrolment.pk], recorder=cora)
    saved = save_list(meeting, was=[enrolment.pk], now=[], recorder=cora)
    assert saved.removed == 1
    assert not Attendance.objects.exists()
    assert not Completion.objects.exists()


def test_who_was_at_another_meeting_keeps_the_completion(
    cohort: Cohort, enrolment: Enrolment, meeting: Meeting, cora: Any
) -> None:
    other = planned(cohort)
    for each in (meeting, other):
        save_list(each, was=[], now=[enrolment.pk], recorder=cora)
    save_list(meeting, was=[enrolment.pk], now=[], recorder=cora)
    assert Attendance.objects.get().meeting == other
    assert Completion.objects.count() == 1


def test_what_a_lead_credited_stays_when_a_list_is_corrected(
    enrolment: Enrolment, meeting: Meeting, cora: Any
) -> None:
    credit(enrolment, the_session(), actor=cora, reason="Taught it elsewhere.")
    save_list(meeting, was=[], now=[enrolment.pk], recorder=cora)
    save_list(meeting, was=[enrolment.pk], now=[], recorder=cora)
    assert Completion.objects.get().basis == CompletionBasis.CREDITED


def test_nothing_of_a_list_is_saved_where_a_complete_module_rests_on_somebody(
    cohort: Cohort, enrolment: Enrolment, meeting: Meeting, cora: Any
) -> None:
    mo = learner(cohort, "Mo")
    mark_as_read(enrolment, Activity.objects.get(kind="reading"))
    save_list(meeting, was=[], now=[enrolment.pk], recorder=cora)
    assert ModuleCompletion.objects.exists()
    with pytest.raises(Refused, match="Lena Okoro"):
        save_list(meeting, was=[enrolment.pk], now=[mo.pk], recorder=cora)
    assert [row.enrolment for row in Attendance.objects.all()] == [enrolment]
    assert Certificate.objects.count() == 1


def test_an_optional_session_holds_no_module_up(lena: Any, cora: Any) -> None:
    cohort = cohort_that_meets(cora, optional=("One hour together",))
    enrolment, meeting = enrol(cohort, lena), planned(cohort)
    save_list(meeting, was=[], now=[enrolment.pk], recorder=cora)
    mark_as_read(enrolment, Activity.objects.get(kind="reading"))
    assert ModuleCompletion.objects.exists()
    save_list(meeting, was=[enrolment.pk], now=[], recorder=cora)
    assert not Attendance.objects.exists()
    assert ModuleCompletion.objects.exists()


def test_a_list_kept_later_counts_from_the_meeting_but_never_before_what_else_was_done(
    cohort: Cohort, enrolment: Enrolment, meeting: Meeting, cora: Any
) -> None:
    """Known failure 15: nobody is late because a list was."""
    mo = learner(cohort, "Mo")
    with clock.at(meeting.ends_at + DAY):
        mark_as_read(mo, Activity.objects.get(kind="reading"))
    with clock.at(meeting.ends_at + 2 * DAY):
        save_list(meeting, was=[], now=[enrolment.pk, mo.pk], recorder=cora)
    at = dict(
        Completion.objects.filter(activity=the_session()).values_list("enrolment", "completed_at")
    )
    assert at[enrolment.pk] == meeting.ends_at
    assert at[mo.pk] == meeting.ends_at + DAY
    assert ModuleCompletion.objects.get().completed_at == meeting.ends_at + DAY


def test_a_list_is_kept_after_the_cohort_s_last_day_for_a_meeting_before_it(
    lena: Any, cora: Any
) -> None:
    cohort = cohort_that_meets(cora, ends_on=clock.today() + DAY)
    enrolment, meeting = enrol(cohort, lena), planned(cohort)
    with clock.at(clock.now() + 3 * DAY):
        assert save_list(meeting, was=[], now=[enrolment.pk], recorder=cora).added == 1
    with pytest.raises(Refused, match="an hour before"):
        save_list(planned(cohort, after=5 * HOUR), was=[], now=[enrolment.pk], recorder=cora)


def test_a_typo_mended_later_leaves_the_edition_that_was_attended(
    enrolment: Enrolment, meeting: Meeting, cora: Any
) -> None:
    from curriculum.domain.editions import publish_edition

    save_list(meeting, was=[], now=[enrolment.pk], recorder=cora)
    again = factories.session(minutes=90)
    publish_edition(the_session().key, again, allow_unreviewed=True)
    assert Completion.objects.get().edition.number == 1
    assert the_session().current_edition.number == 2


# ── Planning ──────────────────────────────────────────────────────────────
def test_times_are_the_site_s_and_safe_at_the_clock_change() -> None:
    """Known failure 27: the clocks go forward on 28 March 2027 and back on 31 October."""
    before, after = (
        instant(dt.date(2027, 3, 26), dt.time(14)),
        instant(dt.date(2027, 4, 2), dt.time(14)),
    )
    assert (before.astimezone(dt.UTC).hour, after.astimezone(dt.UTC).hour) == (14, 13)
    assert (shown_clock(before), shown_clock(after)) == ("14:00", "14:00")
    with pytest.raises(Refused, match="clocks go forward"):
        instant(dt.date(2027, 3, 28), dt.time(1, 30))
    eve = instant(dt.date(2027, 10, 31), dt.time(0, 30))
    assert shown_clock(end_after(eve, 90)) == "01:00"
    assert end_after(eve, 90).astimezone(dt.UTC) - eve.astimezone(dt.UTC) == 1.5 * HOUR


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"ends_at": clock.now() - HOUR}, "end after"),
        ({"ends_at": clock.now() + 11 * HOUR}, "ten hours"),
        ({"place": ""}, "where it is"),
        ({"starts_at": clock.now() + 9 * DAY, "ends_at": clock.now() + 9 * DAY + HOUR}, "ends on"),
    ],
)
def test_what_cannot_be_is_refused(cora: Any, changes: dict[str, Any], says: str) -> None:
    cohort = cohort_that_meets(cora, ends_on=clock.today() + 2 * DAY)
    with pytest.raises(Refused, match=says):
        planned(cohort, **changes)
    assert not Meeting.objects.exists()


def test_every_group_gets_a_meeting_of_its_own_and_keeps_it_when_taken_apart(
    cohort: Cohort, enrolment: Enrolment
) -> None:
    groups = [Group.objects.create(cohort=cohort, name=name) for name in ("Ash", "Birch")]
    planned(cohort, *groups)
    ash, birch = Meeting.objects.order_by("pk")
    assert (ash.for_whom, birch.for_whom) == ("Ash", "Birch")
    mo = learner(cohort, "Mo", groups[0])
    assert [a.meeting for a in own_meetings(mo, the_session())] == [ash]
    groups[0].delete()
    ash.refresh_from_db()
    assert ash.for_whom == "Ash (taken apart)"
    assert next_meetings([enrolment]) == []  # it has not become everybody's


def test_clashes_are_said_with_what_is_shared(
    cohort: Cohort, enrolment: Enrolment, cora: Any
) -> None:
    groups = [Group.objects.create(cohort=cohort, name=name) for name in ("Ash", "Birch")]
    learner(cohort, "Mo", groups[0])
    planned(cohort, groups[0], facilitators="Sol Brandt, GP;  gita RAO, GP")
    now = clock.now()

    def drafted(group: Group | None, **fields: Any) -> Meeting:
        times = {"starts_at": now + HOUR / 2, "ends_at": now + 2 * HOUR}
        plan = Plan(**{**times, "place": "Room 5", **fields})
        return draft_meetings(cohort, the_session(), plan, [group], planner=cora)[0]

    def said(group: Group | None, **fields: Any) -> list[tuple[str, ...]]:
        return [clash.reasons for clash in clashes(drafted(group, **fields), cora)]

    assert said(groups[1]) == []
    assert said(groups[0]) == [("1 learner",)]
    assert said(None) == [("1 learner",)]
    assert said(groups[1], place=" room  4") == [(" room  4",)]
    assert said(groups[1], facilitators="Gita Rao") == [("Gita Rao",)]
    assert said(groups[1], facilitators="Tom Ashby, GP") == []
    assert said(None, starts_at=now + HOUR) == []  # one begins as the other ends
    Meeting.objects.update(called_off_at=now)
    assert said(groups[0]) == []


def test_a_meeting_is_called_off_only_where_nobody_was_there(
    cohort: Cohort, enrolment: Enrolment, meeting: Meeting, cora: Any
) -> None:
    other = planned(cohort)
    save_list(meeting, was=[], now=[enrolment.pk], recorder=cora)
    with pytest.raises(Refused, match="took place"):
        call_off(meeting)
    opened(other)
    call_off(other)
    other.refresh_from_db()
    assert not other.code_open
    with pytest.raises(Refused, match="called off"):
        save_list(other, was=[], now=[enrolment.pk], recorder=cora)


def test_a_session_of_another_programme_is_not_planned(cohort: Cohort, cora: Any) -> None:
    elsewhere = people.cohort(factories.programme(), cora, name="Other")
    plan = Plan(starts_at=clock.now(), ends_at=clock.now() + HOUR, place="Room")
    with pytest.raises(Refused, match="not part"):
        plan_meetings(elsewhere, the_session(), plan, [None], planner=cora)


# ── Who has missed it, and what is next ───────────────────────────────────
def test_who_has_missed_it_can_be_invited_to_another(cohort: Cohort, cora: Any) -> None:
    ash, birch = (Group.objects.create(cohort=cohort, name=name) for name in ("Ash", "Birch"))
    mo, pia, zoe = (
        learner(cohort, "Mo", ash),
        learner(cohort, "Pia", ash),
        learner(cohort, "Zoe", birch),
    )
    first = planned(cohort, ash)
    save_list(first, was=[], now=[pia.pk], recorder=cora)
    second = planned(cohort, birch, after=2 * DAY)
    with clock.at(clock.now() + DAY):
        assert [(row.enrolment, row.coming) for row in missed(cohort, the_session())] == [
            (mo, None)
        ]
        # A learner who has missed theirs sees the other as a chance, and afterwards as their own.
        shown = own_meetings(mo, the_session())
        assert [(row.meeting, row.is_own) for row in shown] == [(first, True), (second, False)]
        assert next_meetings([mo]) == []
        invite(second, [mo])
        assert missed(cohort, the_session())[0].coming == second
        assert next_meetings([mo]) == [second]
        assert next_meetings([zoe]) == [second]
        assert next_meetings([pia]) == []
        credit(zoe, the_session(), actor=cora, reason="Taught it elsewhere.")
        assert next_meetings([zoe]) == []
    with clock.at(clock.now() + 5 * DAY), pytest.raises(Refused, match="not to come"):
        invite(second, [mo])


def test_what_can_be_done_now_goes_before_a_session(lena: Any, cora: Any) -> None:
    made = factories.programme(
        [factories.session(), factories.reading("A")], [factories.reading("B")]
    )
    enrolment = enrol(people.cohort(made, cora), lena)

    def up() -> str:
        found = programme_progress(made, enrolment, shelf()).continue_with
        return found[1].activity.title if found else ""

    assert up() == "A"
    for title in ("A", "B"):
        mark_as_read(enrolment, Activity.objects.get(title=title))
    assert up() == "One hour together"


# ── The calendar ──────────────────────────────────────────────────────────
def test_a_calendar_file_says_when_and_where_and_nothing_can_break_out_of_it(
    cohort: Cohort,
) -> None:
    starts = instant(dt.date(2027, 4, 2), dt.time(14))
    link = "https://meet.example/a?b=1,2"
    meeting = planned(cohort, place="Room 4; wing, B", link=link)
    Meeting.objects.update(starts_at=starts, ends_at=end_after(starts, 60))
    Activity.objects.filter(kind="session").update(title="An hour\r\nATTENDEE:x, ŵ" + "é" * 60)
    meeting = Meeting.objects.select_related("activity").get(pk=meeting.pk)
    text = calendar_of(meeting, HERE).decode()
    lines = text.split("\r\n")
    assert all(len(line.encode()) <= 75 for line in lines)
    assert "\n" not in text.replace("\r\n", "")
    whole = text.replace("\r\n ", "").split("\r\n")
    assert "DTSTART:20270402T130000Z" in whole
    assert "DTEND:20270402T140000Z" in whole
    assert "LOCATION:Room 4\\; wing\\, B" in whole
    assert f"SUMMARY:An hour\\nATTENDEE:x\\, ŵ{'é' * 60}" in whole
    assert not any(line.startswith("ATTENDEE") for line in whole)
    assert f"UID:{meeting.uuid}@learn.example" in whole
    assert "SEQUENCE:0" in whole


def test_a_changed_meeting_replaces_what_is_in_calendars(cohort: Cohort) -> None:
    meeting = planned(cohort, after=DAY)
    plan = Plan(starts_at=meeting.starts_at, ends_at=meeting.ends_at, place="Room 9")
    assert change_meeting(meeting, plan, None).meeting.version == 1
    call_off(meeting)
    text = calendar_of(Meeting.objects.get(), HERE).decode()
    assert "SEQUENCE:2" in text
    assert "STATUS:CANCELLED" in text


@pytest.mark.parametrize(
    ("text", "value"),
    [("a\\b", "a\\\\b"), ("a;b,c", "a\\;b\\,c"), ("a\rb\x00c\x1bd", "a\\nbcd"), ("", "")],
)
def test_values_are_escaped(text: str, value: str) -> None:
    assert escaped(text) == value
    assert folded("x" * 76) == f"{'x' * 75}\r\n x"


# ── The learner's page ────────────────────────────────────────────────────
def test_a_learner_types_the_code_on_the_page_of_the_meeting(
    client: Client, enrolment: Enrolment, meeting: Meeting
) -> None:
    address = reverse("meeting", args=[meeting.uuid])
    client.force_login(enrolment.learner)
    code = opened(meeting).code
    shown = client.get(address).content.decode()
    assert "Room 4" in shown
    assert code not in shown
    wrong = client.post(address, {"code": "AAAAA"})
    assert wrong.status_code == 422
    assert "This is not the code that is shown" in wrong.content.decode()
    assert 'value="AAAAA"' in wrong.content.decode()
    assert client.post(address, {"code": ""}).status_code == 422
    done = client.post(address, {"code": code.lower()}, follow=True)
    assert "You were there" in done.content.decode()
    assert Completion.objects.filter(enrolment=enrolment).exists()


def test_guessing_is_slowed_down_for_each_learner_alone(
    client: Client, cohort: Cohort, enrolment: Enrolment, meeting: Meeting
) -> None:
    address = reverse("meeting", args=[meeting.uuid])
    code = opened(meeting).code
    client.force_login(enrolment.learner)
    for _ in range(TRIES.allowed):
        assert client.post(address, {"code": "nothing"}).status_code == 422
    refused = client.post(address, {"code": code})
    assert (refused.status_code, refused["Retry-After"]) == (429, "600")
    assert not Attendance.objects.exists()
    other = Client()
    other.force_login(learner(cohort, "Mo").learner)
    assert other.post(address, {"code": code}).status_code == 302


@pytest.mark.parametrize("name", ["meeting", "meeting_calendar"])
def test_the_page_and_the_calendar_are_for_the_cohort_s_learners_alone(
    client: Client, meeting: Meeting, enrolment: Enrolment, cora: Any, olga: Any, name: str
) -> None:
    address = reverse(name, args=[meeting.uuid])
    assert client.get(address).status_code == 302
    withdrawn = learner(meeting.cohort, "Mo")
    withdraw(withdrawn)
    for other in (cora, olga, people.person("zoe", "Zoe Elsewhere"), withdrawn.learner):
        client.force_login(other)
        assert client.get(address).status_code == 404
        assert client.post(address, {"code": meeting.code}).status_code in {404, 405}
    client.force_login(enrolment.learner)
    found = client.get(address)
    assert found.status_code == 200
    assert "no-store" in found["Cache-Control"]
    if name == "meeting_calendar":
        assert found["Content-Type"] == "text/calendar; charset=utf-8"
        assert 'filename="one-hour-together.ics"' in found["Content-Disposition"]


def test_the_dashboard_says_where_to_be(
    client: Client, cohort: Cohort, enrolment: Enrolment
) -> None:
    link = "https://meet.example/secret"
    meeting = planned(cohort, after=DAY, place="", link=link)
    client.force_login(enrolment.learner)
    shown = client.get(reverse("dashboard")).content.decode()
    assert "Where to be" in shown
    assert reverse("meeting", args=[meeting.uuid]) in shown
    assert link in client.get(reverse("meeting", args=[meeting.uuid])).content.decode()
    call_off(meeting)
    assert "Where to be" not in client.get(reverse("dashboard")).content.decode()
    assert "called off" in client.get(reverse("meeting", args=[meeting.uuid])).content.decode()


@pytest.mark.parametrize("many", [1, 3])
def test_the_dashboard_costs_the_same_for_one_meeting_and_for_three(
    client: Client,
    cohort: Cohort,
    enrolment: Enrolment,
    many: int,
    django_assert_max_num_queries: Any,
) -> None:
    for _ in range(many):
        planned(cohort, after=DAY).guests.add(enrolment)
    client.force_login(enrolment.learner)
    client.get(reverse("dashboard"))
    with django_assert_max_num_queries(22):
        client.get(reverse("dashboard"))
    with django_assert_max_num_queries(3):
        next_meetings([enrolment])
    session = the_session()
    with django_assert_max_num_queries(3):
        own_meetings(enrolment, session)
