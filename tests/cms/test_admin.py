"""People, professions and cohorts in Wagtail's admin."""

import datetime as dt
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse
from wagtail.admin.menu import reports_menu
from wagtail.models import Workflow

from curriculum.domain.enrolment import enrol, join, withdraw
from curriculum.domain.errors import Refused
from curriculum.models import Cohort, Enrolment, Profession, Programme, User
from tests import factories, people

pytestmark = pytest.mark.django_db


def person_data(**fields: Any) -> dict[str, Any]:
    return {
        "email": "New@Example.org",
        "full_name": "Nia New",
        "certificate_name": "",
        "student_number": "",
        "profession": Profession.objects.get(name="Social worker").pk,
        "is_active": "on",
        "groups": [Group.objects.get(name="Tutors").pk],
        **fields,
    }


# ── People ────────────────────────────────────────────────────────────────
def test_an_administrator_adds_somebody_who_then_chooses_a_password(
    ada: Any, client: Client
) -> None:
    client.force_login(ada)
    client.post(reverse("wagtailusers_users:add"), person_data())
    user = User.objects.get(email="new@example.org")
    assert (user.full_name, user.is_staff, user.has_usable_password()) == ("Nia New", True, False)
    address = EmailAddress.objects.get(user=user)
    assert (address.email, address.verified, address.primary) == ("new@example.org", True, True)


def test_a_second_person_with_the_same_address_is_refused(
    ada: Any, lena: Any, client: Client
) -> None:
    client.force_login(ada)
    response = client.post(reverse("wagtailusers_users:add"), person_data(email="LENA@example.org"))
    assert "Somebody else has this e-mail address." in str(response.context["form"].errors)


def test_editing_somebody_keeps_address_and_sign_in_together(
    ada: Any, lena: Any, client: Client
) -> None:
    client.force_login(ada)
    edit = reverse("wagtailusers_users:edit", args=[lena.pk])
    assert b"Lena Okoro" in client.get(edit).content
    client.post(edit, person_data(email="lena2@example.org", full_name="Lena O.", groups=[]))
    lena.refresh_from_db()
    assert (lena.email, lena.full_name) == ("lena2@example.org", "Lena O.")
    assert [a.email for a in EmailAddress.objects.filter(user=lena)] == ["lena2@example.org"]


def test_nobody_locks_themself_out(ada: Any, client: Client) -> None:
    User.objects.filter(pk=ada.pk).update(is_superuser=True)
    client.force_login(ada)
    edit = reverse("wagtailusers_users:edit", args=[ada.pk])
    data = person_data(email=ada.email, full_name="Ada", groups=[])
    del data["is_active"]
    client.post(edit, data)
    ada.refresh_from_db()
    assert ada.is_active
    assert ada.is_superuser


@pytest.mark.parametrize("query", [{}, {"q": "okoro"}, {"ordering": "-name"}, {"q": "CG7"}])
def test_people_are_listed_and_found(
    query: dict[str, str], ada: Any, lena: Any, client: Client
) -> None:
    lena.student_number = "CG7"
    lena.save()
    client.force_login(ada)
    assert b"Lena Okoro" in client.get(reverse("wagtailusers_users:index"), query).content


def test_only_administrators_see_people(tom: Any, cora: Any, client: Client) -> None:
    for person in (tom, cora):
        client.force_login(person)
        assert client.get(reverse("wagtailusers_users:index")).status_code == 302


def test_an_administrator_adds_a_profession(ada: Any, client: Client) -> None:
    client.force_login(ada)
    data = {"name": "Physiotherapy student", "side": "health", "position": 45, "is_active": "on"}
    client.post(reverse("professions:add"), data)
    assert Profession.objects.get(name="Physiotherapy student").side == "health"
    assert b"Physiotherapy student" in Client().get("/accounts/signup/").content


# ── Cohorts ───────────────────────────────────────────────────────────────
def cohort_data(programme: Any, **fields: Any) -> dict[str, Any]:
    return {"name": "Year 3", "programme": programme.pk, "can_join": "on", **fields}


def test_whoever_makes_a_cohort_leads_it(programme: Any, cora: Any, client: Client) -> None:
    client.force_login(cora)
    response = client.post(reverse("cohorts:add"), cohort_data(programme), follow=True)
    cohort = Cohort.objects.get()
    assert list(cohort.leads.all()) == [cora]
    assert f"/join/{cohort.join_code}/" in response.content.decode()


