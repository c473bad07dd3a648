"""A lead sets a cohort's link, dates and groups in Wagtail's admin; an outsider finds nothing."""

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from curriculum import clock
from curriculum.domain import cohorts, grouping
from curriculum.domain.enrolment import enrol
from curriculum.models import Cohort, DueDate, Enrolment, Group, Module, OwnDueDate
from curriculum.queries.groups import groupable
from tests import factories, people
from tests.factories import reading

pytestmark = pytest.mark.django_db


@pytest.fixture
def cohort(cora: Any) -> Cohort:
    """Cora's, of two modules, with four learners."""
    made = factories.programme([reading("A")], [reading("B")])
    found = people.cohort(made, cora, starts_on=dt.date(2026, 10, 1), ends_on=dt.date(2099, 12, 15))
    for number in range(4):
        profession = "Medical student" if number % 2 else "Social work student"
        enrol(found, people.person(f"l{number}", f"Learner {number}", profession))
    return found


@pytest.fixture
def coras(cohort: Cohort, cora: Any, client: Client) -> Client:
    client.force_login(cora)
    return client


def form_data(cohort: Cohort, **fields: Any) -> dict[str, Any]:
    return {
        "name": cohort.name,
        "programme": cohort.programme_id,
        "starts_on": cohort.starts_on or "",
        "ends_on": cohort.ends_on or "",
        "leads": [lead.pk for lead in cohort.leads.all()],
        "can_join": "on",
        **fields,
    }


def edit(cohort: Cohort) -> str:
    return reverse("cohorts:edit", args=[cohort.pk])


def at(name: str, cohort: Cohort, *more: Any) -> str:
    return reverse(name, args=[cohort.uuid, *more])


# ── Who may ───────────────────────────────────────────────────────────────
SCREENS = [
    "cohort_code",
    "cohort_archive",
    "cohort_due_dates",
    "cohort_groups",
    "cohort_groups_make",
    "cohort_groups_print",
    "cohort_group",
]


@pytest.mark.parametrize("name", SCREENS)
def test_an_outsider_finds_nothing_and_changes_nothing(
    name: str, cohort: Cohort, coras: Client, olga: Any
) -> None:
    group = grouping.add_group(cohort, "Blue")
    address = at(name, cohort, *([group.pk] if name == "cohort_group" else []))
    assert coras.get(address).status_code == 200
    coras.logout()
    assert "/login/" in coras.get(address)["Location"]
    assert coras.post(address, {"do": "delete"}).status_code == 302
    coras.force_login(olga)
    assert coras.get(address).status_code == 404
    assert coras.post(address, {"do": "delete", "how": "number", "count": 1}).status_code == 404
    coras.force_login(people.person("nia", "Nia Rees"))
    assert coras.get(address).status_code in {302, 403, 404}
    after = Cohort.objects.get(pk=cohort.pk)
    assert (after.join_code, after.archived_at) == (cohort.join_code, None)
    assert list(after.groups.all()) == [group]


def test_a_group_of_another_cohort_is_not_found(
    cohort: Cohort, coras: Client, olga: Any, programme: Any
) -> None:
    theirs = grouping.add_group(people.cohort(programme, olga, name="Theirs"), "Red")
    address = at("cohort_group", cohort, theirs.pk)
    assert coras.post(address, {"do": "delete"}).status_code == 404
    assert coras.get(at("cohort_groups", cohort), {"group": theirs.pk}).status_code == 404
    assert Group.objects.get() == theirs


@pytest.mark.parametrize("name", ["cohort_due_dates", "cohort_groups", "cohort_code"])
def test_a_cohorts_page_leads_to_its_screens(name: str, cohort: Cohort, coras: Client) -> None:
    assert f'href="{at(name, cohort)}"' in coras.get(edit(cohort)).content.decode()


# ── The form and the link ─────────────────────────────────────────────────
def test_a_lead_limits_the_link_by_day_and_domain(cohort: Cohort, coras: Client) -> None:
    limits = {"join_until": "2099-12-01", "join_domains": "@medical.example; Nursing.example"}
    page = coras.post(edit(cohort), form_data(cohort, **limits), follow=True)
    cohort.refresh_from_db()
    assert cohort.join_until == dt.date(2099, 12, 1)
    assert cohort.join_domains == "medical.example, nursing.example"
    page = coras.get(edit(cohort))
    said = "an address at medical.example or nursing.example can join, until the end of 1 December"
    assert said in page.content.decode()


