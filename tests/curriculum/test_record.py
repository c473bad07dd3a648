"""What a learner sees of what was decided about them."""

from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from curriculum.domain import adjustments
from curriculum.domain.enrolment import enrol
from curriculum.enums import AdjustmentKind
from curriculum.models import Activity, Adjustment, Cohort
from curriculum.tasks import mail_decisions
from tests import factories, people
from tests.cms import site

pytestmark = pytest.mark.django_db

WHY = "Did this on placement in June."
RECORD = "/record/"


@pytest.fixture
def lenas(enrolment: Any) -> Client:
    client = Client()
    client.force_login(enrolment.learner)
    return client


@pytest.fixture
def activities(enrolment: Any) -> list[Activity]:
    return factories.activities(enrolment.cohort.programme)


def shown(client: Client, address: str = RECORD) -> str:
    return client.get(address).content.decode()


def test_each_decision_stands_with_its_reason_its_day_and_who_made_it(
    lenas: Client, enrolment: Any, cora: Any, activities: list[Activity]
) -> None:
    assert "Nothing was decided" in shown(lenas)
    adjustments.credit(enrolment, activities[0], actor=cora, reason=WHY)
    page = shown(lenas)
    assert f"Credited: {activities[0].title}" in page
    assert WHY in page
    assert "Cora Lindqvist, course lead" in page
    assert reverse("record") in shown(lenas, "/accounts/")


def test_what_was_taken_back_stays_with_who_took_it_back(
    lenas: Client, enrolment: Any, cora: Any, ada: Any, activities: list[Activity]
) -> None:
    made = adjustments.credit(enrolment, activities[0], actor=cora, reason=WHY)
    adjustments.undo(made, actor=ada)
    page = shown(lenas)
    assert "Taken back by Ada Nkemelu on" in page
    assert WHY in page


def test_a_role_is_kept_as_it_was(
    lenas: Client, enrolment: Any, cora: Any, activities: list[Activity]
) -> None:
    adjustments.credit(enrolment, activities[0], actor=cora, reason=WHY)
    enrolment.cohort.leads.clear()
    assert "Cora Lindqvist, course lead" in shown(lenas)


def test_who_has_left_still_reads_why(lenas: Client, enrolment: Any, cora: Any) -> None:
    adjustments.end_enrolment(enrolment, actor=cora, reason="Left the <course>.")
    page = shown(lenas)
    assert "Withdrawn from the cohort" in page
    assert "Left the &lt;course&gt;." in page


def test_nobody_reads_anybody_elses(
    enrolment: Any, cora: Any, olga: Any, activities: list[Activity]
) -> None:
    adjustments.credit(enrolment, activities[0], actor=cora, reason=WHY)
    mo = enrol(enrolment.cohort, people.person("mo", "Mo Said"))
    for other in (olga, cora, mo.learner):
        client = Client()
        client.force_login(other)
        assert WHY not in shown(client)
    assert Client().get(RECORD)["Location"].startswith("/accounts/login/")


@pytest.mark.parametrize(
    ("kind", "word"),
    [(AdjustmentKind.CREDIT, "Credited"), (AdjustmentKind.EXEMPTION, "Exempt")],
)
def test_the_word_stands_on_dashboard_module_and_activity(
    lena: Any, cora: Any, kind: AdjustmentKind, word: str
) -> None:
    site.allow_unreviewed()
    page = site.quiz_page(None, [site.single("q1"), site.single("q2")])
    activity = Activity.objects.get(key=page.translation_key)
    programme = activity.requirements.get().module.inclusions.get().programme
    enrolment = enrol(people.cohort(programme, cora), lena)
    adjustments.credit(enrolment, activity, actor=cora, reason=WHY, kind=kind)
    client = Client()
    client.force_login(lena)
    dashboard = shown(client, "/dashboard/")
    assert f"1 {word.lower()}" in dashboard
    assert f"{AdjustmentKind(kind).label}: {activity.title}" in dashboard
    assert f"</svg>{word} " in shown(client, page.get_parent().url)
    assert f"</svg>{word} " in shown(client, page.url)


def test_carried_over_is_said_in_full(lenas: Client, enrolment: Any, cora: Any) -> None:
    from curriculum.queries.catalogue import shelf
    from curriculum.queries.progress import programme_progress

    programme = enrolment.cohort.programme
    factories.complete(enrolment, factories.activities(programme)[0])
    again = enrol(people.cohort(programme, cora, name="Next year"), enrolment.learner)
    adjustments.carry_over(again, enrolment, actor=cora, reason=WHY)
    [module] = programme_progress(programme, again, shelf()).modules
    assert [a.given for a in module.activities] == ["Carried over", ""]
    assert module.given == [("Carried over", 1)]
    assert "from Year 3" in shown(lenas)


# ── Mail ──────────────────────────────────────────────────────────────────
def test_a_decision_is_told_once_and_again_when_it_is_taken_back(
    enrolment: Any, cora: Any, activities: list[Activity]
) -> None:
    """Known failure 28: a worker dies in the middle and everyone gets it twice."""
    made = adjustments.credit(enrolment, activities[0], actor=cora, reason=WHY)
    for _ in range(3):
        mail_decisions.func(enrolment.learner_id)
    assert len(mail.outbox) == 1
    adjustments.undo(made, actor=cora)
    for _ in range(2):
        mail_decisions.func(enrolment.learner_id)
    assert len(mail.outbox) == 2
    assert all(WHY not in m.body and "/record/" in m.body for m in mail.outbox)


def test_a_closed_account_is_told_nothing(
    enrolment: Any, cora: Any, activities: list[Activity]
) -> None:
    adjustments.credit(enrolment, activities[0], actor=cora, reason=WHY)
    enrolment.learner.is_active = False
    enrolment.learner.save()
    mail_decisions.func(enrolment.learner_id)
    assert mail.outbox == []
    assert Adjustment.objects.get().mailed_at is None


@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_costs_the_same_for_one_and_for_three(
    cora: Any, lena: Any, rows: int, django_assert_max_num_queries: Any
) -> None:
    made = factories.programme([factories.reading(f"R{n}") for n in range(4)])
    cohort: Cohort = people.cohort(made, cora)
    enrolment = enrol(cohort, lena)
    for activity in factories.activities(made)[:rows]:
        adjustments.credit(enrolment, activity, actor=cora, reason=WHY)
    client = Client()
    client.force_login(lena)
    shown(client)
    with django_assert_max_num_queries(8):
        shown(client)
