"""A wrong name on a certificate: its owner asks, a lead answers, and the old one is replaced."""

from typing import Any

import pytest
from django.core import mail
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from curriculum.domain.certificates import revoke
from curriculum.domain.errors import Refused
from curriculum.domain.names import accept_name, ask_for_name, decline_name, withdraw_request
from curriculum.enums import CertificateState, NameRequestState
from curriculum.models import Certificate, NameRequest, User
from curriculum.tasks import mail_name_answer
from tests import factories, people

pytestmark = pytest.mark.django_db

RIGHT = "Lena Okoro-Śmith"


@pytest.fixture
def certificate(enrolment: Any) -> Certificate:
    for activity in factories.activities(enrolment.cohort.programme):
        factories.complete(enrolment, activity)
    return Certificate.objects.get()


def client_of(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def ask(certificate: Certificate, wanted: str = RIGHT) -> Any:
    address = reverse("certificate_name", args=[certificate.code])
    owner = client_of(certificate.enrolment.learner)
    return owner.post(address, {"wanted": wanted}, follow=True)


def own_page(certificate: Certificate) -> str:
    owner = client_of(certificate.enrolment.learner)
    return owner.get(reverse("certificate", args=[certificate.code])).content.decode()


def answer(lead: Any, request: NameRequest, **data: str) -> Any:
    return client_of(lead).post(reverse("name_request", args=[request.uuid]), data, follow=True)


# ── Asking ────────────────────────────────────────────────────────────────
def test_an_owner_asks_and_changes_nothing_by_it(certificate: Certificate) -> None:
    """Known failure 19: a learner renames an issued certificate at will."""
    assert "Write to your course lead" not in own_page(certificate)
    shown = ask(certificate).content.decode()
    assert "Your request was sent to your course leads." in shown
    assert f'for the name <b dir="auto">{RIGHT}</b>' in shown
    certificate.refresh_from_db()
    assert certificate.facts["name"] == "Lena Okoro"
    assert certificate.state == CertificateState.ISSUED
    assert "Ask for a correction" not in own_page(certificate)


@pytest.mark.parametrize(
    "name",
    [
        "Siân Ŵyn Llŷr",
        "Łucja Żółć",
        "Γεωργία Παπαδοπούλου",
        "محمد بن عبد الله",
        "王小明",
        "Madonna",
        "<b>Lena</b> & 'Co'",
        "=HYPERLINK(1)",
        "A" * 120,
    ],
)
def test_names_of_every_kind_are_asked_for_and_printed_as_they_are(
    certificate: Certificate, cora: Any, name: str
) -> None:
    """Known failure 17: names break."""
    ask(certificate, name)
    new = accept_name(NameRequest.objects.get(), cora)
    assert new.facts["name"] == name
    shown = Client().get(reverse("verify_code", args=[new.code])).content.decode()
    assert "<b>Lena</b>" not in shown
    assert name in shown or "&lt;b&gt;Lena&lt;/b&gt; &amp;" in shown


def test_what_cannot_be_seen_is_taken_out(certificate: Certificate) -> None:
    ask(certificate, "  Lena\u202e \u0007 Oko\u0301ro\n")
    assert NameRequest.objects.get().wanted == "Lena Okóro"


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("", "Enter the name as it should be printed."),
        ("\u202e \u200b", "Enter the name as it should be printed."),
        ("🙂 123", "Enter the name as it should be printed."),
        ("Lena Okoro", "This is the name that the certificate has."),
        ("B" * 121, "at most 120 characters"),
        ("\u0958" * 120, "Shorten it to 120 characters; it has 240."),
        ("Lena\0", "Null characters are not allowed."),
    ],
)
def test_what_is_no_name_is_refused_and_kept_in_the_field(
    certificate: Certificate, typed: str, says: str
) -> None:
    found = ask(certificate, typed)
    assert found.status_code == 422
    assert says in found.content.decode()
    assert not NameRequest.objects.exists()


