"""Proving once more who one is before exports, changes of roles and changes of factors."""

import time
from collections.abc import Iterator
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import Group
from django.test import Client

from curriculum.models import Closure, User
from tests import factors, oidc
from tests.people import PASSWORD

pytestmark = pytest.mark.django_db

REPORT = "/cms/reports/completion/?export=csv"
ASKED = "/accounts/reauthenticate/"


@pytest.fixture(autouse=True)
def _on(settings: Any) -> None:
    settings.STEP_UP_MINUTES = 15
    settings.ACCOUNT_REAUTHENTICATION_TIMEOUT = 15 * 60


def signed_in(user: User) -> Client:
    """Somebody who has signed in a while ago."""
    client = Client()
    client.post("/accounts/login/", {"login": user.email, "password": PASSWORD})
    later(client)
    return client


def later(client: Client, seconds: int = 16 * 60) -> None:
    """What was proved, was proved so long ago."""
    session = client.session
    for record in session["account_authentication_methods"]:
        record["at"] = time.time() - seconds
    session.save()


def test_an_export_waits_for_the_password_and_then_comes(cora: Any) -> None:
    client = signed_in(cora)
    asked = client.get(REPORT)
    assert asked["Location"] == f"{ASKED}?next=%2Fcms%2Freports%2Fcompletion%2F%3Fexport%3Dcsv"
    page = client.get(asked["Location"]).content.decode()
    assert "Confirm it is you" in page
    wrong = client.post(asked["Location"], {"password": "wrong"})
    assert wrong.status_code == 200
    assert client.get(REPORT).status_code == 302
    done = client.post(asked["Location"], {"password": PASSWORD})
    assert done["Location"] == REPORT
    file = client.get(REPORT)
    assert file["Content-Type"].startswith("text/csv")
    later(client)
    assert client.get(REPORT)["Location"].startswith(ASKED)


def test_who_has_just_signed_in_is_not_asked_again(cora: Any) -> None:
    client = signed_in(cora)
    later(client, 14 * 60)
    assert client.get(REPORT).status_code == 200


def test_reading_on_the_screen_needs_no_proof(cora: Any) -> None:
    client = signed_in(cora)
    assert client.get("/cms/reports/completion/").status_code == 200
    assert client.get("/dashboard/").status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "/cms/reports/activities/?export=xlsx",
        "/cms/reports/quizzes/?export=csv",
        "/cms/reports/certificates/?export=xlsx",
        "/cms/reports/evaluation/?export=pdf",
        "/cms/users/?export=csv",
        "/cms/jobs/6f1d4a52-6a92-4d26-8d0c-0a8f1a4f3c11/file/",
        "/accounts/2fa/totp/activate/",
        "/accounts/2fa/webauthn/add/",
        "/accounts/data/ask/",
        "/accounts/data/6f1d4a52-6a92-4d26-8d0c-0a8f1a4f3c11/file/",
        "/accounts/close/confirm/",
    ],
)
def test_whatever_carries_data_out_or_changes_a_factor_needs_proof(path: str, ada: Any) -> None:
    assert signed_in(ada).get(path)["Location"].startswith(ASKED)


def test_a_change_of_roles_waits_and_what_was_typed_is_done_afterwards(ada: Any, lena: Any) -> None:
    client = signed_in(ada)
    path = f"/cms/users/edit/{lena.pk}/"
    assert client.get(path).status_code == 200
    tutors = Group.objects.get(name="Tutors")
    posted = {
        "email": lena.email,
        "full_name": "Lena O’Koro",
        "profession": lena.profession_id,
        "is_active": "on",
        "groups": [tutors.pk],
    }
    asked = client.post(path, posted)
    assert asked["Location"].startswith(ASKED)
    assert not lena.groups.exists()
    client.post(asked["Location"], {"password": PASSWORD})
    lena.refresh_from_db()
    assert lena.full_name == "Lena O’Koro"
    assert lena.groups.get() == tutors


@pytest.mark.parametrize("act", ["groups/new/", "users/new/", "bulk/curriculum/user/assign_role/"])
def test_other_ways_to_give_roles_wait_too(act: str, ada: Any) -> None:
    client = signed_in(ada)
    assert client.post(f"/cms/{act}")["Location"].startswith(ASKED)


def test_resetting_somebodys_factor_waits_too(ada: Any, lena: Any) -> None:
    factors.give_app(lena)
    client = signed_in(ada)
    asked = client.post(f"/cms/people/{lena.uuid}/second-step/")
    assert asked["Location"].startswith(ASKED)
    assert Authenticator.objects.filter(user=lena).exists()


def test_a_code_does_as_well_as_the_password(cora: Any) -> None:
    factors.give_app(cora)
    client = Client()
    factors.sign_in(client, cora, PASSWORD)
    later(client)
    asked = client.get(client.get(REPORT)["Location"]).content.decode()
    assert "Use a code" in asked
    done = client.post("/accounts/2fa/reauthenticate/", {"code": factors.code(), "next": REPORT})
    assert done["Location"] == REPORT
    assert client.get(REPORT).status_code == 200


