"""What a tutor sees of a case: where the roads part by profession, and who was sure and wrong."""

import csv
import io
from typing import Any

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse

from curriculum.domain.attempts import start_attempt
from curriculum.domain.enrolment import enrol, withdraw
from curriculum.models import Activity, Cohort, Download
from curriculum.queries.paths import TOGETHER, paths
from tests import factories, people

pytestmark = pytest.mark.django_db

INDEX = "/cms/reports/cases/"


@pytest.fixture
def made() -> Any:
    return factories.programme([factories.case()])


@pytest.fixture
def case(made: Any) -> Activity:
    return factories.activities(made)[0]


@pytest.fixture
def cohort(made: Any, cora: Any, tom: Any) -> Cohort:
    found = people.cohort(made, cora)
    found.tutors.add(tom)
    return found


@pytest.fixture
def toms(tom: Any, cohort: Cohort) -> Client:
    client = Client()
    client.force_login(tom)
    return client


def play(
    cohort: Cohort, case: Activity, many: int, profession: str, choice: str, sure: str = "sure"
) -> list[Any]:
    """So many people of a profession who chose this at the door, and then stopped."""
    found = []
    for _ in range(many):
        number = cohort.enrolments.count()
        who = people.person(f"peer{cohort.pk}.{number}", f"Peer {number}", profession)
        found.append(enrol(cohort, who))
        factories.play(start_attempt(found[-1], case), choice, confidence=sure)
    return found


def counted(case: Activity, *cohorts: Cohort) -> dict[str, tuple[dict[str, int], dict[str, int]]]:
    """At the door, by profession: who chose what, and who of them were sure."""
    within = Cohort.objects.filter(pk__in=[cohort.pk for cohort in cohorts])
    groups = paths(case.pk, within).get("door", [])
    return {g.profession: (dict(g.chosen), {k: n for k, n in g.sure.items() if n}) for g in groups}


def test_choices_are_counted_by_profession_with_who_was_sure(
    case: Activity, cohort: Cohort
) -> None:
    play(cohort, case, 4, "Medical student", "door-b")
    play(cohort, case, 2, "Medical student", "door-a", sure="guessing")
    play(cohort, case, 5, "Social work student", "door-a")
    assert counted(case, cohort) == {
        "Medical student": ({"door-a": 2, "door-b": 4}, {"door-b": 4}),
        "Social work student": ({"door-a": 5}, {"door-a": 5}),
    }


def test_professions_with_fewer_than_five_stand_together_or_not_at_all(
    case: Activity, cohort: Cohort
) -> None:
    play(cohort, case, 2, "Medical student", "door-b")
    assert counted(case, cohort) == {}
    play(cohort, case, 3, "Nursing student", "door-a")
    assert counted(case, cohort) == {
        TOGETHER: ({"door-a": 3, "door-b": 2}, {"door-a": 3, "door-b": 2})
    }


def test_only_the_first_visit_of_people_enrolled_now_counts(
    case: Activity, cohort: Cohort, tom: Any
) -> None:
    mine = play(cohort, case, 6, "Medical student", "door-b")
    factories.play(start_attempt(mine[0], case), "sorry-b", "sorry-a", "table-a")
    withdraw(mine[1])
    mine[2].learner.groups.add(tom.groups.get())  # works here by now
    assert counted(case, cohort) == {}
    play(cohort, case, 1, "Medical student", "door-b")
    assert counted(case, cohort) == {"Medical student": ({"door-b": 5}, {"door-b": 5})}


def test_the_page_points_to_where_roads_part_and_to_confident_poor_choices(
    case: Activity, cohort: Cohort, toms: Client
) -> None:
    play(cohort, case, 5, "Medical student", "door-b")
    play(cohort, case, 5, "Social work student", "door-a")
    page = toms.get(f"{INDEX}{case.key}/").content.decode()
    assert "100 percentage points apart" in page
    assert "5 people were sure of a poor choice" in page
    assert "Shown once at least five people have decided here." in page  # at the table
    assert "Peer" not in page
    index = toms.get(INDEX).content.decode()
    assert ">10</td><td>0</td>" in "".join(index.split("\n"))