def test_one_request_is_open_at_a_time(certificate: Certificate) -> None:
    first = ask_for_name(certificate, RIGHT)
    with pytest.raises(Refused, match="asked already"):
        ask_for_name(certificate, "Lena O.")
    with pytest.raises(IntegrityError), transaction.atomic():
        NameRequest.objects.create(certificate=certificate, wanted="Lena O.")
    owner = client_of(certificate.enrolment.learner)
    owner.post(reverse("certificate_name_withdraw", args=[certificate.code, first.uuid]))
    first.refresh_from_db()
    assert first.state == NameRequestState.WITHDRAWN
    assert ask_for_name(certificate, "Lena O.").state == NameRequestState.OPEN


def test_only_its_owner_asks_or_takes_back(certificate: Certificate, cora: Any, olga: Any) -> None:
    asked = ask_for_name(certificate, RIGHT)
    ask_at = reverse("certificate_name", args=[certificate.code])
    back_at = reverse("certificate_name_withdraw", args=[certificate.code, asked.uuid])
    for other in (olga, cora, people.person("mo", "Mo Said")):
        client = client_of(other)
        assert client.get(ask_at).status_code == 404
        assert client.post(ask_at, {"wanted": "Mine"}).status_code == 404
        assert client.post(back_at).status_code == 404
    for address in (ask_at, back_at):
        assert Client().post(address)["Location"].startswith("/accounts/login/")
    assert NameRequest.objects.get().state == NameRequestState.OPEN


# ── Answering ─────────────────────────────────────────────────────────────
def test_a_lead_accepts_and_the_old_one_verifies_as_replaced(
    certificate: Certificate, cora: Any, django_capture_on_commit_callbacks: Any
) -> None:
    """Known failure 19: a misspelt name can never be corrected."""
    asked = ask_for_name(certificate, RIGHT)
    listed = client_of(cora).get(reverse("name_requests")).content.decode()
    assert RIGHT in listed
    with django_capture_on_commit_callbacks(execute=True):
        told = answer(cora, asked, do="accept", for_later="on").content.decode()
    assert "A corrected certificate was issued" in told
    new = Certificate.objects.get(state=CertificateState.ISSUED)
    assert new.facts == {**certificate.facts, "name": RIGHT}
    assert User.objects.get(pk=certificate.enrolment.learner_id).certificate_name == RIGHT
    verified = Client().get(reverse("verify_code", args=[certificate.code])).content.decode()
    assert "was replaced" in verified
    assert "Accepted by Cora Lindqvist" in own_page(new)
    [sent] = mail.outbox
    assert sent.to == ["lena@example.org"]
    assert "Okoro" not in sent.subject + sent.body


def test_the_name_for_later_is_left_alone_unless_the_lead_says_so(
    certificate: Certificate, cora: Any
) -> None:
    answer(cora, ask_for_name(certificate, RIGHT), do="accept")
    assert User.objects.get(pk=certificate.enrolment.learner_id).certificate_name == ""


def test_a_lead_declines_with_a_note_that_its_owner_reads(
    certificate: Certificate, cora: Any, django_capture_on_commit_callbacks: Any
) -> None:
    asked = ask_for_name(certificate, RIGHT)
    without = answer(cora, asked, do="decline", note=" ")
    assert without.status_code == 422
    assert "Say why." in without.content.decode()
    note = "The <i>register</i> says Okoro."
    with django_capture_on_commit_callbacks(execute=True):
        answer(cora, asked, do="decline", note=note)
    shown = own_page(certificate)
    assert "Declined by Cora Lindqvist" in shown
    assert "The &lt;i&gt;register&lt;/i&gt; says Okoro." in shown
    assert "Ask for a correction" in shown, "and may be asked again"
    assert len(mail.outbox) == 1
    assert "register" not in mail.outbox[0].body
    certificate.refresh_from_db()
    assert certificate.state == CertificateState.ISSUED


