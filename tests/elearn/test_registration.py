"""Who may make an account, and how often anything may be tried."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

from curriculum.models import Profession, User
from tests import factories, oidc, people
from tests.people import PASSWORD

pytestmark = pytest.mark.django_db

AMIRA = {"name": "Amira Haddad", "email_verified": True, "role": "medic"}


def sign_up(client: Client, email: str, **fields: Any) -> Any:
    about = {
        "full_name": "Maya Lindholm",
        "email": email,
        "profession": Profession.objects.get(name="Medical student").pk,
        "password1": PASSWORD,
        "password2": PASSWORD,
    }
    return client.post("/accounts/signup/", {**about, **fields})


@pytest.fixture
def join_link() -> str:
    cohort = people.cohort(factories.programme([factories.reading()]))
    return f"/join/{cohort.join_code}/"


# ── By invitation ─────────────────────────────────────────────────────────
@pytest.fixture
def by_invitation(settings: Any) -> None:
    settings.REGISTRATION = "invitation"


@pytest.mark.usefixtures("by_invitation")
def test_without_an_invitation_no_account_is_made_and_the_page_says_how_to_get_one(
    client: Client,
) -> None:
    page = client.get("/accounts/signup/").content.decode()
    assert "You need an invitation" in page
    assert "join link that your course lead gave you" in page
    sign_up(client, "maya@example.org")
    assert not User.objects.exists()
    assert "Make an account" not in client.get("/accounts/login/").content.decode()


@pytest.mark.usefixtures("by_invitation")
@pytest.mark.parametrize("onward", ["/join/WRONG-CODE/", "/dashboard/", "https://evil.example/"])
def test_another_link_is_no_invitation(onward: str, client: Client) -> None:
    page = client.get("/accounts/signup/", {"next": onward}).content.decode()
    assert "You need an invitation" in page
    sign_up(client, "maya@example.org", next=onward)
    assert not User.objects.exists()


@pytest.mark.usefixtures("by_invitation")
def test_a_join_link_is_an_invitation(join_link: str, client: Client) -> None:
    asked = client.get(join_link, follow=True).content.decode()
    assert "Make an account" in asked
    form = client.get("/accounts/signup/", {"next": join_link}).content.decode()
    assert f'value="{join_link}"' in form
    sign_up(client, "maya@example.org", next=join_link)
    assert User.objects.filter(email="maya@example.org").exists()


# ── Certain addresses ─────────────────────────────────────────────────────
@pytest.fixture
def by_domain(settings: Any) -> None:
    settings.REGISTRATION = "domains"
    settings.REGISTRATION_DOMAINS = ["uni.example", "med.uni.example"]


@pytest.mark.usefixtures("by_domain")
@pytest.mark.parametrize(
    "email", ["maya@example.org", "maya@evil-uni.example", "maya@uni.example.org"]
)
def test_an_address_of_another_domain_is_refused_at_its_field(email: str, client: Client) -> None:
    page = sign_up(client, email).content.decode()
    assert "Use your address that ends in @uni.example or @med.uni.example." in page
    assert f'value="{email}"' in page
    assert 'value="Maya Lindholm"' in page
    assert not User.objects.exists()


@pytest.mark.usefixtures("by_domain")
def test_an_address_of_a_listed_domain_signs_up_in_any_case(client: Client) -> None:
    sign_up(client, "Maya@UNI.example")
    assert User.objects.get().email == "maya@uni.example"


@pytest.mark.usefixtures("by_domain")
def test_a_join_link_lets_other_addresses_in_too(join_link: str, client: Client) -> None:
    sign_up(client, "maya@example.org", next=join_link)
    assert User.objects.get().email == "maya@example.org"


# ── With the identity provider ────────────────────────────────────────────
@pytest.fixture(scope="module")
def server() -> Iterator[oidc.University]:
    with oidc.running("http://testserver") as found:
        yield found


@pytest.mark.parametrize(
    ("mode", "email", "lets_in"),
    [
        ("open", "amira@uni.example", True),
        ("domains", "amira@uni.example", True),
        ("domains", "amira@else.example", False),
        ("invitation", "amira@uni.example", False),
    ],
)
def test_newcomers_from_the_provider_follow_the_same_rule(
    mode: str, email: str, lets_in: bool, server: oidc.University, settings: Any, client: Client
) -> None:
    settings.OIDC = server.settings(trusted_domains=["uni.example", "else.example"])
    settings.REGISTRATION, settings.REGISTRATION_DOMAINS = mode, ["uni.example"]
    answer = server.sign_in(client, server.has(f"{mode}-{email[6:9]}", **AMIRA, email=email))
    assert User.objects.exists() is lets_in
    if not lets_in:
        assert "You need an invitation" in answer.content.decode()


def test_who_comes_from_the_provider_by_a_join_link_is_let_in(
    server: oidc.University, settings: Any, join_link: str, client: Client
) -> None:
    settings.OIDC, settings.REGISTRATION = server.settings(), "invitation"
    start = f"/accounts/oidc/sso/login/?next={join_link}"
    answer = server.sign_in(client, server.has("join", **AMIRA, email="j@uni.example"), start)
    assert answer["Location"] == join_link
    assert User.objects.filter(email="j@uni.example").exists()


def test_who_has_an_account_comes_in_whatever_the_mode(
    server: oidc.University, settings: Any, lena: Any
) -> None:
    settings.OIDC = server.settings(trusted_domains=["example.org"])
    settings.REGISTRATION = "invitation"
    client = Client()
    server.sign_in(client, server.has("lena", **AMIRA, email=lena.email))
    assert client.get("/dashboard/").status_code == 200


# ── Limits ────────────────────────────────────────────────────────────────
def test_a_lecture_hall_joins_and_signs_in_from_one_address(join_link: str, client: Client) -> None:
    assert {client.get(join_link).status_code for _ in range(60)} == {302}
    answers = [
        client.post("/accounts/login/", {"login": f"{n}@x.org", "password": "x"}) for n in range(50)
    ]
    assert {answer.status_code for answer in answers} == {200}


def test_wrong_join_codes_are_tried_only_so_often(join_link: str, client: Client) -> None:
    codes = [client.get(f"/join/AAAA-{number:04}/").status_code for number in range(21)]
    assert codes == [404] * 20 + [429]
    assert client.get(join_link).status_code == 429  # from this address, for a minute
    assert Client(REMOTE_ADDR="192.0.2.7").get(join_link).status_code == 302


@pytest.mark.parametrize(
    ("path", "fields", "limit"),
    [
        ("/accounts/password/reset/", {"email": "nobody@example.org"}, 5),
        ("/verify/AAAA-BBBB-CCCC/", None, 30),
        ("/accounts/login/", {"login": "x@example.org", "password": "x"}, 300),
        ("/accounts/signup/", {"email": "x"}, 200),
    ],
)
def test_what_is_tried_too_often_is_refused_in_the_sites_look(
    path: str, fields: dict[str, str] | None, limit: int, client: Client
) -> None:
    for _ in range(limit):
        answer = client.post(path, fields) if fields else client.get(path)
        assert answer.status_code != 429
    answer = client.post(path, fields) if fields else client.get(path)
    assert answer.status_code == 429
    assert answer["Retry-After"]
    page = answer.content.decode()
    assert "Too many attempts" in page
    assert 'class="masthead"' in page


def test_guessing_one_accounts_password_is_stopped_from_wherever(lena: Any) -> None:
    for number in range(5):
        client = Client(REMOTE_ADDR=f"192.0.2.{number}")
        client.post("/accounts/login/", {"login": lena.email, "password": "wrong"})
    other = Client(REMOTE_ADDR="192.0.2.99")
    answer = other.post("/accounts/login/", {"login": lena.email, "password": PASSWORD})
    assert "Too many failed" in answer.content.decode()
