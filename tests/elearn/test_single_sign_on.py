"""Signing in with a university's identity provider: a real one, run on this machine."""

import logging
from collections.abc import Iterator
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.contrib.auth.models import Group
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from curriculum.models import Profession, User
from tests import factors, oidc, people
from tests.people import PASSWORD

pytestmark = pytest.mark.django_db

AMIRA = {
    "name": "Amira Haddad",
    "email": "amira@uni.example",
    "email_verified": True,
    "role": "medic",
    "matriculation": "U123",
}


@pytest.fixture(scope="module")
def server() -> Iterator[oidc.University]:
    with oidc.running("http://testserver") as found:
        yield found


@pytest.fixture
def university(server: oidc.University, settings: Any) -> oidc.University:
    settings.OIDC = server.settings()
    return server


def is_in(client: Client) -> bool:
    return client.get("/dashboard/").status_code == 200


def verified_address(user: User) -> str:
    return EmailAddress.objects.get(user=user, verified=True, primary=True).email


def sign_in(client: Client, user: User) -> Any:
    return client.post("/accounts/login/", {"login": user.email, "password": PASSWORD})


# ── The first time ────────────────────────────────────────────────────────
def test_somebody_of_whom_all_is_known_is_in_at_once(university: Any, client: Client) -> None:
    answer = university.sign_in(client, university.has("amira-1", **AMIRA))
    assert answer["Location"] == "/dashboard/"
    assert is_in(client)
    user = User.objects.get()
    assert (user.full_name, user.email) == ("Amira Haddad", "amira@uni.example")
    assert (str(user.profession), user.student_number) == ("Medical student", "U123")
    assert verified_address(user) == "amira@uni.example"
    assert not user.has_usable_password()
    assert not user.is_staff
    assert mail.outbox == []


def test_a_profession_that_is_not_known_is_asked_once(university: Any, client: Client) -> None:
    person = university.has("amira-2", **{**AMIRA, "role": "wizard"})
    asked = client.get(university.sign_in(client, person)["Location"])
    page = asked.content.decode()
    assert "Almost there" in page
    assert 'value="Amira Haddad"' in page
    assert 'value="U123"' in page
    assert not User.objects.exists()
    nurse = Profession.objects.get(name="Nursing student")
    form = {"full_name": "Amira Haddad", "email": "amira@uni.example", "student_number": "U123"}
    wrong = client.post("/accounts/sso/signup/", {**form, "profession": ""})
    assert "Choose what fits best." in wrong.content.decode()
    assert 'value="U123"' in wrong.content.decode()
    done = client.post("/accounts/sso/signup/", {**form, "profession": nurse.pk})
    assert done["Location"] == "/dashboard/"
    assert User.objects.get().profession == nurse
    again = Client()
    assert university.sign_in(again, person)["Location"] == "/dashboard/"
    assert User.objects.count() == 1


def test_an_address_that_the_provider_has_no_say_over_is_confirmed_by_mail(
    university: Any, client: Client
) -> None:
    person = university.has("amira-3", **{**AMIRA, "email": "amira@elsewhere.example"})
    university.sign_in(client, person)
    assert not is_in(client)
    assert mail.outbox[0].to == ["amira@elsewhere.example"]


def test_where_somebody_was_going_is_kept(university: Any, client: Client) -> None:
    start = "/accounts/oidc/sso/login/?next=/record/"
    person = university.has("amira-4", **AMIRA)
    assert university.sign_in(client, person, start)["Location"] == "/record/"
    evil = "/accounts/oidc/sso/login/?next=https://evil.example/"
    assert university.sign_in(Client(), person, evil)["Location"] == "/dashboard/"


# ── Later ─────────────────────────────────────────────────────────────────
def test_a_changed_name_and_address_split_nobody(university: Any, client: Client) -> None:
    """Known failure 29: a change of e-mail address or surname splits a learner in two."""
    person = university.has("amira-5", **AMIRA)
    university.sign_in(client, person)
    before = User.objects.get()
    university.has(person, **{**AMIRA, "name": "Amira Haddad-Cole", "email": "a.cole@uni.example"})
    university.sign_in(Client(), person)
    after = User.objects.get()
    assert after.pk == before.pk
    assert (after.full_name, after.email) == ("Amira Haddad-Cole", "a.cole@uni.example")
    assert [a.email for a in EmailAddress.objects.all()] == ["a.cole@uni.example"]