def test_choices_of_an_earlier_edition_are_counted_as_no_longer_offered(
    case: Activity, cohort: Cohort, toms: Client
) -> None:
    """Known failure 9: an edit changes no record."""
    import dataclasses

    from curriculum.domain.editions import publish_edition

    play(cohort, case, 5, "Medical student", "door-c")
    play(cohort, case, 5, "Medical student", "door-a")
    content = factories.case()
    door, *rest = content.scenes
    assert door.decision is not None
    fewer = dataclasses.replace(door.decision, choices=door.decision.choices[:2])
    changed = dataclasses.replace(
        content, scenes=(dataclasses.replace(door, decision=fewer), *rest)
    )
    publish_edition(case.key, changed, allow_unreviewed=True)
    page = toms.get(f"{INDEX}{case.key}/").content.decode()
    assert "A choice that is no longer offered" in page
    assert "<b>50%</b> (5)" in page


def test_a_tutor_sees_the_own_cohorts_only_and_olga_nothing(
    made: Any, case: Activity, cohort: Cohort, toms: Client, olga: Any, lena: Any, gita: Any
) -> None:
    """Known failure 25."""
    other = people.cohort(made, olga, name="Elsewhere")
    play(other, case, 5, "Medical student", "door-b")
    page = toms.get(f"{INDEX}{case.key}/").content.decode()
    assert "<b>0</b> begun" in page
    assert "Medical student" not in page
    for path in (INDEX, f"{INDEX}{case.key}/"):
        assert toms.get(f"{path}?cohort={other.pk}").status_code == 404
        assert toms.get(f"{path}?cohort=x").status_code == 404
    hers = Client()
    hers.force_login(olga)
    assert hers.get(f"{INDEX}{case.key}/?cohort={cohort.pk}").status_code == 404
    assert "<b>5</b> begun" in hers.get(f"{INDEX}{case.key}/").content.decode()
    hers.force_login(gita)  # works here, teaches nobody
    assert hers.get(f"{INDEX}{case.key}/").status_code == 404
    assert "You lead and tutor no cohort" in hers.get(INDEX).content.decode()
    hers.force_login(lena)
    assert hers.get(INDEX).status_code == 302
    assert reverse("cases_report") == INDEX


def test_the_report_takes_as_many_queries_for_three_cases_as_for_one(
    case: Activity, cohort: Cohort, toms: Client, django_assert_num_queries: Any
) -> None:
    play(cohort, case, 5, "Medical student", "door-a")
    toms.get(INDEX)
    with django_assert_num_queries(11):
        toms.get(INDEX)
    with django_assert_num_queries(12):
        toms.get(f"{INDEX}{case.key}/")
    three = factories.programme(
        [factories.case(title="One"), factories.case(title="Two"), factories.case(title="Three")]
    )
    another = people.cohort(three, name="Another")
    another.tutors.add(cohort.tutors.get())
    for activity in factories.activities(three):
        play(another, activity, 5, "Social work student", "door-b")
    with django_assert_num_queries(11):
        toms.get(INDEX)
    with django_assert_num_queries(12):
        toms.get(f"{INDEX}{case.key}/")


def test_the_files_hold_the_figures_of_the_page_and_nothing_of_too_few(
    case: Activity, cohort: Cohort, toms: Client
) -> None:
    play(cohort, case, 4, "Medical student", "door-b")
    play(cohort, case, 2, "Medical student", "door-a", sure="guessing")
    play(cohort, case, 1, "Nursing student", "door-a")
    address = reverse("case_paths", args=[case.key])
    answer = toms.get(address, {"export": "csv"})
    rows = list(csv.reader(io.StringIO(answer.getvalue().decode("utf-8-sig"))))
    found = [row[5:] for row in rows if len(row) == 10 and row[0] == "1"]
    assert sorted(found) == [
        ["Medical student", "6", "0", "0", "0"],
        ["Medical student", "6", "2", "33", "0"],
        ["Medical student", "6", "4", "67", "4"],
    ]
    sheet = openpyxl.load_workbook(io.BytesIO(toms.get(address, {"export": "xlsx"}).getvalue()))
    cells = {str(c.value) for page in sheet for row in page.iter_rows() for c in row}
    assert {"Medical student", case.title, cohort.name} <= cells
    assert "Nursing student" not in cells
    assert Download.objects.filter(user__email="tom@example.org").count() == 2
    assert toms.get(address, {"export": "exe"}).status_code == 404


def test_a_lead_of_another_cohort_gets_no_file_of_it(
    case: Activity, cohort: Cohort, olga: Any, client: Client
) -> None:
    client.force_login(olga)
    address = reverse("case_paths", args=[case.key])
    assert client.get(address, {"export": "csv"}).status_code == 404
    assert client.get(address, {"export": "csv", "cohort": cohort.pk}).status_code == 404