@pytest.mark.parametrize(
    ("fields", "field", "said"),
    [
        ({"join_domains": "medical, x.example"}, "join_domains", "“medical” cannot be"),
        ({"join_until": "2099-12-16"}, "join_until", "last day, 15 December 2099"),
        ({"ends_on": "2026-09-01"}, "__all__", "must end on or after"),
        ({"starts_on": "2026-11-02"}, "starts_on", "“Module 1” is due on 1 November 2026"),
        ({"ends_on": "2026-10-31"}, "ends_on", "“Module 1” is due on 1 November 2026"),
    ],
)
def test_what_does_not_fit_is_said_and_what_was_typed_stays(
    fields: dict[str, str], field: str, said: str, cohort: Cohort, coras: Client
) -> None:
    module = cohorts.programme_modules(cohort)[0].module
    DueDate.objects.create(cohort=cohort, module=module, due_on=dt.date(2026, 11, 1))
    page = coras.post(edit(cohort), form_data(cohort, name="Changed", **fields))
    assert said in " ".join(page.context["form"].errors[field])
    for value in ["Changed", *fields.values()]:
        assert f'value="{value}"' in page.content.decode()
    cohort.refresh_from_db()
    assert cohort.name == "Year 3"


def test_a_new_code_is_asked_about_first(cohort: Cohort, coras: Client) -> None:
    old = cohort.join_code
    assert "stops working at once" in coras.get(at("cohort_code", cohort)).content.decode()
    cohort.refresh_from_db()
    assert cohort.join_code == old
    page = coras.post(at("cohort_code", cohort), follow=True).content.decode()
    cohort.refresh_from_db()
    assert old not in page
    assert f"/join/{cohort.join_code}/" in page
    history = coras.get(reverse("cohorts:history", args=[cohort.pk])).content.decode()
    assert "Made a new join code" in history


def test_an_archived_cohort_leaves_the_list_until_it_is_asked_for(
    cohort: Cohort, coras: Client, cora: Any
) -> None:
    open_one = people.cohort(cohort.programme, cora, name="Open one")
    coras.post(at("cohort_archive", cohort), {"do": "archive"})
    listed = {
        wanted: [
            row.name
            for row in coras.get(reverse("cohorts:index"), {"archived": wanted}).context[
                "object_list"
            ]
        ]
        for wanted in ("", "only", "all")
    }
    assert listed["only"] == ["Year 3"]
    assert sorted(listed["all"]) == ["Open one", "Year 3"]
    assert listed[""] == [open_one.name]
    assert "Archived since" in coras.get(edit(cohort)).content.decode()
    assert "Learner 1" in coras.get("/cms/reports/completion/").content.decode()
    coras.post(at("cohort_archive", cohort), {"do": "unarchive"})
    assert Cohort.objects.get(pk=cohort.pk).archived_at is None


# ── Due dates ─────────────────────────────────────────────────────────────
def days(cohort: Cohort, *values: str) -> dict[str, str]:
    places = cohorts.programme_modules(cohort)
    return {f"module-{p.module_id}": day for p, day in zip(places, values, strict=True)}


def test_every_module_gets_its_date_on_one_screen(cohort: Cohort, coras: Client) -> None:
    address = at("cohort_due_dates", cohort)
    coras.post(address, days(cohort, "2026-11-01", ""))
    row = DueDate.objects.get()
    assert (row.module.title, row.due_on) == ("Module 1", dt.date(2026, 11, 1))
    learner = Enrolment.objects.earliest("pk")
    OwnDueDate.objects.create(enrolment=learner, module=row.module, due_on=dt.date(2026, 11, 9))
    page = coras.get(address).content.decode()
    assert 'value="2026-11-01"' in page
    assert "1 learner has a date of their own." in page
    coras.post(address, days(cohort, "", "2026-12-01"))
    assert DueDate.objects.get().module.title == "Module 2"


@pytest.mark.parametrize("wrong", ["2026-09-30", "2100-01-01", "soon"])
def test_one_wrong_day_saves_none_and_keeps_what_was_typed(
    wrong: str, cohort: Cohort, coras: Client
) -> None:
    page = coras.post(at("cohort_due_dates", cohort), days(cohort, "2026-11-01", wrong))
    assert list(page.context["form"].errors) == list(days(cohort, "", ""))[1:]
    for value in ("2026-11-01", wrong):
        assert f'value="{value}"' in page.content.decode()
    assert not DueDate.objects.exists()


# ── Groups ────────────────────────────────────────────────────────────────
def who(cohort: Cohort) -> dict[str, str]:
    return {r.learner.full_name: r.group.name if r.group else "" for r in groupable(cohort)}


def test_a_lead_makes_groups_by_number_or_by_size(cohort: Cohort, coras: Client) -> None:
    address = at("cohort_groups_make", cohort)
    coras.post(address, {"how": "size", "count": 2})
    assert sorted(who(cohort).values()) == ["Group 1"] * 2 + ["Group 2"] * 2
    page = coras.post(address, {"how": "number", "count": 1}).content.decode()
    assert "Tick that they are to be replaced" in page
    assert cohort.groups.count() == 2
    coras.post(address, {"how": "number", "count": 1, "replace": "on"})
    assert set(who(cohort).values()) == {"Group 1"}


