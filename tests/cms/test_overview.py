"""A lead sees a cohort at a glance and reminds those who are behind; nobody else does."""

import datetime as dt
from typing import Any

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from curriculum import clock
from curriculum.domain.enrolment import enrol
from curriculum.models import Cohort, DueDate, Enrolment, Job, Reminder
from tests import people
from tests.factories import activities, complete, programme, quiz, reading

DAY = dt.timedelta(days=1)
PAGES = ["cohort_overview", "cohort_standing", "cohort_remind"]


@pytest.fixture
def cohort(db: Any, cora: Any) -> Cohort:
    """Dora is done, Hal on track, Bea behind; nobody has not started."""
    made = programme([reading("A"), quiz(title="Q")], [reading("B")], title="Social care")
    cohort = people.cohort(made, cora)
    first = made.inclusions.order_by("position")[0].module
    DueDate.objects.create(cohort=cohort, module=first, due_on=clock.today() - DAY)
    for name, done in (("Dora", 3), ("Hal", 2), ("Bea", 1)):
        enrolment = enrol(cohort, people.person(name.lower(), name))
        for activity in activities(made)[:done]:
            complete(enrolment, activity)
    return cohort


def address(name: str, cohort: Cohort) -> str:
    return reverse(name, args=[cohort.pk])


def shown(client: Client, cohort: Cohort, state: str = "", **more: str) -> list[str]:
    page = client.get(address("cohort_standing", cohort), {"state": state, **more})
    return [row.enrolment.learner.full_name for row in page.context["rows"]]


def test_the_first_thing_a_lead_sees_of_a_cohort_is_who_stands_where(
    signed_in: Any, cora: Any, cohort: Cohort
) -> None:
    client = signed_in(cora)
    listing = client.get(reverse("cohorts:index")).content.decode()
    assert f'href="{address("cohort_overview", cohort)}"' in listing
    page = client.get(address("cohort_overview", cohort))
    tiles = [(tile.standing.label, tile.learners) for tile in page.context["tiles"]]
    assert tiles == [("Done", 1), ("On track", 1), ("Behind", 1), ("Not started", 0)]
    for tile in page.context["tiles"]:
        assert f'href="{tile.url}"' in page.content.decode()
    assert reverse("cohorts:edit", args=[cohort.pk]) in page.content.decode()


def test_each_of_the_four_is_a_list_one_click_away(
    signed_in: Any, cora: Any, cohort: Cohort
) -> None:
    client = signed_in(cora)
    assert shown(client, cohort) == ["Bea", "Dora", "Hal"]
    assert shown(client, cohort, "done") == ["Dora"]
    assert shown(client, cohort, "on-track") == ["Hal"]
    assert shown(client, cohort, "behind") == ["Bea"]
    assert shown(client, cohort, "not-started") == []
    assert shown(client, cohort, q="HAL@") == ["Hal"]
    page = client.get(address("cohort_standing", cohort), {"state": "behind"})
    assert "Module 1, due" in page.content.decode()
    assert client.get(address("cohort_standing", cohort), {"state": "x"}).status_code == 404


def test_the_charts_stand_with_titles_words_and_tables(
    signed_in: Any, cora: Any, cohort: Cohort
) -> None:
    page = signed_in(cora).get(address("cohort_overview", cohort)).content.decode()
    for title in ("Progress against the due dates", "Where people stop", "By profession"):
        assert f'<figcaption class="chart-title">{title}</figcaption>' in page
    assert page.count('<svg class="chart-drawing"') == page.count("<desc id=") == 4
    assert "2 of 3 modules finished until today; 3 were due." in page
    assert "No profession has 5 learners here." in page
    assert "1.2 Q" in page


def test_a_cohort_of_nobody_shows_its_join_link(signed_in: Any, cora: Any, cohort: Cohort) -> None:
    empty = people.cohort(cohort.programme, cora, name="Empty")
    page = signed_in(cora).get(address("cohort_overview", empty))
    assert empty.join_code in page.content.decode()


# ── Reminding ─────────────────────────────────────────────────────────────
def test_the_list_and_the_mail_are_shown_before_anything_goes(
    signed_in: Any, cora: Any, cohort: Cohort
) -> None:
    client = signed_in(cora)
    page = client.get(address("cohort_remind", cohort))
    assert [row.enrolment.learner.full_name for row in page.context["reached"]] == ["Bea"]
    again = client.post(
        address("cohort_remind", cohort), {"do": "preview", "note": "Ring <me>.", "within": "0"}
    )
    assert "Cora Lindqvist writes:\n\nRing &lt;me&gt;." in again.content.decode()
    assert 'rows="5" aria-describedby="note-help">Ring &lt;me&gt;.' in again.content.decode()
    assert not mail.outbox
    assert not Reminder.objects.exists()


