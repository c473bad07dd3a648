"""Leads and tutors plan meetings, keep the list, show the code, and see who has missed one."""

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from curriculum import clock
from curriculum.domain.enrolment import enrol
from curriculum.enums import CompletionBasis
from curriculum.models import Adjustment, Attendance, Cohort, Completion, Enrolment, Group, Meeting
from tests import people
from tests.curriculum.meetings import HOUR, cohort_that_meets, learner, opened, planned, the_session

pytestmark = pytest.mark.django_db

DAY = dt.timedelta(days=1)


@pytest.fixture
def cohort(cora: Any, tom: Any) -> Cohort:
    """Cora leads it and Tom tutors it."""
    made = cohort_that_meets(cora)
    made.tutors.add(tom)
    return made


@pytest.fixture
def enrolment(cohort: Cohort, lena: Any) -> Enrolment:
    return enrol(cohort, lena)


@pytest.fixture
def meeting(cohort: Cohort) -> Meeting:
    return planned(cohort)


def typed(**fields: Any) -> dict[str, Any]:
    """What the form sends: an hour on Friday 2 April 2027."""
    times = {"day": "2027-04-02", "starts": "14:00", "ends": "15:00"}
    return {
        "activity": the_session().pk,
        "for_whom": "all",
        **times,
        "place": "Room 4",
        "link": "",
        "facilitators": "Tom Ashby, GP",
        **fields,
    }


def addresses(cohort: Cohort, meeting: Meeting) -> list[str]:
    of_meeting = ("session_meeting", "session_change", "session_code", "session_sheet")
    return [
        reverse("cohort_sessions", args=[cohort.pk]),
        reverse("session_plan", args=[cohort.pk]),
        reverse("session_missed", args=[cohort.pk, the_session().key]),
        *(reverse(name, args=[meeting.uuid]) for name in of_meeting),
    ]


def test_every_address_is_closed_to_outsiders(
    client: Client, cohort: Cohort, meeting: Meeting, enrolment: Enrolment, olga: Any
) -> None:
    for address in addresses(cohort, meeting):
        assert client.get(address).status_code == 302
    for other, status in ((olga, 404), (enrolment.learner, 302)):
        client.force_login(other)
        for address in addresses(cohort, meeting):
            for answer in (client.get(address), client.post(address, typed(do="open", minutes=10))):
                assert answer.status_code in {status, 405}, address
                assert b"Lena" not in answer.content or other == enrolment.learner
    assert Meeting.objects.count() == 1
    assert not Meeting.objects.exclude(code_opens_at=None).exists()


def test_those_who_lead_and_tutor_see_every_page_and_names(
    client: Client, cohort: Cohort, meeting: Meeting, enrolment: Enrolment, cora: Any, tom: Any
) -> None:
    for person in (cora, tom):
        client.force_login(person)
        for address in [reverse("sessions"), *addresses(cohort, meeting)]:
            assert client.get(address).status_code == 200, address
        sheet = client.get(reverse("session_sheet", args=[meeting.uuid])).content.decode()
        assert "Ask the quiet one first." in sheet
        assert "Lena Okoro" in sheet
    assert b"Room 4" in client.get(reverse("sessions")).content


def test_what_olga_leads_is_in_her_list_and_nothing_else(
    client: Client, meeting: Meeting, olga: Any
) -> None:
    client.force_login(olga)
    shown = client.get(reverse("sessions")).content.decode()
    assert "Room 4" not in shown
    assert "nothing to plan" in shown


