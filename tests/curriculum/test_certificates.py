"""Certificates: issued once, frozen, checkable by a stranger."""

import datetime as dt
import re
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client

from curriculum import clock
from curriculum.domain.certificates import issue_certificate, reissue, revoke
from curriculum.domain.enrolment import enrol
from curriculum.domain.errors import Refused
from curriculum.models import Certificate, Enrolment
from curriculum.models.certificates import new_code, normalise_code
from tests import factories, people
from tests.factories import activities, complete, programme, reading


@pytest.fixture
def certificate(enrolment: Any) -> Certificate:
    for activity in activities(enrolment.cohort.programme):
        complete(enrolment, activity)
    return Certificate.objects.get()


def test_the_facts_say_who_what_when_and_on_which_editions(
    certificate: Certificate, enrolment: Any
) -> None:
    made = enrolment.cohort.programme
    facts = certificate.facts
    assert facts["name"] == "Lena Okoro"
    assert facts["award"] == made.title
    assert facts["covers"] == ["who does what"]
    assert facts["minutes"] == 8  # a reading of 3 and a quiz of 5
    assert [row["title"] for row in facts["modules"]] == ["Module 1"]
    assert [(row["title"], row["number"]) for row in facts["editions"]] == [
        ("Two doors", 1),
        ("Check what you know", 1),
    ]
    assert facts["issuer"] == "Common Ground"


def test_unreviewed_content_is_said_and_never_beside_signatures(certificate: Certificate) -> None:
    assert certificate.facts["is_reviewed"] is False
    assert certificate.facts["signatories"] == []


def test_signed_content_names_those_who_signed(lena: Any, gita: Any, sol: Any) -> None:
    made = programme([reading("A"), reading("B")])
    for activity in activities(made):
        factories.sign(activity, gita, sol)
    enrolment = enrol(people.cohort(made), lena)
    for activity in activities(made):
        complete(enrolment, activity)
    facts = Certificate.objects.get().facts
    assert facts["is_reviewed"] is True
    assert [s["name"] for s in facts["signatories"]] == ["Gita Rao", "Sol Brandt"]


def test_one_unsigned_activity_makes_the_whole_unreviewed(lena: Any, gita: Any, sol: Any) -> None:
    made = programme([reading("A"), reading("B")])
    factories.sign(activities(made)[0], gita, sol)
    enrolment = enrol(people.cohort(made), lena)
    for activity in activities(made):
        complete(enrolment, activity)
    facts = Certificate.objects.get().facts
    assert (facts["is_reviewed"], facts["signatories"]) == (False, [])


def test_by_setting_each_module_earns_one(lena: Any) -> None:
    made = programme([reading("A")], [reading("B")], certificate_scope="module")
    enrolment = enrol(people.cohort(made), lena)
    for activity in activities(made):
        complete(enrolment, activity)
    awards = sorted(c.facts["award"] for c in Certificate.objects.all())
    assert awards == ["Module 1", "Module 2"]


def test_issuing_again_gives_the_one_that_stands(certificate: Certificate) -> None:
    """Known failure 16: two requests issue two certificates."""
    assert issue_certificate(certificate.enrolment) == certificate
    assert Certificate.objects.count() == 1


def test_the_database_refuses_a_second_standing_one(certificate: Certificate) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Certificate.objects.create(enrolment=certificate.enrolment, facts=certificate.facts)


def test_staff_are_never_issued_one(enrolment: Any, tom: Any, cora: Any) -> None:
    """Known failure 16: staff get them."""
    for member in (tom, cora):
        forced = Enrolment.objects.create(cohort=enrolment.cohort, learner=member)
        assert issue_certificate(forced) is None
    assert not Certificate.objects.exists()


def test_a_lead_or_tutor_of_the_cohort_is_never_issued_one(enrolment: Any, lena: Any) -> None:
    enrolment.cohort.tutors.add(lena)
    for activity in activities(enrolment.cohort.programme):
        complete(enrolment, activity)
    assert not Certificate.objects.exists()