@pytest.mark.parametrize("count", ["0", "5", "", "many", "99999999999999999999"])
def test_a_number_that_makes_no_groups_is_refused(
    count: str, cohort: Cohort, coras: Client
) -> None:
    page = coras.post(at("cohort_groups_make", cohort), {"how": "number", "count": count})
    assert page.context["form"].errors
    assert not Group.objects.exists()


def test_a_lead_moves_learners_without_undoing_what_a_colleague_moved(
    cohort: Cohort, coras: Client
) -> None:
    one, two = grouping.make_groups(cohort, 2)
    rows = list(groupable(cohort))
    shown = {f"place-{row.pk}-{row.group_id}": row.group_id for row in rows}
    colleague = rows[3]
    grouping.arrange(cohort, {colleague.pk: None})
    shown[f"place-{rows[0].pk}-{one.pk}"] = two.pk
    shown[f"place-{rows[1].pk}-{one.pk}"] = 0
    page = coras.post(at("cohort_groups", cohort), {"do": "arrange", **shown}, follow=True)
    assert "2 learners moved." in page.content.decode()
    now = who(cohort)
    assert now[rows[0].learner.full_name] == "Group 2"
    assert now[rows[1].learner.full_name] == now[colleague.learner.full_name] == ""


def test_a_refused_move_keeps_what_was_chosen(cohort: Cohort, coras: Client) -> None:
    one, two = grouping.make_groups(cohort, 2)
    gone = grouping.add_group(cohort, "Gone")
    first, second = list(groupable(cohort))[:2]
    data = {f"place-{first.pk}-{one.pk}": gone.pk, f"place-{second.pk}-{one.pk}": two.pk}
    grouping.remove_group(gone)
    page = coras.post(at("cohort_groups", cohort), data)
    assert "deleted meanwhile" in page.content.decode()
    chosen = {row.pk: wanted for row, wanted in page.context["rows"]}
    assert chosen[second.pk] == two.pk
    assert who(cohort)[second.learner.full_name] == "Group 1"


def test_newcomers_are_shown_as_in_no_group_and_distributed(cohort: Cohort, coras: Client) -> None:
    grouping.make_groups(cohort, 2)
    before = who(cohort)
    enrol(cohort, people.person("nia", "Nia Rees"))
    address = at("cohort_groups", cohort)
    assert "1 learner in no group" in coras.get(address).content.decode()
    listed = coras.get(address, {"group": "none"}).context["rows"]
    assert [row.learner.full_name for row, _ in listed] == ["Nia Rees"]
    coras.post(address, {"do": "distribute"})
    assert who(cohort).pop("Nia Rees")
    assert before.items() <= who(cohort).items()


def test_groups_are_added_renamed_and_deleted(cohort: Cohort, coras: Client) -> None:
    one, _ = grouping.make_groups(cohort, 2)
    address = at("cohort_groups", cohort)
    coras.post(address, {"do": "add", "name": "  Blue "})
    page = coras.post(address, {"do": "add", "name": "blue"}).content.decode()
    assert "Another group is called blue" in page
    assert 'value="blue"' in page
    coras.post(at("cohort_group", cohort, one.pk), {"do": "rename", "name": "Green"})
    page = coras.post(at("cohort_group", cohort, one.pk), {"do": "rename", "name": "Blue"})
    assert 'value="Blue"' in page.content.decode()
    assert [g.name for g in cohort.groups.all()] == ["Green", "Group 2", "Blue"]
    coras.post(at("cohort_group", cohort, one.pk), {"do": "delete"})
    assert sorted(who(cohort).values()) == ["", "", "Group 2", "Group 2"]


def test_the_printed_lists_hold_names_and_professions_only(cohort: Cohort, coras: Client) -> None:
    grouping.make_groups(cohort, 2)
    page = coras.get(at("cohort_groups_print", cohort)).content.decode()
    for name in ("Group 1", "Group 2", "Learner 0", "Learner 3", "Social work student"):
        assert name in page
    assert "@example.org" not in page


@pytest.mark.parametrize("many", [1, 3])
@pytest.mark.parametrize("name", ["cohort_groups", "cohort_groups_print", "cohort_due_dates"])
def test_the_screens_take_the_same_queries_for_one_and_for_three(
    name: str, many: int, cora: Any, client: Client, django_assert_max_num_queries: Any
) -> None:
    made = factories.programme(*[[reading(f"R{n}")] for n in range(many)])
    cohort = people.cohort(made, cora)
    for number in range(3 * many):
        enrol(cohort, people.person(f"p{number}", f"P {number}"))
    grouping.make_groups(cohort, many)
    client.force_login(cora)
    client.get(at(name, cohort))
    with django_assert_max_num_queries(16):
        client.get(at(name, cohort))


