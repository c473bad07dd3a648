"""A lead brings a list in, in a browser: the file, its columns, the plan, and how far it is."""

import os
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from curriculum.domain.invitations import key_of
from curriculum.models import Enrolment, Invitation
from tests import factories, people
from tests.browser.test_every_page import findings
from tests.curriculum.lists import OMAR, SIAN, xlsx_bytes

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)

TYPES = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def shot(page: Page, name: str) -> None:
    if folder := os.environ.get("SHOTS"):
        for width in (1280, 390):
            page.set_viewport_size({"width": width, "height": 900})
            page.screenshot(path=f"{folder}/{name}-{width}.png", full_page=True)
        page.set_viewport_size({"width": 1280, "height": 900})


def fits(page: Page) -> bool:
    return bool(
        page.evaluate(
            "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
        )
    )


def test_a_lead_brings_a_list_in_and_an_invited_learner_chooses_a_password(
    db: Any, open_page: Any
) -> None:
    lead = people.cora()
    cohort = people.cohort(factories.programme(), lead)
    rows = (SIAN, OMAR, ("Di Alvarez", "di@example.org", "Alchemy", "CG 103", "Red"))
    page = open_page(user=lead, bypass_csp=True)
    page.goto(f"/cms/cohorts/edit/{cohort.pk}/")
    shot(page, "cohort")
    page.goto(f"/cms/cohorts/{cohort.pk}/import/")
    assert findings(page) == []
    shot(page, "upload")
    page.get_by_label("File").set_input_files(
        {"name": "Year 3.xlsx", "mimeType": TYPES, "buffer": xlsx_bytes(*rows, SIAN)}
    )
    page.get_by_role("button", name="Read the list").click()
    expect(page.get_by_label("Course")).to_have_value("profession")
    assert findings(page) == []
    shot(page, "columns")
    page.get_by_role("button", name="Show what will be done").click()
    expect(page.get_by_text("1 row must be settled first.")).to_be_visible()
    assert findings(page) == []
    shot(page, "plan")
    page.get_by_label("“Alchemy” means").select_option("Nurse")
    page.get_by_role("button", name="Show the plan with this").click()
    page.set_viewport_size({"width": 390, "height": 900})
    assert fits(page)
    page.get_by_label("Send them as soon as everybody is enrolled").check()
    assert findings(page) == []
    shot(page, "settled")
    page.get_by_role("button", name="Bring in 3 learners").click()
    expect(page.get_by_text("New account, enrolled: 3")).to_be_visible(timeout=30_000)
    shot(page, "done")
    assert Enrolment.objects.filter(cohort=cohort).count() == 3
    page.goto(f"/cms/cohorts/{cohort.pk}/invitations/")
    expect(page.get_by_text("3 learners from lists")).to_be_visible()
    assert findings(page) == []
    shot(page, "invitations")

    invitation = Invitation.objects.get(enrolment__learner__email="sian@example.org")
    learner = open_page(width=390, bypass_csp=True)
    learner.goto(f"/accounts/invitations/{key_of(invitation)}/")
    assert findings(learner) == []
    assert fits(learner)
    shot(learner, "link")
    learner.get_by_label("New password", exact=True).fill(people.PASSWORD)
    learner.get_by_label("The new password again").fill(people.PASSWORD)
    learner.get_by_role("button", name="Save the password and begin").click()
    learner.wait_for_url("**/dashboard/")
    learner.goto(f"/accounts/invitations/{key_of(invitation)}/")
    shot(learner, "used")