def test_the_facts_are_never_changed(certificate: Certificate, lena: Any) -> None:
    """Known failure 19: a learner renames an issued certificate at will."""
    lena.full_name = lena.certificate_name = "Somebody Else"
    lena.save()
    certificate.facts["name"] = "Somebody Else"
    with pytest.raises(ValidationError, match="never changed"):
        certificate.save()
    certificate.refresh_from_db()
    assert certificate.facts["name"] == "Lena Okoro"


def test_a_wrong_name_is_corrected_by_a_new_one_that_replaces_it(
    certificate: Certificate,
) -> None:
    """Known failure 19: a misspelt name can never be corrected."""
    new = reissue(certificate, name="Lena Ọkọrọ", reason="Spelling")
    certificate.refresh_from_db()
    assert (certificate.state, certificate.replaced_by) == ("superseded", new)
    assert (new.state, new.facts["name"]) == ("issued", "Lena Ọkọrọ")
    assert new.code != certificate.code
    with pytest.raises(Refused):
        reissue(certificate, name="Again", reason="No")


# ── Codes ─────────────────────────────────────────────────────────────────
def test_codes_are_random_long_and_free_of_look_alikes() -> None:
    codes = {new_code() for _ in range(500)}
    assert len(codes) == 500
    for code in codes:
        assert re.fullmatch(r"[A-HJKMNP-Z2-9]{4}(-[A-HJKMNP-Z2-9]{4}){2}", code), code


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("7KQ4-M2XW-9RTD", "7KQ4-M2XW-9RTD"),
        (" cg-7kq4 m2xw 9rtd ", "7KQ4-M2XW-9RTD"),
        ("7kq4m2xw9rtd", "7KQ4-M2XW-9RTD"),
        ("", ""),
        ("-", ""),
        ("7KQ4-M2XW", ""),
        ("7KQ4-M2XW-9RT0", ""),  # 0 is never used
        ("7KQ4-M2XW-9RTD-X", ""),
        ("%00", ""),
    ],
)
def test_a_code_is_read_as_people_type_it(typed: str, code: str) -> None:
    assert normalise_code(typed.strip()) == code


# ── Verifying ─────────────────────────────────────────────────────────────
def test_a_stranger_sees_name_award_date_and_that_it_stands(
    certificate: Certificate, client: Any
) -> None:
    """Known failure 18: the page says only "valid", so an edited PDF passes."""
    response = client.get(f"/verify/{certificate.code}/")
    page = response.content.decode()
    assert response.status_code == 200
    for said in ("This certificate is genuine", "Lena Okoro", certificate.facts["award"]):
        assert said in page
    assert "not yet reviewed by a GP and a social worker" in page
    assert "lena@example.org" not in page
    assert response["X-Robots-Tag"] == "noindex, nofollow"
    assert "no-store" in response["Cache-Control"]


def test_replaced_withdrawn_and_unknown_are_said_in_plain_words(
    certificate: Certificate, client: Any
) -> None:
    new = reissue(certificate, name="Lena O.", reason="Spelling")
    assert b"was replaced" in client.get(f"/verify/{certificate.code}/").content
    assert b"is genuine" in client.get(f"/verify/{new.code}/").content
    revoke(new, reason="Issued in error")
    withdrawn = client.get(f"/verify/{new.code}/")
    assert b"was withdrawn" in withdrawn.content
    assert b"Issued in error" not in withdrawn.content  # the reason is not the public's
    unknown = client.get("/verify/AAAA-BBBB-CCCC/")
    assert unknown.status_code == 404
    assert b"No certificate has this code" in unknown.content


@pytest.mark.parametrize("code", ["-", "%20", "ISSUED", "7KQ4", "None"])
def test_an_empty_or_odd_code_verifies_nothing(
    code: str, certificate: Certificate, client: Any
) -> None:
    """Known failure 18: an empty code verifies."""
    assert client.get(f"/verify/{code}/").status_code == 404
    assert client.get("/verify/", {"code": ""}).status_code == 200


def test_a_typed_code_leads_to_its_own_address(certificate: Certificate, client: Any) -> None:
    typed = certificate.code.lower().replace("-", " ")
    response = client.get("/verify/", {"code": typed})
    assert (response.status_code, response["Location"]) == (302, f"/verify/{certificate.code}/")
    wrong = client.get("/verify/", {"code": "nonsense"})
    assert b"twelve letters and digits" in wrong.content
    assert b'value="nonsense"' in wrong.content


