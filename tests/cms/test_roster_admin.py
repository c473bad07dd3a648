"""A lead brings a list in on the teaching side, step by step; nobody else sees any of it."""

import re
import uuid
from typing import Any

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from curriculum.domain import jobs
from curriculum.domain.adjustments import end_enrolment
from curriculum.domain.enrolment import enrol
from curriculum.models import Cohort, Enrolment, Invitation, Job, RosterImport, User
from tests import factories, people
from tests.curriculum.lists import OMAR, SIAN, csv_bytes, xlsx_bytes

pytestmark = pytest.mark.django_db


@pytest.fixture
def cohort(programme: Any, cora: Any) -> Cohort:
    return people.cohort(programme, cora)


def upload(client: Client, cohort: Cohort, data: bytes, name: str = "Year 3.csv") -> Any:
    file = SimpleUploadedFile(name, data)
    return client.post(reverse("roster_import", args=[cohort.pk]), {"file": file})


def text_of(response: Any) -> str:
    words = re.sub(r"<[^>]+>", " ", response.content.decode().partition("<main")[2])
    return " ".join(words.split())


def plan_url(found: RosterImport) -> str:
    return reverse("roster_plan", args=[found.cohort_id, found.uuid])


def bring_in(client: Client, found: RosterImport, **more: str) -> Any:
    page = client.get(plan_url(found))
    digest = page.context["plan"].digest
    return client.post(plan_url(found), {"do": "bring-in", "plan": digest, **more})


@pytest.mark.parametrize("data", [csv_bytes(SIAN, OMAR), xlsx_bytes(SIAN, OMAR)])
def test_a_lead_goes_from_the_file_to_learners_who_are_enrolled_and_invited(
    signed_in: Any,
    cora: Any,
    cohort: Cohort,
    data: bytes,
    django_capture_on_commit_callbacks: Any,
) -> None:
    client = signed_in(cora)
    # The name says CSV whatever is in it.
    answer = upload(client, cohort, data)
    found = RosterImport.objects.get()
    assert answer["Location"] == reverse("roster_columns", args=[cohort.pk, found.uuid])
    page = client.get(answer["Location"])
    assert "Siân Łukasz" in text_of(page)
    chosen = {f"column-{n}": wanted for n, _, wanted, _ in page.context["columns"]}
    assert list(chosen.values()) == [
        "full_name",
        "email",
        "profession",
        "student_number",
        "group",
    ]
    answer = client.post(answer["Location"], chosen)
    assert answer["Location"] == plan_url(found)
    page = client.get(plan_url(found))
    assert "2 New account, enrolled" in text_of(page)
    assert not Enrolment.objects.exists()
    with django_capture_on_commit_callbacks(execute=True):
        answer = bring_in(client, found, invites="now")
    job = Job.objects.get(kind="roster")
    assert answer["Location"] == reverse("job", args=[job.uuid])
    page = client.get(answer["Location"])
    assert "New account, enrolled: 2" in text_of(page)
    assert reverse("cohort_learners", args=[cohort.pk]) in page.content.decode()
    assert Enrolment.objects.filter(cohort=cohort).count() == 2
    for waiting in Job.objects.filter(kind="invitations"):
        jobs.run(waiting.uuid)  # nothing, where it was done already
    assert sorted(m.to[0] for m in mail.outbox) == ["omar@example.org", "sian@example.org"]


def test_columns_that_were_taken_for_the_wrong_thing_are_corrected(
    signed_in: Any, cora: Any, cohort: Cohort
) -> None:
    client = signed_in(cora)
    data = csv_bytes(("ada@example.org", "Ada", "Byron"), header=("Kontakt", "Name", "Nachname"))
    url = upload(client, cohort, data)["Location"]
    found = RosterImport.objects.get()
    assert client.get(plan_url(found))["Location"] == url  # no address known yet
    wrong = client.post(url, {"column-0": "email", "column-1": "full_name", "column-2": "email"})
    assert wrong.status_code == 422
    assert "is chosen for more than one column" in text_of(wrong)
    assert 'value="full_name" selected' in wrong.content.decode()
    client.post(url, {"column-0": "email", "column-1": "first_name", "column-2": "last_name"})
    line = client.get(plan_url(found)).context["plan"].lines[0]
    assert (line.person.name, line.person.email) == ("Ada Byron", "ada@example.org")