def test_a_cohort_cannot_end_before_it_starts(programme: Any, cora: Any, client: Client) -> None:
    client.force_login(cora)
    data = cohort_data(programme, starts_on="2026-12-01", ends_on="2026-11-01")
    response = client.post(reverse("cohorts:add"), data)
    assert b"must end on or after the day it starts" in response.content
    assert not Cohort.objects.exists()


def test_a_lead_neither_sees_nor_changes_anothers_cohort(
    enrolment: Any, olga: Any, cora: Any, client: Client
) -> None:
    cohort = enrolment.cohort
    client.force_login(olga)
    assert cohort.name.encode() not in client.get(reverse("cohorts:index")).content
    edit = reverse("cohorts:edit", args=[cohort.pk])
    assert client.get(edit).status_code == 404
    assert client.post(edit, cohort_data(cohort.programme, name="Mine")).status_code == 404
    for name in ("delete", "history", "usage"):
        assert client.get(reverse(f"cohorts:{name}", args=[cohort.pk])).status_code == 404
    client.force_login(cora)
    assert cohort.name.encode() in client.get(reverse("cohorts:index")).content
    assert client.get(edit).status_code == 200


def test_a_cohorts_programme_is_fixed_once_somebody_enrolled(
    enrolment: Any, cora: Any, client: Client
) -> None:
    client.force_login(cora)
    other = factories.programme()
    client.post(reverse("cohorts:edit", args=[enrolment.cohort.pk]), cohort_data(other, name="N"))
    enrolment.cohort.refresh_from_db()
    assert enrolment.cohort.name == "N"
    assert enrolment.cohort.programme != other


def test_a_cohort_takes_a_live_programme_or_keeps_the_one_it_has(
    programme: Any, cora: Any, client: Client
) -> None:
    gone = factories.programme()
    kept = people.cohort(gone, cora, name="Old")
    Programme.objects.filter(pk=gone.pk).update(is_live=False)
    client.force_login(cora)
    response = client.post(reverse("cohorts:add"), cohort_data(gone))
    assert "programme" in response.context["form"].errors
    edit = reverse("cohorts:edit", args=[kept.pk])
    client.post(edit, cohort_data(gone, name="Renamed", leads=[cora.pk]))
    assert Cohort.objects.get().name == "Renamed"
    assert set(client.get(edit).context["form"].fields["programme"].queryset) == {programme, gone}


def test_a_cohort_with_learners_is_not_deleted(enrolment: Any, ada: Any, client: Client) -> None:
    client.force_login(ada)
    client.post(reverse("cohorts:delete", args=[enrolment.cohort.pk]))
    assert Cohort.objects.exists()


def test_tutors_and_reviewers_have_no_cohorts(
    enrolment: Any, tom: Any, gita: Any, client: Client
) -> None:
    for person in (tom, gita):
        client.force_login(person)
        assert client.get(reverse("cohorts:index")).status_code == 302


ROOMS = {
    "wagtailadmin_explore_root": "tom ada",
    "wagtailimages:index": "tom ada",
    "wagtailimages:add": "tom ada",
    "wagtailmedia:index": "tom ada",
    "wagtaildocs:index": "tom ada",
    "cohorts:index": "cora ada",
    "completion_report": "cora ada",
    "professions:index": "ada",
    "wagtailusers_users:index": "ada",
    "wagtailadmin_workflows:index": "ada",
}


def test_nobody_is_offered_a_workflow_that_knows_nothing_of_two_professions() -> None:
    assert Workflow.objects.get().name == "Health and social care sign-off"
    assert not Group.objects.filter(name__in=["Moderators", "Editors"]).exists()


@pytest.mark.parametrize("room", ROOMS)
def test_each_role_enters_its_own_rooms_and_no_others(
    room: str, tom: Any, gita: Any, sol: Any, cora: Any, ada: Any, client: Client
) -> None:
    entered = []
    everyone = {"tom": tom, "gita": gita, "sol": sol, "cora": cora, "ada": ada}
    for name, person in everyone.items():
        client.force_login(person)
        if client.get(reverse(room)).status_code == 200:
            entered.append(name)
    assert " ".join(entered) == ROOMS[room]