def test_a_meeting_is_planned_in_the_site_s_time_whatever_zone_the_lead_has(
    client: Client, cohort: Cohort, cora: Any
) -> None:
    """Known failure 27."""
    from wagtail.users.models import UserProfile

    profile = UserProfile.get_for_user(cora)
    profile.current_time_zone = "Asia/Tokyo"
    profile.save()
    client.force_login(cora)
    address = reverse("session_plan", args=[cohort.pk])
    assert client.post(address, typed(ends="")).status_code == 302
    meeting = Meeting.objects.get()
    assert meeting.starts_at == dt.datetime(2027, 4, 2, 13, tzinfo=dt.UTC)
    assert meeting.lasts == HOUR
    listed = client.get(reverse("cohort_sessions", args=[cohort.pk])).content.decode()
    assert "2 April 2027, 14:00 to 15:00" in listed
    form = client.get(reverse("session_change", args=[meeting.uuid])).content.decode()
    assert 'value="14:00"' in form


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"day": "2027-03-28", "starts": "01:30"}, "the clocks go forward"),
        ({"ends": "13:00"}, "must end after"),
        ({"place": "", "link": ""}, "Say where it is"),
        ({"link": "javascript:alert(1)"}, "Write the whole address"),
        ({"day": "someday"}, "This is no day"),
        ({"for_whom": "each"}, "Select a valid choice"),
        ({"activity": "0"}, "Choose one of the programme"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_is_kept(
    client: Client, cohort: Cohort, cora: Any, wrong: dict[str, Any], says: str
) -> None:
    client.force_login(cora)
    answer = client.post(reverse("session_plan", args=[cohort.pk]), typed(**wrong))
    assert answer.status_code == 422
    assert says in answer.content.decode()
    assert "Tom Ashby, GP" in answer.content.decode()
    assert not Meeting.objects.exists()


def test_a_clash_is_said_before_anything_is_planned(
    client: Client, cohort: Cohort, enrolment: Enrolment, cora: Any, olga: Any
) -> None:
    client.force_login(cora)
    address = reverse("session_plan", args=[cohort.pk])
    client.post(address, typed())
    answer = client.post(address, typed(starts="14:30", ends="15:30"))
    assert answer.status_code == 422
    said = answer.content.decode()
    assert "1 learner" in said
    assert "Plan it all the same" in said
    assert Meeting.objects.count() == 1
    assert client.post(address, typed(starts="14:30", ends="15:30", anyway="on")).status_code == 302
    assert Meeting.objects.count() == 2
    # Somebody else's cohort in the same room is told without its name.
    elsewhere = people.cohort(cohort.programme, olga, name="Olga's own")
    client.force_login(olga)
    answer = client.post(reverse("session_plan", args=[elsewhere.pk]), typed())
    assert "another cohort’s session" in answer.content.decode()
    assert "Year 3" not in answer.content.decode()


def test_every_group_gets_a_meeting_in_one_go(client: Client, cohort: Cohort, cora: Any) -> None:
    for name in ("Ash", "Birch", "Cedar"):
        Group.objects.create(cohort=cohort, name=name)
    client.force_login(cora)
    client.post(reverse("session_plan", args=[cohort.pk]), typed(for_whom="each"))
    assert [row.for_whom for row in Meeting.objects.order_by("pk")] == ["Ash", "Birch", "Cedar"]
    first = Meeting.objects.earliest("pk")
    ash = Group.objects.get(name="Ash")
    change = reverse("session_change", args=[first.uuid])
    moved = typed(for_whom=str(ash.pk), place="Room 9", starts="16:00", ends="17:00")
    assert client.post(change, moved).status_code == 302
    first.refresh_from_db()
    assert (first.place, first.group, first.version) == ("Room 9", ash, 1)


def test_a_tutor_keeps_the_list_and_corrects_it(
    client: Client, cohort: Cohort, meeting: Meeting, enrolment: Enrolment, tom: Any
) -> None:
    mo = learner(cohort, "Mo")
    client.force_login(tom)
    address = reverse("session_meeting", args=[meeting.uuid])
    client.post(address, {"was": "", "there": [enrolment.pk, mo.pk]})
    assert Attendance.objects.filter(recorded_by=tom).count() == 2
    shown = client.get(address).content.decode()
    assert "By list, Tom Ashby" in shown
    client.post(address, {"was": f"{enrolment.pk},{mo.pk}", "there": [mo.pk]})
    assert Attendance.objects.get().enrolment == mo
    assert Completion.objects.get().enrolment == mo


def test_a_list_that_cannot_be_saved_keeps_the_ticks(
    client: Client, cohort: Cohort, meeting: Meeting, enrolment: Enrolment, tom: Any
) -> None:
    from curriculum.domain.attempts import mark_as_read
    from curriculum.models import Activity

    mo = learner(cohort, "Mo")
    mark_as_read(enrolment, Activity.objects.get(kind="reading"))
    client.force_login(tom)
    address = reverse("session_meeting", args=[meeting.uuid])
    client.post(address, {"was": "", "there": [enrolment.pk]})
    answer = client.post(address, {"was": str(enrolment.pk), "there": [mo.pk]})
    assert answer.status_code == 422
    said = answer.content.decode()
    assert "rests on this meeting" in said
    assert f'id="there-{mo.pk}" checked' in said
    assert Attendance.objects.get().enrolment == enrolment


def test_a_learner_of_another_cohort_cannot_be_slipped_onto_a_list(
    client: Client, cohort: Cohort, meeting: Meeting, cora: Any, olga: Any
) -> None:
    other = learner(people.cohort(cohort.programme, olga, name="Other"), "Mo")
    client.force_login(cora)
    client.post(
        reverse("session_meeting", args=[meeting.uuid]), {"was": "x,,9", "there": [other.pk, "-1"]}
    )
    assert not Attendance.objects.exists()


def test_the_code_is_on_the_page_for_the_room_only_while_it_counts(
    client: Client, meeting: Meeting, enrolment: Enrolment, tom: Any
) -> None:
    address = reverse("session_code", args=[meeting.uuid])
    client.force_login(tom)
    meeting = opened(meeting)
    answer = client.get(address)
    shown = answer.content.decode()
    assert 0 < int(answer["Refresh"]) <= 601
    assert meeting.code in shown
    assert "<svg" in shown
    assert reverse("meeting", args=[meeting.uuid]) in shown
    assert "Lena" not in shown
    client.post(address, {"do": "close"})
    assert meeting.code not in client.get(address).content.decode()
    client.post(address, {"do": "open", "minutes": "5"})
    meeting.refresh_from_db()
    with clock.at(clock.now() + dt.timedelta(minutes=6)):
        assert meeting.code not in client.get(address).content.decode()
    assert client.post(address, {"do": "open", "minutes": "lots"}).status_code == 422
    for name in ("session_meeting", "session_sheet"):
        assert meeting.code not in client.get(reverse(name, args=[meeting.uuid])).content.decode()


def test_a_meeting_is_called_off(client: Client, meeting: Meeting, cora: Any) -> None:
    client.force_login(cora)
    client.post(reverse("session_meeting", args=[meeting.uuid]), {"do": "call-off"})
    meeting.refresh_from_db()
    assert meeting.called_off_at
    assert (
        "Called off"
        in client.get(reverse("cohort_sessions", args=[meeting.cohort_id])).content.decode()
    )


def test_a_change_says_how_many_are_told_and_tells_them_unless_the_tick_is_taken_away(
    client: Client,
    cohort: Cohort,
    enrolment: Enrolment,
    cora: Any,
    mailoutbox: Any,
    django_capture_on_commit_callbacks: Any,
) -> None:
    meeting = planned(cohort, after=DAY)
    client.force_login(cora)
    change = reverse("session_change", args=[meeting.uuid])
    shown = client.get(change).content.decode()
    assert "1 learner is expected now" in shown
    assert " checked" in shown.partition('name="tell"')[2].partition(">")[0]
    page = reverse("session_meeting", args=[meeting.uuid])
    with django_capture_on_commit_callbacks(execute=True):
        said = client.post(change, typed(place="Room 9"), follow=True).content.decode()
    assert "told by mail" not in said
    assert not mailoutbox
    with django_capture_on_commit_callbacks(execute=True):
        said = client.post(change, typed(place="Room 12", tell="on"), follow=True).content.decode()
    assert "1 learner is told by mail." in said
    assert "Tell 1 learner by mail" in client.get(page).content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        client.post(page, {"do": "call-off", "tell": "on"})
    assert [sent.to for sent in mailoutbox] == [[enrolment.learner.email]] * 2
    assert "Room 12" in mailoutbox[0].body
    assert "is called off" in mailoutbox[1].body


def test_a_meeting_that_is_being_planned_is_not_told_by_mail(
    client: Client, cohort: Cohort, cora: Any
) -> None:
    client.force_login(cora)
    plan = client.get(reverse("session_plan", args=[cohort.pk])).content.decode()
    assert 'name="tell"' not in plan


def test_who_has_missed_it_is_credited_by_a_lead_or_invited_by_a_tutor(
    client: Client, cohort: Cohort, enrolment: Enrolment, cora: Any, tom: Any
) -> None:
    planned(cohort, after=-3 * HOUR)
    mo = learner(cohort, "Mo")
    later = planned(cohort, after=DAY)
    address = reverse("session_missed", args=[cohort.pk, the_session().key])
    client.force_login(tom)
    shown = client.get(address).content.decode()
    assert "Lena Okoro" in shown
    assert "Credit those chosen" not in shown
    who = {"who": [str(enrolment.uuid)]}
    assert client.post(address, {**who, "do": "credit", "reason": "Ill."}).status_code == 404
    assert client.post(address, {**who, "do": "invite", "meeting": ""}).status_code == 422
    client.post(address, {**who, "do": "invite", "meeting": str(later.uuid)})
    assert [*later.guests.all()] == [enrolment]
    client.force_login(cora)
    both = {"who": [str(enrolment.uuid), str(mo.uuid)], "do": "credit"}
    answer = client.post(address, {**both, "reason": " "})
    assert answer.status_code == 422
    assert "Give a reason" in answer.content.decode()
    assert not Completion.objects.exists()
    client.post(address, {**both, "reason": "On placement abroad."})
    assert set(Completion.objects.values_list("basis", flat=True)) == {CompletionBasis.CREDITED}
    assert Adjustment.objects.count() == 2
    assert "Nobody" in client.get(address).content.decode()


@pytest.mark.parametrize("many", [1, 3])
def test_pages_cost_the_same_for_one_and_for_three(
    client: Client, cohort: Cohort, cora: Any, many: int, django_assert_max_num_queries: Any
) -> None:
    group = Group.objects.create(cohort=cohort, name="Ash")
    for number in range(many):
        learner(cohort, f"Learner{number}", group)
        meeting = planned(cohort, group, after=-2 * HOUR)
        planned(cohort, group, after=DAY)
    client.force_login(cora)
    client.get(reverse("sessions"))
    for address in [reverse("sessions"), *addresses(cohort, meeting)]:
        with django_assert_max_num_queries(25):
            client.get(address)


def test_a_long_list_is_shown_at_the_price_of_a_short_one_and_saved_at_a_fixed_price_a_name(
    client: Client, cohort: Cohort, cora: Any
) -> None:
    client.force_login(cora)
    shown, saved = [], []
    for many in (1, 3):
        meeting = planned(cohort)
        while cohort.enrolments.count() < many:
            learner(cohort, f"Learner{cohort.enrolments.count()}")
        address = reverse("session_meeting", args=[meeting.uuid])
        everybody = [row.pk for row in cohort.enrolments.all()]
        Completion.objects.all().delete()
        client.get(address)
        with CaptureQueriesContext(connection) as asked:
            client.get(address)
        shown.append(len(asked))
        with CaptureQueriesContext(connection) as asked:
            client.post(address, {"was": "", "there": everybody})
        saved.append(len(asked))
        assert meeting.attendances.count() == many
    assert shown[0] == shown[1] <= 15
    assert saved[1] - saved[0] <= 2 * 11