def test_a_request_is_answered_once_and_mailed_once(certificate: Certificate, cora: Any) -> None:
    asked = ask_for_name(certificate, RIGHT)
    mail_name_answer.func(asked.pk)
    assert mail.outbox == [], "nothing is told before there is an answer"
    decline_name(asked, cora, "No.")
    for again in (
        lambda: accept_name(asked, cora),
        lambda: decline_name(asked, cora, "No."),
        lambda: withdraw_request(asked, certificate.enrolment.learner),
    ):
        with pytest.raises(Refused, match="already"):
            again()
    for _ in range(2):
        mail_name_answer.func(asked.pk)
    assert len(mail.outbox) == 1
    assert Certificate.objects.count() == 1


def test_a_certificate_that_fell_meanwhile_is_not_issued_again(
    certificate: Certificate, cora: Any
) -> None:
    asked = ask_for_name(certificate, RIGHT)
    revoke(certificate, reason="Issued in error.")
    found = answer(cora, asked, do="accept")
    assert found.status_code == 422
    assert "no longer stands" in found.content.decode()
    asked.refresh_from_db()
    assert asked.state == NameRequestState.OPEN
    assert Certificate.objects.count() == 1


def test_a_lead_is_warned_of_letters_that_no_font_has(certificate: Certificate, cora: Any) -> None:
    """Known failure 17: boxes instead of letters."""
    address = reverse("name_request", args=[ask_for_name(certificate, "Lena \u0378Okoro").uuid])
    assert "No font here has <b>\u0378</b>" in client_of(cora).get(address).content.decode()
    NameRequest.objects.update(wanted="Lena Ŵyn Ελένη")
    assert "No font here has" not in client_of(cora).get(address).content.decode()


def test_nobody_answers_about_their_own_certificate(certificate: Certificate) -> None:
    asked = ask_for_name(certificate, RIGHT)
    with pytest.raises(Refused, match="your own"):
        accept_name(asked, certificate.enrolment.learner)


def test_another_lead_finds_and_answers_nothing(
    certificate: Certificate, olga: Any, tom: Any
) -> None:
    asked = ask_for_name(certificate, RIGHT)
    certificate.enrolment.cohort.tutors.add(tom)
    address = reverse("name_request", args=[asked.uuid])
    for other in (olga, tom):
        client = client_of(other)
        assert RIGHT not in client.get(reverse("name_requests"), {"state": "all"}).content.decode()
        assert client.get(address).status_code == 404
        assert client.post(address, {"do": "accept"}).status_code == 404
    for signed_out in (address, reverse("name_requests")):
        assert Client().get(signed_out).status_code == 302
    assert Certificate.objects.count() == 1


def test_the_menu_says_how_many_wait_for_this_lead(
    certificate: Certificate, cora: Any, olga: Any
) -> None:
    asked = ask_for_name(certificate, RIGHT)
    home = reverse("wagtailadmin_home")
    assert "Names on certificates (1)" in client_of(cora).get(home).content.decode()
    assert "Names on certificates (" not in client_of(olga).get(home).content.decode()
    answer(cora, asked, do="decline", note="No.")
    assert "Names on certificates (" not in client_of(cora).get(home).content.decode()


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_costs_the_same_for_one_and_for_three(
    programme: Any, cora: Any, rows: int, django_assert_max_num_queries: Any
) -> None:
    from curriculum.domain.enrolment import enrol

    cohort = people.cohort(programme, cora)
    for n in range(rows):
        enrolment = enrol(cohort, people.person(f"p{n}", f"P{n} Learner"))
        made = Certificate.objects.create(enrolment=enrolment, facts={"name": "P", "award": "A"})
        ask_for_name(made, RIGHT)
    client = client_of(cora)
    client.get(reverse("name_requests"))
    with django_assert_max_num_queries(10):
        client.get(reverse("name_requests"))
