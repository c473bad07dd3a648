"""The link in an invitation lets its owner choose a password, once."""

from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.test import Client
from django.urls import reverse

from curriculum.domain.enrolment import enrol
from curriculum.domain.invitations import key_of
from curriculum.models import Invitation, User
from tests import people

pytestmark = pytest.mark.django_db
CHOSEN = {"password1": people.PASSWORD, "password2": people.PASSWORD}


@pytest.fixture
def invitation(programme: Any, cora: Any) -> Invitation:
    user = User.objects.create_user("ada@example.org", full_name="Ada Byron")
    return Invitation.objects.create(enrolment=enrol(people.cohort(programme, cora), user))


def url_of(invitation: Invitation) -> str:
    return reverse("invitation", args=[key_of(invitation)])


def test_a_learner_chooses_a_password_and_is_in_with_a_confirmed_address(
    client: Client, invitation: Invitation
) -> None:
    url = url_of(invitation)
    page = client.get(url)
    assert b"Welcome, Ada" in page.content
    assert "no-store" in page["Cache-Control"]
    assert not EmailAddress.objects.filter(verified=True, email="ada@example.org").exists()
    answer = client.post(url, CHOSEN)
    assert answer["Location"] == "/dashboard/"
    assert client.get("/dashboard/").status_code == 200
    address = EmailAddress.objects.get(email="ada@example.org")
    assert (address.verified, address.primary) == (True, True)
    invitation.refresh_from_db()
    assert invitation.accepted_at
    other = Client()
    login = other.post("/accounts/login/", {"login": "Ada@Example.org", **_password()})
    assert login["Location"] == "/dashboard/"


def test_opening_the_link_changes_nothing_since_scanners_open_links(
    client: Client, invitation: Invitation
) -> None:
    before = User.objects.values().get(email="ada@example.org")
    for _ in range(3):
        assert client.get(url_of(invitation)).status_code == 200
    assert User.objects.values().get(email="ada@example.org") == before


def test_a_link_works_once(client: Client, invitation: Invitation) -> None:
    url = url_of(invitation)
    client.post(url, CHOSEN)
    stranger = Client()
    for answer in (stranger.get(url), stranger.post(url, CHOSEN)):
        assert answer.status_code == 404
        assert b"does not work any more" in answer.content
        assert b"ask for a new link" in answer.content
    assert "_auth_user_id" not in stranger.session


def test_a_weak_password_is_refused_and_the_link_stays_good(
    client: Client, invitation: Invitation
) -> None:
    weak = client.post(url_of(invitation), {"password1": "short", "password2": "short"})
    assert weak.status_code == 422
    assert not User.objects.get(email="ada@example.org").has_usable_password()
    assert client.post(url_of(invitation), CHOSEN).status_code == 302


def test_somebody_elses_session_ends_when_the_invited_one_comes_in(
    client: Client, signed_in: Any, lena: Any, invitation: Invitation
) -> None:
    signed_in(lena)
    client.post(url_of(invitation), CHOSEN)
    assert client.session["_auth_user_id"] == str(invitation.enrolment.learner_id)


def test_who_lost_the_invitation_asks_for_a_link_like_everybody_else(
    client: Client, invitation: Invitation
) -> None:
    from django.core import mail

    client.post("/accounts/password/reset/", {"email": "ada@example.org"})
    assert "/accounts/password/reset/key/" in mail.outbox[0].body


def test_signing_up_with_an_invited_address_makes_no_second_person(
    client: Client, invitation: Invitation
) -> None:
    from curriculum.models import Profession

    student = Profession.objects.get(name="Medical student")
    form = {"full_name": "Ada", "email": "ADA@example.org", "profession": student.pk, **CHOSEN}
    client.post("/accounts/signup/", form)
    assert User.objects.filter(email__iexact="ada@example.org").count() == 1


def _password() -> dict[str, str]:
    return {"password": people.PASSWORD}