def test_sending_leads_to_the_progress_and_mails_whom_the_list_has_shown(
    signed_in: Any, cora: Any, cohort: Cohort, django_capture_on_commit_callbacks: Any
) -> None:
    client = signed_in(cora)
    page = client.get(address("cohort_remind", cohort))
    enrol(cohort, people.person("new", "New"))  # came after the list was drawn
    with django_capture_on_commit_callbacks(execute=True):
        answer = client.post(
            address("cohort_remind", cohort),
            {"do": "send", "within": "0", "note": "", "shown": page.context["shown"]},
        )
    job = Job.objects.get()
    assert answer.url == reverse("job", args=[job.uuid])
    assert [sent.to for sent in mail.outbox] == [["bea@example.org"]]
    assert "1 learner reminded." in client.get(answer.url).content.decode()
    again = client.post(
        address("cohort_remind", cohort),
        {"do": "send", "within": "0", "note": "Kept", "shown": page.context["shown"]},
    )
    assert again.status_code == 422
    assert "Nobody is left to remind" in again.content.decode()


@pytest.mark.parametrize("shown", ["", "made:up", "of another cohort"])
def test_a_list_that_we_have_not_shown_is_refused_and_the_note_kept(
    signed_in: Any, cora: Any, cohort: Cohort, shown: str
) -> None:
    client = signed_in(cora)
    if shown == "of another cohort":
        other = people.cohort(cohort.programme, cora, name="Another")
        shown = client.get(address("cohort_remind", other)).context.get("shown")
    found = client.post(
        address("cohort_remind", cohort),
        {"do": "send", "within": "0", "note": "Keep this", "shown": shown},
    )
    assert found.status_code == 422
    assert ">Keep this</textarea>" in found.content.decode()
    assert not Job.objects.exists()


def test_a_lead_lets_the_cohort_remind_by_itself(signed_in: Any, cora: Any, cohort: Cohort) -> None:
    client, here = signed_in(cora), address("cohort_remind", cohort)
    client.post(here, {"do": "itself", "itself": "3"})
    cohort.refresh_from_db()
    assert cohort.reminds_itself == 3
    assert client.post(here, {"do": "itself", "itself": "5"}).status_code == 422
    client.post(here, {"do": "itself", "itself": ""})
    cohort.refresh_from_db()
    assert cohort.reminds_itself is None


# ── Who may ───────────────────────────────────────────────────────────────
@pytest.mark.parametrize("name", PAGES)
def test_an_outsider_finds_nothing(
    signed_in: Any, olga: Any, tom: Any, lena: Any, cohort: Cohort, name: str
) -> None:
    cohort.tutors.add(tom)  # a tutor sees shares, never names
    for somebody in (olga, tom):
        assert signed_in(somebody).get(address(name, cohort)).status_code == 404
    assert signed_in(lena).get(address(name, cohort)).status_code in (302, 403)
    assert Client().get(address(name, cohort)).status_code == 302


def test_an_outsider_sends_nothing(signed_in: Any, olga: Any, cora: Any, cohort: Cohort) -> None:
    shown = signed_in(cora).get(address("cohort_remind", cohort)).context["shown"]
    data = {"do": "send", "within": "0", "note": "", "shown": shown}
    assert signed_in(olga).post(address("cohort_remind", cohort), data).status_code == 404
    assert Client().post(address("cohort_remind", cohort), data).status_code == 302
    assert not Job.objects.exists()


def test_who_has_lost_the_role_of_a_lead_finds_nothing(
    signed_in: Any, tom: Any, cohort: Cohort
) -> None:
    cohort.leads.add(tom)
    assert signed_in(tom).get(address("cohort_overview", cohort)).status_code == 404


# ── A learner's own choice ────────────────────────────────────────────────
def test_a_learner_stops_reminders_among_their_details(signed_in: Any, cohort: Cohort) -> None:
    bea = Enrolment.objects.get(learner__full_name="Bea").learner
    client = signed_in(bea)
    assert 'name="wants_reminders"' in client.get(reverse("profile")).content.decode()
    data = {"full_name": "Bea", "profession": bea.profession_id}
    client.post(reverse("profile"), data)
    bea.refresh_from_db()
    assert bea.wants_reminders is False
    client.post(reverse("profile"), {**data, "wants_reminders": "on"})
    bea.refresh_from_db()
    assert bea.wants_reminders is True


# ── Cost ──────────────────────────────────────────────────────────────────
def test_the_pages_cost_the_same_for_three_and_for_six(
    signed_in: Any, cora: Any, cohort: Cohort
) -> None:
    client = signed_in(cora)

    def costs() -> dict[str, int]:
        found = {}
        for name in PAGES:
            client.get(address(name, cohort))
            with CaptureQueriesContext(connection) as captured:
                client.get(address(name, cohort))
            found[name] = len(captured)
        return found

    before = costs()
    for name in ("Ann", "Bob", "Cyd"):
        enrol(cohort, people.person(name.lower(), name))
    after = costs()
    assert after == before
    assert max(after.values()) <= 26, after
