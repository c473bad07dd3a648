"""A meeting from its plan to the list: the facilitator's side and a learner's phone."""

import datetime as dt
import os
from typing import Any

import pytest
from playwright.sync_api import expect

from cms.models import SessionPage
from curriculum import clock
from curriculum.domain.enrolment import enrol
from curriculum.models import Attendance, Group, Programme
from tests import people
from tests.browser.test_every_page import findings
from tests.cms import site
from tests.curriculum.meetings import planned

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


def assert_sound(page: Any, name: str) -> None:
    """Axe finds nothing, and nothing scrolls sideways; with PICTURES set, a picture is kept."""
    assert findings(page) == [], name
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth + 1"), name
    if folder := os.environ.get("PICTURES"):
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)


@pytest.fixture
def cohort(db: Any) -> Any:
    """A cohort with a group, a session before it, and a meeting that is going on."""
    site.allow_unreviewed()
    page = SessionPage(title="One hour, one person", slug="one-hour", minutes_override=60)
    page.ground_rules = "No real patients.\nAnybody may pass."
    hour = [("0–6: Arrive", "Name, course."), ("6–16: Number four on the list", "Read alone.")]
    steps = [site.item({"title": title, "text": f"<p>{text}</p>"}) for title, text in hour]
    blocks = {
        "body": [site.text("<p>You work on one person, together.</p>", "b1")],
        "prepare": [site.text("<p>Bring a phone and your login.</p>", "p1")],
        "plan": [
            site.text("<p>For two facilitators of different professions.</p>", "f1"),
            site.block("heading", {"text": "The hour", "level": "2"}, "f2"),
            site.block("steps", {"title": "Sixty minutes", "steps": steps}, "f3"),
        ],
    }
    for name, value in blocks.items():
        setattr(page, name, site.stream(page, name, value))
    module = site.module_page(title="Pillars of Communication")
    module.add_child(instance=page)
    site.reading_page(module, title="After the hour")
    cohort = people.cohort(Programme.objects.get(), people.cora(), name="Year 3, autumn 2026")
    cohort.tutors.add(people.tom())
    group = Group.objects.create(cohort=cohort, name="Ash")
    for email, name in (("lena", "Lena Okoro"), ("mo", "Mo Said"), ("pia", "Pia Łukasik-Evans")):
        made = enrol(cohort, people.person(email, name))
        made.group = group
        made.save()
    more: dict[str, Any] = {"facilitators": "Tom Ashby, GP; Sol Brandt, social worker"}
    planned(cohort, group, place="Seminar room 4, Charing Cross", **more)
    planned(cohort, after=dt.timedelta(days=2), place="", link="https://meet.example/r", **more)
    return cohort


def test_a_tutor_shows_a_code_and_a_learner_types_it_on_a_phone(
    cohort: Any, open_page: Any
) -> None:
    meeting = cohort.meetings.earliest("starts_at")
    tutor = open_page(user=cohort.tutors.get(), bypass_csp=True)
    for name, path in (
        ("sessions", "/cms/sessions/"),
        ("cohort", f"/cms/cohorts/{cohort.pk}/sessions/"),
        ("plan-form", f"/cms/cohorts/{cohort.pk}/sessions/new/"),
        ("sheet", f"/cms/sessions/{meeting.uuid}/plan/"),
    ):
        tutor.goto(path)
        assert_sound(tutor, name)
    tutor.goto(f"/cms/sessions/{meeting.uuid}/code/")
    assert_sound(tutor, "room-closed")
    tutor.get_by_role("button", name="Open a code").click()
    expect(tutor.locator(".room-shown")).to_be_visible()
    assert_sound(tutor, "room-open")
    code = tutor.locator(".room-shown").inner_text()

    learner = cohort.enrolments.get(learner__full_name="Lena Okoro").learner
    phone = open_page(user=learner, width=390, java_script_enabled=False)
    phone.get_by_role("region", name="Where to be").get_by_role("link").first.click()
    phone.get_by_label("The code that is shown").fill("wrong")
    phone.get_by_role("button", name="Put me on the list").click()
    expect(phone.get_by_text("This is not the code that is shown").first).to_be_visible()
    phone.get_by_label("The code that is shown").fill(code.lower())
    phone.get_by_role("button", name="Put me on the list").click()
    expect(phone.get_by_text("You were there")).to_be_visible()
    assert Attendance.objects.get().enrolment.learner == learner

    tutor.get_by_role("link", name="Back to the list").click()
    tutor.get_by_label("Mo Said").check()
    tutor.get_by_role("button", name="Save the list").click()
    expect(tutor.get_by_text("1 put on the list")).to_be_visible()
    assert_sound(tutor, "meeting")


@pytest.mark.parametrize("width", [320, 390, 1280])
def test_a_learner_s_pages_of_a_session_are_found_sound(
    cohort: Any, open_page: Any, width: int
) -> None:
    meeting = cohort.meetings.earliest("starts_at")
    learner = cohort.enrolments.get(learner__full_name="Lena Okoro").learner
    page = open_page(user=learner, width=width, bypass_csp=True)
    page.goto("/dashboard/")
    assert_sound(page, f"dashboard-{width}")
    page.goto(f"/go/{meeting.activity.key}/")
    assert_sound(page, f"session-{width}")
    page.goto(f"/sessions/{meeting.uuid}/")
    assert_sound(page, f"meeting-{width}")
    page.get_by_role("button", name="Put me on the list").click()
    expect(page.locator(".error-summary")).to_be_visible()
    assert_sound(page, f"meeting-empty-{width}")
    assert not Attendance.objects.exists(), "nobody was put on the list without a code"


def test_a_lead_credits_who_has_missed_it(cohort: Any, open_page: Any) -> None:
    past = cohort.meetings.earliest("starts_at")
    past.starts_at, past.ends_at = clock.now() - dt.timedelta(hours=3), clock.now()
    past.save()
    page = open_page(user=cohort.leads.get(), bypass_csp=True)
    page.goto(f"/cms/cohorts/{cohort.pk}/sessions/")
    page.get_by_role("link", name="Who has missed it").click()
    expect(page.get_by_label("Mo Said")).to_be_visible()
    assert_sound(page, "missed")
    page.get_by_label("Mo Said").check()
    page.get_by_label("Reason, which they see too").fill("On placement abroad.")
    page.get_by_role("button", name="Credit those chosen").click()
    expect(page.get_by_text("Credited: 1")).to_be_visible()