def test_guessing_is_slowed_down(db: Any, client: Any) -> None:
    """Known failure 18: codes can be guessed."""
    answers = [client.get(f"/verify/{new_code()}/").status_code for _ in range(32)]
    assert answers == [404] * 30 + [429, 429]


# ── The owner ─────────────────────────────────────────────────────────────
def test_only_the_owner_sees_the_certificate_and_its_pdf(
    certificate: Certificate, signed_in: Any, olga: Any, cora: Any, lena: Any, client: Any
) -> None:
    for path in (f"/certificates/{certificate.code}/", f"/certificates/{certificate.code}/pdf/"):
        assert client.get(path).status_code == 302
        for outsider in (olga, cora):
            assert signed_in(outsider).get(path).status_code == 404
        assert signed_in(lena).get(path).status_code == 200
        client.logout()


def test_looking_at_certificates_issues_none(enrolment: Any, lena: Any, signed_in: Any) -> None:
    """Known failure 16: viewing one learner's issues others'."""
    client = signed_in(lena)
    client.get("/dashboard/")
    client.get("/certificates/AAAA-BBBB-CCCC/")
    assert not Certificate.objects.exists()


# ── Dates ─────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    ("instant", "day"),
    [
        # Known failure 27: the day as London has it, on either side of both clock changes.
        (dt.datetime(2026, 3, 29, 0, 30, tzinfo=dt.UTC), "29 March 2026"),
        (dt.datetime(2026, 3, 29, 23, 30, tzinfo=dt.UTC), "30 March 2026"),
        (dt.datetime(2026, 10, 24, 23, 30, tzinfo=dt.UTC), "25 October 2026"),
        (dt.datetime(2026, 10, 25, 23, 30, tzinfo=dt.UTC), "25 October 2026"),
    ],
)
def test_page_sheet_verification_and_file_show_the_same_day(
    instant: dt.datetime, day: str, enrolment: Any, lena: Any, cora: Any, signed_in: Any
) -> None:
    import subprocess

    with clock.at(instant):
        for activity in activities(enrolment.cohort.programme):
            complete(enrolment, activity)
    certificate = Certificate.objects.get()
    client = signed_in(lena)
    assert day in client.get(f"/certificates/{certificate.code}/").content.decode()
    assert day in client.get(f"/verify/{certificate.code}/").content.decode()
    assert day in client.get("/dashboard/").content.decode()
    pdf = b"".join(client.get(f"/certificates/{certificate.code}/pdf/").streaming_content)
    text = subprocess.run(
        ["pdftotext", "-", "-"], input=pdf, capture_output=True, check=True
    ).stdout.decode()
    assert text.count(day) == 2
    csv = signed_in(cora).get("/cms/reports/completion/", {"export": "csv"})
    iso = dt.datetime.strptime(day, "%d %B %Y").replace(tzinfo=dt.UTC).date().isoformat()
    assert iso in b"".join(csv.streaming_content).decode()


def test_the_owner_sees_the_sheet_as_it_prints(
    certificate: Certificate, lena: Any, client: Client
) -> None:
    client.force_login(lena)
    page = client.get(f"/certificates/{certificate.code}/").content.decode()
    sheet = page.split('class="sheet-view"')[1].split("</section>")[0]
    assert "<bdi>Lena Okoro</bdi>" in sheet
    assert 'aria-label="QR code for the address' in sheet
    assert certificate.code in sheet
    assert "style=" not in sheet
    assert "<h1" not in sheet  # the page has its own


def test_behind_our_proxy_the_limit_counts_the_address_that_the_proxy_saw(
    db: Any, client: Any, settings: Any
) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1

    def check(seen: str, made_up: str) -> int:
        forwarded = {"x-forwarded-for": f"{made_up}, {seen}"}
        status: int = client.get("/verify/7KQ4-M2XW-9RTD/", headers=forwarded).status_code
        return status

    answers = [check("192.0.2.1", f"203.0.113.{n}") for n in range(31)]
    assert answers == [404] * 30 + [429]
    assert check("192.0.2.2", "203.0.113.1") == 404