# ── What learners see ─────────────────────────────────────────────────────
@pytest.fixture
def mine(cohort: Cohort, lena: Any, client: Client) -> Enrolment:
    client.force_login(lena)
    return enrol(cohort, lena)


def due(cohort: Cohort, *values: str) -> list[Module]:
    modules = [place.module for place in cohorts.programme_modules(cohort)]
    for module, day in zip(modules, values, strict=True):
        DueDate.objects.create(cohort=cohort, module=module, due_on=day)
    return modules


def what_is_due(client: Client) -> list[tuple[str, int]]:
    page = client.get("/dashboard/")
    return [(item.module.module.title, item.module.days_left) for item in page.context["due"]]


NOON = dt.datetime(2026, 11, 5, 12, tzinfo=dt.UTC)


def test_the_dashboard_says_what_is_due_soonest_first(
    mine: Enrolment, cohort: Cohort, client: Client
) -> None:
    due(cohort, "2026-11-10", "2026-11-06")
    with clock.at(NOON):
        assert what_is_due(client) == [("Module 2", 1), ("Module 1", 5)]
        page = client.get("/dashboard/").content.decode()
        assert "Due tomorrow, 6 November 2026" in page
        assert "Due 10 November 2026, in 5 days" in page
        assert "Was due" not in page
    with clock.at(NOON + dt.timedelta(days=2)):
        page = client.get("/dashboard/").content.decode()
        assert "Was due on 6 November 2026. It still counts when you finish it." in page


def test_what_is_done_is_not_due_any_more(mine: Enrolment, cohort: Cohort, client: Client) -> None:
    due(cohort, "2026-11-10", "2026-11-06")
    _, second = factories.activities(cohort.programme)
    with clock.at(NOON):
        factories.complete(mine, second)
        assert what_is_due(client) == [("Module 1", 5)]
        assert "6 November 2026" not in client.get("/dashboard/").content.decode()


def test_her_own_days_count_on_the_dashboard(
    mine: Enrolment, cohort: Cohort, client: Client
) -> None:
    first, _ = due(cohort, "2026-11-10", "2026-11-06")
    OwnDueDate.objects.create(enrolment=mine, module=first, due_on="2026-11-05")
    with clock.at(NOON):
        assert what_is_due(client) == [("Module 1", 0), ("Module 2", 1)]
        Enrolment.objects.filter(pk=mine.pk).update(ends_on=dt.date(2026, 11, 25))
        assert what_is_due(client) == [("Module 1", 20), ("Module 2", 20)]
        # More time never takes any away: the later of her day and the cohort's is her last.
        assert "until 15 December 2099" in client.get("/dashboard/").content.decode()


def test_nothing_is_asked_for_once_the_cohort_is_over(
    mine: Enrolment, cohort: Cohort, client: Client
) -> None:
    due(cohort, "2026-11-10", "2026-11-06")
    with clock.at(dt.datetime(2026, 11, 20, tzinfo=dt.UTC)):
        assert len(what_is_due(client)) == 2
        Cohort.objects.update(ends_on=dt.date(2026, 11, 19))
        assert what_is_due(client) == []


def test_a_learner_reads_the_name_of_the_group_and_nobody_elses(
    mine: Enrolment, cohort: Cohort, client: Client
) -> None:
    assert "Your group" not in client.get("/dashboard/").content.decode()
    grouping.make_groups(cohort, 1)
    page = client.get("/dashboard/").content.decode()
    assert "Your group: <b>Group 1</b>" in page
    assert "Learner" not in page


def test_the_join_page_says_its_limits_before_anybody_presses(
    cohort: Cohort, lena: Any, client: Client
) -> None:
    limits = {"join_until": dt.date(2099, 12, 1), "join_domains": "example.org, b.example"}
    Cohort.objects.filter(pk=cohort.pk).update(**limits)
    address = reverse("join", args=[cohort.join_code])
    for page in (
        client.get(address, follow=True).content.decode(),
        client.get("/accounts/signup/", {"next": address}).content.decode(),
    ):
        assert "until the end of 1 December 2099" in page
        assert "e-mail addresses at example.org or b.example" in page
    client.force_login(lena)
    page = client.get(address).content.decode()
    assert "Join the cohort</button>" in page
    assert "example.org or b.example" in page
    Cohort.objects.filter(pk=cohort.pk).update(join_domains="b.example")
    page = client.get(address).content.decode()
    assert "You are signed in as lena@example.org" in page
    assert "Join the cohort</button>" not in page