def test_what_a_person_has_changed_here_is_not_undone(university: Any, client: Client) -> None:
    person = university.has("amira-6", **AMIRA)
    university.sign_in(client, person)
    User.objects.update(full_name="Amira H. Haddad")
    university.sign_in(Client(), person)
    assert User.objects.get().full_name == "Amira H. Haddad"


def test_a_new_address_without_the_providers_authority_changes_nothing(
    university: Any, client: Client
) -> None:
    person = university.has("amira-7", **AMIRA)
    university.sign_in(client, person)
    for claims in (
        {"email": "lena@example.org", "email_verified": True},
        {"email": "new@uni.example", "email_verified": False},
    ):
        university.has(person, **{**AMIRA, **claims})
        university.sign_in(Client(), person)
        assert User.objects.get().email == "amira@uni.example"


def test_a_new_address_that_somebody_else_has_is_said_and_merges_nobody(
    university: Any, client: Client, caplog: Any
) -> None:
    person = university.has("amira-8", **AMIRA)
    university.sign_in(client, person)
    amira = User.objects.get()
    other = people.person("other", "Omar Other")
    EmailAddress.objects.filter(user=other).update(email="omar@uni.example")
    User.objects.filter(pk=other.pk).update(email="omar@uni.example")
    university.has(person, **{**AMIRA, "email": "omar@uni.example"})
    again = Client()
    with caplog.at_level(logging.WARNING):
        university.sign_in(again, person)
    amira.refresh_from_db()
    assert amira.email == "amira@uni.example"
    assert "another account here has it" in again.get("/accounts/").content.decode()
    assert str(amira.uuid) in caplog.text
    assert "omar@" not in caplog.text


def test_a_new_address_that_could_not_be_taken_over_is_tried_again(
    university: Any, client: Client
) -> None:
    person = university.has("amira-20", **AMIRA)
    university.sign_in(client, person)
    amira = User.objects.get()
    other = people.person("other", "Omar Other")
    EmailAddress.objects.filter(user=other).update(email="a.cole@uni.example")
    university.has(person, **{**AMIRA, "email": "a.cole@uni.example"})
    for _ in range(2):  # each time until it is free
        again = Client()
        university.sign_in(again, person)
        assert "another account here has it" in again.get("/accounts/").content.decode()
    EmailAddress.objects.filter(user=other).update(email="other@example.org")
    university.sign_in(Client(), person)
    assert verified_address(amira) == "a.cole@uni.example"
    EmailAddress.objects.filter(user=amira).update(email="mine@example.org")
    User.objects.filter(pk=amira.pk).update(email="mine@example.org")
    university.sign_in(Client(), person)  # taken over once, so what she changes is not undone
    assert verified_address(amira) == "mine@example.org"


def test_a_new_address_is_taken_over_once_the_provider_has_verified_it(
    university: Any, client: Client
) -> None:
    person = university.has("amira-21", **AMIRA)
    university.sign_in(client, person)
    for verified in (False, True):
        said = {"email": "a.cole@uni.example", "email_verified": verified}
        university.has(person, **{**AMIRA, **said})
        university.sign_in(Client(), person)
        assert (User.objects.get().email == "a.cole@uni.example") is verified


def test_a_student_number_of_somebody_else_is_logged_without_saying_whose(
    university: Any, lena: Any, client: Client, caplog: Any
) -> None:
    User.objects.filter(pk=lena.pk).update(student_number="U123")
    with caplog.at_level(logging.WARNING):
        university.sign_in(client, university.has("amira-9", **AMIRA))
    amira = User.objects.exclude(pk=lena.pk).get()
    assert amira.student_number == ""
    assert "one student number" in caplog.text
    assert "U123" not in caplog.text
    assert "Amira" not in caplog.text


# ── Accounts that were there before ───────────────────────────────────────
@pytest.fixture
def amira_here(db: Any) -> User:
    """An account with a password and Amira's university address."""
    user = people.person("amira", "Amira Haddad")
    User.objects.filter(pk=user.pk).update(email="amira@uni.example")
    EmailAddress.objects.filter(user=user).update(email="amira@uni.example")
    user.refresh_from_db()
    return user


def test_an_invited_persons_account_is_found_by_a_trusted_address(
    university: Any, amira_here: User, client: Client
) -> None:
    university.sign_in(client, university.has("amira-10", **AMIRA))
    assert is_in(client)
    assert User.objects.count() == 1
    assert SocialAccount.objects.get().user == amira_here