@pytest.mark.parametrize("cohorts", [1, 3])
def test_the_list_of_cohorts_takes_the_same_queries(
    cohorts: int, programme: Any, cora: Any, client: Client, django_assert_num_queries: Any
) -> None:
    for number in range(cohorts):
        people.cohort(programme, cora, name=f"C {number}")
    client.force_login(cora)
    client.get(reverse("cohorts:index"))
    with django_assert_num_queries(10):
        client.get(reverse("cohorts:index"))


# ── Joining ───────────────────────────────────────────────────────────────
def test_a_learner_joins_by_the_link_after_seeing_which_cohort_it_is(
    programme: Any, cora: Any, lena: Any, client: Client
) -> None:
    cohort = people.cohort(programme, cora)
    path = f"/join/{cohort.join_code}/"
    assert client.get(path)["Location"] == f"/accounts/login/?next={path}"
    client.force_login(lena)
    page = client.get(path.lower().replace("/join", "/join"))
    assert cohort.name.encode() in page.content
    assert not Enrolment.objects.exists()
    client.post(path)
    client.post(path)
    assert Enrolment.objects.get().learner == lena
    assert b"You are in this cohort already" in client.get(path).content
    assert client.get("/join/NONSENSE22/").status_code == 404


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"can_join": False}, "does not work any more"),
        ({"archived_at": dt.datetime(2026, 1, 1, tzinfo=dt.UTC)}, "does not work any more"),
        ({"ends_on": dt.date(2020, 1, 1)}, "has ended"),
    ],
)
def test_a_link_that_no_longer_works_says_so(
    fields: dict[str, Any], said: str, programme: Any, lena: Any, client: Client
) -> None:
    cohort = people.cohort(programme, **fields)
    client.force_login(lena)
    page = client.post(f"/join/{cohort.join_code}/", follow=True)
    assert said in page.content.decode()
    assert not Enrolment.objects.exists()


def test_staff_cannot_enrol(programme: Any, tom: Any) -> None:
    with pytest.raises(Refused, match="cannot enrol as learners"):
        join(people.cohort(programme).join_code, tom)


def test_who_left_and_joins_again_goes_on_where_they_stopped(enrolment: Any, lena: Any) -> None:
    factories.complete(enrolment, factories.activities(enrolment.cohort.programme)[0])
    withdraw(enrolment)
    again = enrol(enrolment.cohort, lena)
    assert again == enrolment
    assert again.withdrawn_at is None
    assert again.completions.count() == 1


def test_the_list_of_cohorts_shows_days(cora: Any, client: Client) -> None:
    """Wagtail's own column said of a start in the future: "Just now"."""
    people.cohort(
        factories.programme([factories.reading()]),
        cora,
        starts_on=dt.date(2027, 1, 11),
        ends_on=None,
    )
    client.force_login(cora)
    page = client.get(reverse("cohorts:index")).content.decode()
    assert "11 Jan 2027" in page
    assert "Just now" not in page
    assert "ago" not in page.split("<tbody>")[1].split("</tbody>")[0]


def test_the_wide_report_scrolls_in_a_place_of_its_own(
    cora: Any, lena: Any, client: Client
) -> None:
    enrol(people.cohort(factories.programme([factories.reading()]), cora), lena)
    client.force_login(cora)
    page = client.get(reverse("completion_report")).content.decode()
    region = page.split('<div class="wide-report" role="region"')[1]
    assert region.split(">")[0].endswith('tabindex="0"')
    assert "<table" in region
    assert "cms/admin.css" in page


@pytest.mark.parametrize(("who", "sees"), [(people.cora, True), (people.tom, False)])
def test_a_leads_menu_leads_to_every_report(who: Any, sees: bool, db: Any, rf: Any) -> None:
    """What stands in no menu is found by nobody."""
    request = rf.get("/cms/")
    request.user = who()
    found = {item.url for item in reports_menu.menu_items_for_request(request)}
    for name in (
        "completion_report",
        "activity_report",
        "quiz_report",
        "certificate_report",
        "signoff_report",
        "evaluation_report",
        "surveys_report",
        "name_requests",
        "jobs",
    ):
        assert (reverse(name) in found) == sees, name
    for name in ("cases_report", "item_analysis", "problem_reports"):
        assert reverse(name) in found, name
