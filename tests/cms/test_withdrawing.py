"""A lead withdraws an award with a reason; the learner is told, and a mistake can be put right."""

from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from curriculum.domain.enrolment import enrol
from curriculum.enums import CertificateState
from curriculum.models import Certificate, Enrolment
from tests import factories, people

pytestmark = pytest.mark.django_db

WHY = "Issued before the second attempt was looked at."


@pytest.fixture
def award(lena: Any, cora: Any) -> Certificate:
    made = factories.programme([factories.reading("Two systems")])
    enrolment = enrol(people.cohort(made, cora), lena)
    for activity in factories.activities(made):
        factories.complete(enrolment, activity)
    return Certificate.objects.get(enrolment=enrolment, module=None)


def address(what: str, award: Certificate) -> str:
    return reverse(f"certificate_{what}", args=[award.enrolment.uuid, award.uuid])


def record(client: Client, enrolment: Enrolment) -> str:
    return client.get(reverse("learner", args=[enrolment.uuid])).content.decode()


def test_a_lead_withdraws_a_certificate_and_the_learner_is_told_once(
    award: Certificate, cora: Any, client: Client, django_capture_on_commit_callbacks: Any
) -> None:
    client.force_login(cora)
    assert "Withdraw the certificate" in client.get(address("revoke", award)).content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        client.post(address("revoke", award), {"reason": WHY})
    award.refresh_from_db()
    assert (award.state, award.end_reason, award.ended_by) == (CertificateState.REVOKED, WHY, cora)
    assert [m.to for m in mail.outbox] == [["lena@example.org"]]
    assert WHY not in mail.outbox[0].body
    page = record(client, award.enrolment)
    assert WHY in page
    assert f"by {cora.get_full_name()}" in page
    client.post(address("revoke", award), {"reason": WHY})
    assert len(mail.outbox) == 1


def test_without_a_reason_it_stands_and_what_was_typed_is_kept(
    award: Certificate, cora: Any, client: Client
) -> None:
    client.force_login(cora)
    answer = client.post(address("revoke", award), {"reason": " "})
    assert answer.status_code == 422
    assert "Give a reason" in answer.content.decode()
    award.refresh_from_db()
    assert award.state == CertificateState.ISSUED


def test_a_mistake_is_put_right_by_a_new_certificate_with_a_code_of_its_own(
    award: Certificate, cora: Any, client: Client
) -> None:
    client.force_login(cora)
    client.post(address("revoke", award), {"reason": WHY})
    client.post(address("issue_again", award))
    new = Certificate.objects.get(enrolment=award.enrolment, state=CertificateState.ISSUED)
    assert new.code != award.code
    assert b"was withdrawn" in client.get(f"/verify/{award.code}/").content
    assert b"is genuine" in client.get(f"/verify/{new.code}/").content
    assert "Issue again" not in record(client, award.enrolment)
    client.post(address("issue_again", award))
    assert Certificate.objects.filter(state=CertificateState.ISSUED).count() == 1


def test_a_certificate_that_stands_cannot_be_issued_again(
    award: Certificate, cora: Any, client: Client
) -> None:
    client.force_login(cora)
    client.post(address("issue_again", award))
    assert Certificate.objects.count() == 1


def test_nobody_but_its_own_leads_meets_it(
    award: Certificate, olga: Any, lena: Any, tom: Any, client: Client
) -> None:
    for person in (olga, lena, tom):
        client.force_login(person)
        for what in ("revoke", "issue_again"):
            answer = client.post(address(what, award), {"reason": WHY})
            assert answer.status_code in (302, 403, 404), person
    award.refresh_from_db()
    assert award.state == CertificateState.ISSUED


def test_a_certificate_of_somebody_else_is_not_found_in_this_record(
    award: Certificate, cora: Any, client: Client
) -> None:
    other = enrol(award.enrolment.cohort, people.person("maya", "Maya Lin"))
    client.force_login(cora)
    wrong = reverse("certificate_revoke", args=[other.uuid, award.uuid])
    assert client.post(wrong, {"reason": WHY}).status_code == 404