def test_what_stands_against_it_is_shown_by_row_and_column_and_decided_there(
    signed_in: Any, cora: Any, lena: Any, cohort: Cohort
) -> None:
    end_enrolment(enrol(cohort, lena), actor=cora, reason="Moved away.")
    client = signed_in(cora)
    upload(
        client,
        cohort,
        csv_bytes(
            ("Lena Okoro", "Lena@example.org", "Medicine", "", ""),
            ("Di", "di@example.org", "Alchemy", "", ""),
            ("Bo", "bo@", "", "", ""),
            SIAN,
        ),
    )
    found = RosterImport.objects.get()
    page = client.get(plan_url(found))
    told = text_of(page)
    assert "4 E-mail Error, stops “bo@” is not an e-mail address." in told
    assert "2 E-mail Conflict, stops This person was withdrawn from the cohort." in told
    assert b'value="bring-in"' not in page.content
    choices = {"do": "choose", "profession-0": "none", "back-2": "back", "skip": "yes"}
    client.post(plan_url(found), choices)
    page = client.get(plan_url(found))
    assert "Bring in 3 learners" in text_of(page)
    bring_in(client, found, **{k: v for k, v in choices.items() if k != "do"})
    jobs.run(Job.objects.get(kind="roster").uuid)
    assert Enrolment.objects.active().count() == 3


def test_a_choice_made_together_with_confirming_shows_the_plan_again(
    signed_in: Any, cora: Any, cohort: Cohort
) -> None:
    client = signed_in(cora)
    upload(client, cohort, csv_bytes(SIAN, ("Di", "di@example.org", "Alchemy", "", "")))
    found = RosterImport.objects.get()
    assert bring_in(client, found, skip="yes")["Location"] == plan_url(found)
    assert not Job.objects.exists()
    assert "The plan is not what you saw before" in client.get(plan_url(found)).content.decode()


def test_a_name_that_looks_like_a_formula_or_a_tag_is_shown_as_text(
    signed_in: Any, cora: Any, cohort: Cohort
) -> None:
    client = signed_in(cora)
    upload(client, cohort, csv_bytes(("=1+1 <b>Ada</b>", *OMAR[1:])))
    found = RosterImport.objects.get()
    assert "=1+1 &lt;b&gt;Ada&lt;/b&gt;" in client.get(plan_url(found)).content.decode()


def test_a_file_that_cannot_be_read_says_why(signed_in: Any, cora: Any, cohort: Cohort) -> None:
    client = signed_in(cora)
    for data, said in ((b"%PDF-1.7", "This is a PDF"), (b"", "The file is empty")):
        answer = upload(client, cohort, data, "list.xlsx")
        assert answer.status_code == 422
        assert said in text_of(answer)
    assert client.post(reverse("roster_import", args=[cohort.pk])).status_code == 422
    assert not RosterImport.objects.exists()


def test_a_list_can_be_removed_at_once(signed_in: Any, cora: Any, cohort: Cohort) -> None:
    client = signed_in(cora)
    upload(client, cohort, csv_bytes(SIAN))
    found = RosterImport.objects.get()
    client.post(plan_url(found), {"do": "forget"})
    assert RosterImport.objects.get().rows == ""
    answer = client.get(plan_url(found))
    assert answer["Location"] == reverse("roster_import", args=[cohort.pk])
    assert not User.objects.filter(email="sian@example.org").exists()


def test_long_lists_are_shown_in_pages_and_by_what_becomes_of_them(
    signed_in: Any, cora: Any, cohort: Cohort
) -> None:
    client = signed_in(cora)
    rows = [(f"Ada {n}", f"ada{n}@example.org" if n % 2 else "x", "", "", "") for n in range(250)]
    upload(client, cohort, csv_bytes(*rows))
    found = RosterImport.objects.get()
    page = client.get(plan_url(found))
    assert "Page 1 of 3" in text_of(page)
    assert "Page 1 of 2" in text_of(page)
    page = client.get(plan_url(found), {"show": "create", "p": "2", "pp": "2"})
    assert [line.row for line in page.context["page"]][-1] == 251
    assert len(page.context["problems"]) == 25
    assert client.get(plan_url(found), {"show": "x"}).status_code == 404


def test_nothing_about_anybody_stands_in_an_address(
    signed_in: Any, cora: Any, cohort: Cohort
) -> None:
    client = signed_in(cora)
    upload(client, cohort, csv_bytes(SIAN))
    page = client.get(plan_url(RosterImport.objects.get()))
    links = " ".join(re.findall(r'(?:href|action)="([^"]*)"', page.content.decode()))
    assert "sian" not in links.lower()


STEPS = ["roster_import", "roster_columns", "roster_plan", "invitations"]


