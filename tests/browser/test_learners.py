"""A lead decides about learners; a learner reads it and asks for another name. In a browser."""

import datetime as dt
import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from curriculum import clock
from curriculum.domain.enrolment import enrol
from curriculum.enums import CertificateState
from curriculum.models import Certificate, DueDate, Enrolment
from tests import factories, people
from tests.browser.test_every_page import findings

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)

OVERFLOW = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"


def sound(page: Page) -> bool:
    """Nothing for axe to find."""
    assert findings(page) == []
    return True


@pytest.fixture
def enrolment(db: Any) -> Any:
    """Lena with a module done and one to do, beside two others."""
    made = factories.programme(
        [factories.reading("Two doors"), factories.quiz(attempts_allowed=1)],
        [factories.reading("Who to ring"), factories.quiz(title="Ring whom?")],
        title="Working with social care",
        certificate_scope="module",
    )
    ends = clock.today() + dt.timedelta(days=60)
    cohort = people.cohort(made, people.cora(), ends_on=ends)
    last = made.inclusions.order_by("-position")[0].module
    DueDate.objects.create(cohort=cohort, module=last, due_on=ends - dt.timedelta(days=30))
    for name in ("Mo Said", "Nia Ali"):
        enrol(cohort, people.person(name.split()[0].lower(), name))
    lena = enrol(cohort, people.lena())
    for activity in factories.activities(made)[:2]:
        factories.complete(lena, activity)
    return lena


def test_a_lead_credits_takes_back_and_withdraws_several(enrolment: Any, open_page: Any) -> None:
    cohort = enrolment.cohort
    page = open_page(user=cohort.leads.get(), bypass_csp=True)
    page.goto(f"/cms/cohorts/{cohort.pk}/learners/")
    expect(page.get_by_text("3 enrolled")).to_be_visible()
    assert sound(page)
    page.get_by_role("link", name="Lena Okoro").click()
    expect(page.get_by_text("1 of 2 modules done")).to_be_visible()
    page.get_by_role("link", name="Credit or exempt").click()
    page.get_by_label("Who to ring (reading)").check()
    page.get_by_label("Credited:").check()
    page.get_by_role("button", name="Let them count").click()
    expect(page.get_by_role("alert")).to_contain_text("Give a reason")
    assert sound(page)
    expect(page.get_by_label("Who to ring (reading)")).to_be_checked()
    page.get_by_label("Reason").fill("Did this on placement in June.")
    page.get_by_role("button", name="Let them count").click()
    expect(page.get_by_text("1 activity is credited.")).to_be_visible()
    assert sound(page)
    page.get_by_role("link", name=re.compile("Take back.*Credited")).click()
    expect(page.get_by_role("button", name="Take it back")).to_be_visible()
    assert sound(page)
    page.get_by_role("button", name="Take it back").click()
    expect(page.get_by_text("Taken back by Cora Lindqvist")).to_be_visible()

    page.goto(f"/cms/cohorts/{cohort.pk}/learners/")
    page.get_by_label("Tick everybody on this page").check()
    page.get_by_role("button", name="Give more time").click()
    expect(page.get_by_role("heading", name="3 learners")).to_be_visible()
    assert sound(page)
    page.goto(f"/cms/cohorts/{cohort.pk}/learners/")
    page.get_by_label("Tick Mo Said").check()
    page.get_by_label("Tick Nia Ali").check()
    page.get_by_role("button", name="Withdraw").click()
    page.get_by_label("Reason").fill("Left the course.")
    page.get_by_role("button", name="Withdraw 2 learners").click()
    expect(page.get_by_text("1 enrolled, 2 withdrawn")).to_be_visible()
    assert Enrolment.objects.active().get() == enrolment


def test_a_learner_asks_for_a_name_and_the_lead_accepts(enrolment: Any, open_page: Any) -> None:
    lead = enrolment.cohort.leads.get()
    certificate = Certificate.objects.get()
    learner = open_page(user=enrolment.learner, width=390, bypass_csp=True)
    learner.goto(f"/certificates/{certificate.code}/")
    learner.get_by_role("link", name="Ask for a correction").click()
    learner.get_by_label("The name as it should be printed").fill("")
    learner.get_by_role("button", name="Ask for the correction").click()
    assert sound(learner)
    learner.get_by_label("The name as it should be printed").fill("Lena Okoro-Śmith")
    learner.get_by_role("button", name="Ask for the correction").click()
    expect(learner.get_by_text("Not answered yet.")).to_be_visible()
    assert sound(learner)

    page = open_page(user=lead, bypass_csp=True)
    page.goto("/cms/reports/names/")
    assert sound(page)
    page.locator("table").get_by_role("link", name="Lena Okoro").click()
    expect(page.get_by_role("heading", name="Accept")).to_be_visible()
    assert sound(page)
    page.get_by_role("button", name="Issue a corrected certificate").click()
    expect(page.get_by_text("Accepted.")).to_be_visible()

    new = Certificate.objects.get(state=CertificateState.ISSUED)
    learner.goto(f"/certificates/{new.code}/")
    expect(learner.get_by_text("Accepted by Cora Lindqvist")).to_be_visible()
    learner.goto("/record/")
    assert sound(learner)
    assert learner.evaluate(OVERFLOW) <= 0