def test_an_outsider_gets_no_hint_from_being_asked(olga: Any, client: Client) -> None:
    """Proof is asked before it is looked whether there is such a file, whoever's it is."""
    with_file = signed_in(olga).get("/cms/jobs/6f1d4a52-6a92-4d26-8d0c-0a8f1a4f3c11/file/")
    assert with_file["Location"].startswith(ASKED)


def test_signed_out_people_are_sent_to_sign_in(client: Client) -> None:
    assert client.get(REPORT)["Location"].startswith("/cms/login/")


def test_switched_off_it_is_asked_only_about_ones_own_data(cora: Any, settings: Any) -> None:
    settings.STEP_UP_MINUTES = 0
    client = signed_in(cora)
    assert client.get(REPORT).status_code == 200
    for path in ("/accounts/data/ask/", "/accounts/close/confirm/"):
        assert client.get(path)["Location"].startswith(ASKED)


# ── Those whom only the provider knows ────────────────────────────────────
@pytest.fixture(scope="module")
def server() -> Iterator[oidc.University]:
    with oidc.running("http://testserver") as found:
        yield found


@pytest.fixture
def university(server: oidc.University, settings: Any) -> oidc.University:
    settings.OIDC = server.settings()
    return server


def from_provider(university: oidc.University, person: str) -> Client:
    """A tutor who has no password here, signed in a while ago."""
    about = {"name": "Gil Prentice", "email": f"{person}@uni.example", "email_verified": True}
    university.has(person, **about, role="medic", groups=["staff-gp"], amr=["mfa"])
    client = Client()
    university.sign_in(client, person)
    later(client)
    return client


def test_they_sign_in_afresh_at_the_provider(university: oidc.University) -> None:
    client = from_provider(university, "gil-1")
    path = "/cms/users/?export=csv"
    asked = client.get(path)["Location"]
    assert asked.startswith("/accounts/sso/confirm/?next=")
    page = client.get(asked).content.decode()
    assert "sign in with Test University once more" in page
    start = f"{asked}&go=1"
    there = client.get(start)["Location"]
    assert "prompt=login" in there
    assert "max_age=0" in there
    back = university.sign_in(client, "gil-1", start)
    assert back["Location"].startswith("/accounts/sso/confirmed/")
    assert client.get(back["Location"])["Location"] == path
    assert not client.get(path).get("Location", "").startswith("/accounts/")


def test_somebody_else_at_the_provider_confirms_nothing(university: oidc.University) -> None:
    client = from_provider(university, "gil-2")
    from_provider(university, "gil-3")
    asked = client.get("/cms/users/?export=csv")["Location"]
    back = university.sign_in(client, "gil-3", f"{asked}&go=1")
    assert back["Location"].startswith("/accounts/sso/confirm/")
    assert "That did not confirm it" in client.get(back["Location"]).content.decode()
    assert client.get("/cms/users/?export=csv")["Location"].startswith("/accounts/sso/confirm/")
    mine = client.get("/accounts/").content.decode()
    assert "gil-2@uni.example" in mine  # and nobody was signed in instead


def test_their_own_data_wait_for_the_same(university: oidc.University) -> None:
    client = from_provider(university, "gil-5")
    for path in ("/accounts/data/ask/", "/accounts/close/confirm/"):
        assert client.get(path)["Location"].startswith("/accounts/sso/confirm/")
    asked = client.post("/accounts/close/confirm/")["Location"]
    back = university.sign_in(client, "gil-5", f"{asked}&go=1")
    assert not Closure.objects.exists()
    client.get(back["Location"])
    assert Closure.objects.get().person.email == "gil-5@uni.example"


def test_what_has_changed_at_the_provider_follows_when_it_confirms_too(
    university: oidc.University,
) -> None:
    client = from_provider(university, "gil-6")
    about = {"name": "Gil Prentice", "email": "g.prentice@uni.example", "email_verified": True}
    university.has("gil-6", **about, role="medic", groups=["staff-gp"], amr=["mfa"])
    asked = client.get("/cms/users/?export=csv")["Location"]
    university.sign_in(client, "gil-6", f"{asked}&go=1")
    assert User.objects.get().email == "g.prentice@uni.example"


def test_a_stolen_session_adds_no_factor_without_the_provider(university: oidc.University) -> None:
    client = from_provider(university, "gil-4")
    for name in ("totp/activate", "webauthn/add"):
        stopped = client.get(f"/accounts/2fa/{name}/")
        assert stopped["Location"].startswith("/accounts/sso/confirm/")


def test_confirming_by_the_provider_is_for_those_who_are_signed_in(client: Client) -> None:
    for name in ("confirm", "confirmed"):
        answer = client.get(f"/accounts/sso/{name}/")
        assert answer["Location"].startswith("/accounts/login/")