@pytest.mark.parametrize("name", STEPS)
@pytest.mark.parametrize("method", ["get", "post"])
def test_nobody_else_finds_any_of_it(
    client: Client,
    signed_in: Any,
    olga: Any,
    cora: Any,
    lena: Any,
    cohort: Any,
    name: str,
    method: str,
) -> None:
    upload(signed_in(cora), cohort, csv_bytes(SIAN))
    found = RosterImport.objects.get()
    second = people.staff("sara", "Sara Holt", "Course leads")
    cohort.leads.add(second)
    one_list = name in {"roster_columns", "roster_plan"}
    url = reverse(name, args=[cohort.pk, found.uuid] if one_list else [cohort.pk])
    data = {"do": "forget", "file": SimpleUploadedFile("x.csv", csv_bytes(OMAR))}
    client.logout()
    answer = getattr(client, method)(url, data if method == "post" else None)
    assert answer.status_code == 302
    assert "/login/" in answer["Location"]
    outsiders = [olga, second] if one_list else [olga]  # another lead's list is theirs alone
    for outsider in outsiders:
        answer = getattr(signed_in(outsider), method)(url, data if method == "post" else None)
        assert answer.status_code == 404
    assert getattr(signed_in(lena), method)(url, data).status_code in {302, 403, 404}
    assert signed_in(cora).get(url).status_code == 200
    assert RosterImport.objects.get().rows


def test_a_list_is_not_found_under_another_cohort_of_the_same_lead(
    signed_in: Any, cora: Any, cohort: Cohort, programme: Any
) -> None:
    client = signed_in(cora)
    upload(client, cohort, csv_bytes(SIAN))
    other = people.cohort(programme, cora, name="Year 4")
    for name in ("roster_columns", "roster_plan"):
        url = reverse(name, args=[other.pk, RosterImport.objects.get().uuid])
        assert client.get(url).status_code == 404
        assert client.get(reverse(name, args=[cohort.pk, uuid.uuid4()])).status_code == 404


@pytest.mark.parametrize("many", [1, 3])
def test_the_plan_costs_the_same_for_one_and_for_three(
    signed_in: Any, cora: Any, cohort: Cohort, many: int, django_assert_max_num_queries: Any
) -> None:
    client = signed_in(cora)
    rows = [(f"Ada {n}", f"ada{n}@example.org", "", f"CG {n}", "") for n in range(many)]
    upload(client, cohort, csv_bytes(*rows))
    url = plan_url(RosterImport.objects.get())
    client.get(url)
    with django_assert_max_num_queries(22):
        client.get(url)


# ── Invitations ───────────────────────────────────────────────────────────
def newcomer(cohort: Cohort, name: str) -> Invitation:
    user = User.objects.create_user(f"{name}@example.org", full_name=name.title())
    return Invitation.objects.create(enrolment=enrol(cohort, user))


def test_a_lead_sends_invitations_later_and_one_again_by_decision(
    signed_in: Any, cora: Any, cohort: Cohort
) -> None:
    client, url = signed_in(cora), reverse("invitations", args=[cohort.pk])
    for name in ("ada", "bo"):
        newcomer(cohort, name)
    assert "Send 2 invitations" in text_of(client.get(url))
    client.post(url)
    jobs.run(Job.objects.get().uuid)
    assert len(mail.outbox) == 2
    client.post(url)  # nobody is waiting
    assert Job.objects.count() == 1
    again = Invitation.objects.get(enrolment__learner__email="ada@example.org")
    for _ in range(2):  # pressed twice
        assert client.post(url, {"again": str(again.uuid)}).status_code == 302
    for job in Job.objects.all():
        jobs.run(job.uuid)
    assert [m.to[0] for m in mail.outbox[2:]] == ["ada@example.org"]
    assert "2 in all" in text_of(client.get(url))


def test_an_invitation_of_another_cohort_is_not_sent_again(
    signed_in: Any, cora: Any, olga: Any, cohort: Cohort, programme: Any
) -> None:
    theirs = newcomer(people.cohort(programme, olga, name="Theirs"), "ada")
    client, url = signed_in(cora), reverse("invitations", args=[cohort.pk])
    for wanted in (str(theirs.uuid), "x"):
        assert client.post(url, {"again": wanted}).status_code == 404
    assert not Job.objects.exists()


@pytest.mark.parametrize("many", [1, 3])
def test_the_invitations_cost_the_same_for_one_and_for_three(
    signed_in: Any, cora: Any, cohort: Cohort, many: int, django_assert_max_num_queries: Any
) -> None:
    client, url = signed_in(cora), reverse("invitations", args=[cohort.pk])
    for number in range(many):
        newcomer(cohort, f"ada{number}")
    client.get(url)
    with django_assert_max_num_queries(12):
        client.get(url)


class AnyFile(TestCase):
    """Whatever is sent, it is an answer and never a fault."""

    @settings(max_examples=12)
    @given(st.one_of(st.binary(max_size=200), st.text(max_size=80).map(str.encode)), st.booleans())
    def test_any_bytes_are_read_or_refused(self, data: bytes, with_heading: bool) -> None:
        lead = people.cora()
        cohort = people.cohort(factories.programme(), lead)
        self.client.force_login(lead)
        answer = upload(self.client, cohort, (b"Name,E-mail\r\n" if with_heading else b"") + data)
        assert answer.status_code in {302, 422}
        for found in RosterImport.objects.all():
            assert self.client.get(plan_url(found)).status_code in {200, 302}
        assert not Enrolment.objects.exists()