def test_what_the_provider_says_counts_from_the_first_sign_in_into_an_invited_account(
    university: Any, amira_here: User, client: Client
) -> None:
    User.objects.filter(pk=amira_here.pk).update(profession=None)
    person = university.has("amira-19", **AMIRA, groups=["staff-gp"])
    assert university.sign_in(client, person)["Location"] == "/cms/"
    amira_here.refresh_from_db()
    assert [group.name for group in amira_here.groups.all()] == ["Tutors"]
    assert (amira_here.student_number, str(amira_here.profession)) == ("U123", "Medical student")
    assert amira_here.is_staff


@pytest.mark.parametrize(
    ("verified", "trusted"), [(False, ["uni.example"]), (True, []), (True, ["example"])]
)
def test_an_address_that_is_not_verified_or_not_the_providers_never_links(
    verified: bool, trusted: list[str], university: Any, amira_here: User, settings: Any
) -> None:
    settings.OIDC = university.settings(trusted_domains=trusted)
    client = Client()
    person = university.has("amira-11", **{**AMIRA, "email_verified": verified})
    university.sign_in(client, person)
    assert not is_in(client)
    assert not SocialAccount.objects.exists()
    assert User.objects.count() == 1
    assert "you have an account already" in mail.outbox[0].subject


def test_an_administrator_of_everything_is_never_linked_by_address(
    university: Any, amira_here: User, client: Client
) -> None:
    User.objects.filter(pk=amira_here.pk).update(is_superuser=True)
    university.sign_in(client, university.has("amira-12", **AMIRA))
    assert not is_in(client)
    assert not SocialAccount.objects.exists()


def test_an_account_that_is_one_persons_is_not_linked_to_a_second(
    university: Any, amira_here: User, client: Client
) -> None:
    university.sign_in(client, university.has("amira-13", **AMIRA))
    other = Client()
    university.sign_in(other, university.has("amira-13b", **AMIRA))
    assert not is_in(other)
    assert SocialAccount.objects.count() == 1


def test_who_is_signed_in_connects_their_account(
    university: Any, lena: Any, client: Client
) -> None:
    sign_in(client, lena)
    page = client.get("/accounts/sso/").content.decode()
    assert "Connect Test University" in page
    about = {**AMIRA, "email": "lena@elsewhere.example", "groups": ["staff-gp"]}
    person = university.has("lena-1", **about)
    university.sign_in(client, person, "/accounts/oidc/sso/login/?process=connect")
    assert SocialAccount.objects.get().user == lena
    lena.refresh_from_db()
    assert lena.student_number == "U123"  # at once, not only when they next come from there
    assert [group.name for group in lena.groups.all()] == ["Tutors"]
    other = Client()
    university.sign_in(other, person)
    assert is_in(other)
    lena.refresh_from_db()
    assert (lena.full_name, lena.email) == ("Lena Okoro", "lena@example.org")
    assert User.objects.count() == 1


def test_an_account_at_the_provider_belongs_to_one_person_here(
    university: Any, lena: Any, cora: Any
) -> None:
    person = university.has("lena-2", **AMIRA)
    for user in (lena, cora):
        client = Client()
        sign_in(client, user)
        university.sign_in(client, person, "/accounts/oidc/sso/login/?process=connect")
    assert SocialAccount.objects.get().user == lena


def test_one_without_a_password_cannot_lock_themself_out(university: Any, client: Client) -> None:
    university.sign_in(client, university.has("amira-14", **AMIRA))
    account = SocialAccount.objects.get()
    answer = client.post("/accounts/sso/", {"account": account.pk})
    assert "Choose a password first" in answer.content.decode()
    assert SocialAccount.objects.exists()


# ── Groups and factors ────────────────────────────────────────────────────
def test_the_listed_groups_follow_the_provider_and_no_other_does(
    university: Any, client: Client
) -> None:
    person = university.has("gp-1", **AMIRA, groups=["staff-gp", "Administrators", "superuser"])
    university.sign_in(client, person)
    user = User.objects.get()
    assert [group.name for group in user.groups.all()] == ["Tutors"]
    assert user.is_staff
    assert not user.is_superuser
    user.groups.add(Group.objects.get(name="Course leads"))
    university.has(person, **AMIRA, groups=[])
    university.sign_in(Client(), person)
    assert [group.name for group in user.groups.all()] == ["Course leads"]
    university.has(person, **AMIRA)  # nothing said about groups
    university.sign_in(Client(), person)
    assert [group.name for group in user.groups.all()] == ["Course leads"]


@pytest.mark.parametrize(
    ("said", "acr", "counts"),
    [
        ({"amr": ["pwd", "mfa"]}, [], True),
        ({"amr": ["hwk"]}, [], True),
        ({"amr": ["pwd"]}, [], False),
        ({}, [], False),
        ({"acr": "urn:test:two-factors"}, ["urn:test:two-factors"], True),
        ({"acr": "urn:test:two-factors"}, [], False),
    ],
)
def test_the_providers_own_second_factor_counts_for_the_session(
    said: dict[str, Any], acr: list[str], counts: bool, university: Any, settings: Any
) -> None:
    settings.STAFF_MFA_REQUIRED = True
    settings.OIDC = university.settings(factor_acr=acr)
    person = university.has("gp-2", **AMIRA, groups=["staff-gp"], **said)
    client = Client()
    university.sign_in(client, person)
    assert (client.get("/cms/").status_code == 200) is counts


def test_who_has_a_factor_here_shows_it_unless_the_provider_has_asked_for_one(
    university: Any, amira_here: User
) -> None:
    factors.give_app(amira_here)
    person = university.has("amira-15", **AMIRA, amr=["pwd"])
    client = Client()
    assert university.sign_in(client, person)["Location"] == "/accounts/2fa/authenticate/"
    answer = client.post("/accounts/2fa/authenticate/", {"code": factors.code()})
    assert answer["Location"] == "/dashboard/"
    university.has(person, **AMIRA, amr=["mfa"])
    assert university.sign_in(Client(), person)["Location"] == "/dashboard/"


# ── What goes wrong ───────────────────────────────────────────────────────
def test_an_answer_to_somebody_elses_question_signs_nobody_in(university: Any) -> None:
    victim, attacker = Client(), Client()
    address = university.answer(attacker, university.has("amira-16", **AMIRA))
    answer = victim.get(address)
    assert answer.status_code == 401
    assert "Signing in did not work" in answer.content.decode()
    assert not is_in(victim)


def test_stopping_at_the_provider_is_said_plainly(university: Any, client: Client) -> None:
    answer = client.get(university.answer(client, ""))
    assert answer["Location"] == "/accounts/sso/login/cancelled/"
    assert "You are not signed in" in client.get(answer["Location"]).content.decode()


def test_the_address_adds_nothing_to_what_is_asked_of_the_provider(
    university: Any, client: Client
) -> None:
    path = "/accounts/oidc/sso/login/?scope=admin&auth_params=prompt%3Dnone&process=redirect"
    there = client.get(path)["Location"]
    assert "admin" not in there
    assert "prompt" not in there
    assert "code_challenge_method=S256" in there
    assert "nonce=" in there


def test_without_a_provider_there_is_none(client: Client) -> None:
    assert "Sign in with" not in client.get("/accounts/login/").content.decode().split("passkey")[0]
    assert client.get("/accounts/oidc/sso/login/").status_code == 404
    assert client.get("/accounts/oidc/sso/login/callback/").status_code == 404


def test_nothing_more_than_needed_is_kept_of_what_was_said(university: Any, client: Client) -> None:
    university.sign_in(client, university.has("amira-17", **AMIRA, groups=["a", "b"]))
    kept = SocialAccount.objects.get()
    assert set(kept.extra_data) == {"iss", "sub", "name", "email"}
    assert len(kept.uid) == 64  # a hash of issuer and subject


@pytest.mark.parametrize("issuer", ["localhost", "127.0.0.1:9"])
def test_a_provider_that_is_away_or_another_one_is_said_plainly(
    issuer: str, university: Any, settings: Any, client: Client
) -> None:
    """At the first address is an issuer by another name, at the second nobody."""
    changed = university.issuer.replace("127.0.0.1", issuer) if issuer == "localhost" else ""
    settings.OIDC = university.settings(issuer=changed or f"http://{issuer}")
    answer = client.get("/accounts/oidc/sso/login/")
    assert answer.status_code == 502
    assert "Signing in did not work" in answer.content.decode()


def test_signing_in_costs_as_many_queries_among_many_people_as_among_few(university: Any) -> None:
    person = university.has("amira-18", **AMIRA)
    university.sign_in(Client(), person)
    counts = []
    for name in ("first", "second", "third"):
        people.person(name, "More People")
        UserSession.objects.all().delete()  # allauth looks at each of a person's own sessions
        client = Client()
        address = university.answer(client, person)
        with CaptureQueriesContext(connection) as queries:
            client.get(address)
        counts.append(len(queries))
    assert counts[0] == counts[2]
