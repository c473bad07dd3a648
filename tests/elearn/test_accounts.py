"""Signing up, in and out; sessions; the ways into the admin."""

import re
from pathlib import Path
from typing import Any

import allauth.account
import pytest
from django.conf import settings
from django.contrib.auth.models import Group, Permission
from django.core import mail
from django.core.cache import cache
from django.test import Client

from cms.models.settings import SiteSettings
from curriculum.domain.people import works_here
from curriculum.models import Profession, User
from elearn.templatetags.elearn import device
from tests import factories, people
from tests.people import PASSWORD

pytestmark = pytest.mark.django_db

PARTS = ("subject", "message")
NEW = {
    "full_name": "Maya Lindholm",
    "email": "Maya@Example.ORG",
    "student_number": "CG 1234",
    "password1": PASSWORD,
    "password2": PASSWORD,
}


def sign_up(client: Client, **fields: Any) -> Any:
    student = Profession.objects.get(name="Social work student")
    return client.post("/accounts/signup/", {**NEW, "profession": student.pk, **fields})


def sign_in(client: Client, user: User, password: str = PASSWORD, **fields: Any) -> Any:
    return client.post("/accounts/login/", {"login": user.email, "password": password, **fields})


def link_in(message: Any) -> str:
    match = re.search(r"http://testserver(/\S+)", message.body)
    assert match
    return match[1]


def test_a_new_learner_confirms_their_address_and_is_in(client: Client) -> None:
    response = sign_up(client)
    assert response["Location"] == "/accounts/confirm-email/"
    user = User.objects.get()
    assert (user.email, user.full_name) == ("maya@example.org", "Maya Lindholm")
    assert (str(user.profession), user.student_number) == ("Social work student", "CG 1234")
    assert not user.is_staff
    assert client.get("/dashboard/").status_code == 302  # not before the address is confirmed
    link = link_in(mail.outbox[0])
    assert b"Confirm your e-mail address" in client.get(link).content
    response = client.post(link, follow=True)
    assert response.redirect_chain[-1][0] == "/dashboard/"


def test_an_unconfirmed_address_does_not_get_in(client: Client) -> None:
    sign_up(client)
    other = Client()
    response = sign_in(other, User.objects.get())
    assert response["Location"] == "/accounts/confirm-email/"
    assert other.get("/dashboard/").status_code == 302


@pytest.mark.parametrize(
    ("fields", "field", "said"),
    [
        ({"full_name": "  "}, "full_name", "Enter your full name."),
        ({"full_name": "\u202e"}, "full_name", "Enter your full name."),
        ({"profession": ""}, "profession", "Choose what fits best."),
        ({"email": ""}, "email", "Enter your e-mail address."),
        ({"email": "nonsense"}, "email", "such as name@example.org"),
        ({"student_number": "=1+1"}, "student_number", "letters, digits"),
        ({"password2": "different"}, "password2", "same password"),
        ({"password1": "short", "password2": "short"}, "password1", "too short"),
    ],
)
def test_errors_are_said_at_the_field_and_what_was_typed_stays(
    fields: dict[str, str], field: str, said: str, client: Client
) -> None:
    """Known failure 32: errors are not linked to fields."""
    response = sign_up(client, **fields)
    page = response.content.decode()
    assert response.status_code == 200
    assert said in " ".join(response.context["form"].errors[field])
    assert "There is a problem" in page
    assert "<title>Error: Make an account" in page
    assert "is required" not in page
    assert f'href="#id_{field}"' in page
    control = re.search(rf'<(?:input|select)[^>]*name="{field}"[^>]*>', page)
    assert control
    assert 'aria-invalid="true"' in control[0]
    assert f"id_{field}_error" in control[0]
    if field != "student_number":
        assert 'value="CG 1234"' in page
    assert not User.objects.exists()


def test_an_address_that_has_an_account_is_not_betrayed(client: Client) -> None:
    people.lena()
    known = sign_up(client, email="LENA@example.org")
    fresh = sign_up(Client())
    assert known["Location"] == fresh["Location"]
    assert "already" in mail.outbox[0].body.lower()
    assert User.objects.filter(email__iexact="lena@example.org").count() == 1


def test_capitals_in_the_address_do_not_matter(lena: Any, client: Client) -> None:
    lena.email = "LENA@EXAMPLE.ORG"
    assert sign_in(client, lena)["Location"] == "/dashboard/"


def test_the_database_refuses_the_same_address_in_other_capitals(lena: Any) -> None:
    from django.db import IntegrityError, transaction

    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.bulk_create([User(email="Lena@Example.org")])


def test_signing_in_leads_where_one_was_going_but_never_elsewhere(
    lena: Any, client: Client
) -> None:
    assert sign_in(client, lena, next="/accounts/profile/")["Location"] == "/accounts/profile/"
    evil = sign_in(Client(), lena, next="https://evil.example/")
    assert evil["Location"] == "/dashboard/"


def test_guessing_passwords_is_slowed_down(lena: Any, client: Client) -> None:
    codes = [sign_in(client, lena, "wrong").status_code for _ in range(12)]
    assert codes[0] == 200
    assert b"Too many failed login attempts" in sign_in(client, lena).content or 429 in codes


def test_a_whole_class_behind_our_proxy_signs_in_at_the_same_minute(settings: Any) -> None:
    """The limits count each client's address, not the proxy's."""
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    answers = []
    for number in range(40):
        client = Client(headers={"x-forwarded-for": f"192.0.2.{number}"})
        answers.append(client.post("/accounts/login/", {"login": "x", "password": "x"}).status_code)
    assert answers == [200] * 40


def test_a_forgotten_password_is_reset_by_mail(lena: Any, client: Client) -> None:
    client.post("/accounts/password/reset/", {"email": lena.email})
    link = link_in(mail.outbox[0])
    form = client.get(link, follow=True)
    path = form.redirect_chain[-1][0]
    client.post(path, {"password1": "another long phrase", "password2": "another long phrase"})
    assert sign_in(Client(), lena).status_code == 200
    assert sign_in(Client(), lena, "another long phrase").status_code == 302


def test_a_reset_for_an_unknown_address_says_the_same(client: Client) -> None:
    response = client.post("/accounts/password/reset/", {"email": "nobody@example.org"})
    assert response["Location"] == "/accounts/password/reset/done/"


def test_changing_the_password_ends_the_other_sessions(lena: Any, client: Client) -> None:
    """Known failure 30: a password change leaves other sessions signed in."""
    elsewhere = Client()
    sign_in(client, lena)
    sign_in(elsewhere, lena)
    assert elsewhere.get("/dashboard/").status_code == 200
    new = "another long phrase"
    client.post(
        "/accounts/password/change/",
        {"oldpassword": PASSWORD, "password1": new, "password2": new},
    )
    assert elsewhere.get("/dashboard/").status_code == 302
    assert client.get("/dashboard/").status_code == 200


def test_sessions_are_listed_and_the_others_can_be_ended(lena: Any, client: Client) -> None:
    elsewhere = Client(headers={"user-agent": "A phone"})
    sign_in(client, lena)
    sign_in(elsewhere, lena)
    page = client.get("/accounts/sessions/")
    assert b"A phone" in page.content
    assert b"This device" in page.content
    client.post("/accounts/sessions/")
    assert elsewhere.get("/dashboard/").status_code == 302
    assert client.get("/dashboard/").status_code == 200


def test_signing_out_takes_a_press(lena: Any, client: Client) -> None:
    sign_in(client, lena)
    assert b"Sign out" in client.get("/accounts/logout/").content
    assert client.get("/dashboard/").status_code == 200
    assert client.post("/accounts/logout/")["Location"] == "/"
    assert client.get("/dashboard/").status_code == 302


def test_a_new_address_counts_once_it_is_confirmed(lena: Any, client: Client) -> None:
    """Known failure 29: a change of address splits a learner in two."""
    sign_in(client, lena)
    client.post("/accounts/email/", {"email": "lena.new@example.org", "action_add": ""})
    lena.refresh_from_db()
    assert lena.email == "lena@example.org"
    confirm = next(m for m in mail.outbox if "lena.new@example.org" in m.to)
    client.post(link_in(confirm))
    lena.refresh_from_db()
    assert lena.email == "lena.new@example.org"
    assert User.objects.count() == 1


def test_people_change_their_own_details(lena: Any, client: Client) -> None:
    client.force_login(lena)
    nurse = Profession.objects.get(name="Nursing student")
    posted = {
        "full_name": "Lena Okoro-Bell",
        "certificate_name": "L. Okoro-Bell",
        "profession": nurse.pk,
        "student_number": "",
    }
    assert client.post("/accounts/profile/", posted)["Location"] == "/accounts/"
    lena.refresh_from_db()
    assert (lena.full_name, lena.name_to_print) == ("Lena Okoro-Bell", "L. Okoro-Bell")
    bad = client.post("/accounts/profile/", {**posted, "full_name": ""})
    assert b"There is a problem" in bad.content
    assert b'value="L. Okoro-Bell"' in bad.content


@pytest.mark.parametrize(
    "path",
    [
        "/accounts/login/",
        "/accounts/signup/",
        "/accounts/password/reset/",
        "/accounts/password/reset/done/",
        "/accounts/password/reset/key/done/",
        "/accounts/confirm-email/",
        "/accounts/inactive/",
    ],
)
def test_every_account_page_has_the_sites_own_look(path: str, client: Client) -> None:
    page = client.get(path).content.decode()
    assert 'class="masthead"' in page
    assert "site.css" in page
    assert "style=" not in page


@pytest.mark.parametrize(
    "path",
    [
        "/accounts/",
        "/accounts/profile/",
        "/accounts/email/",
        "/accounts/password/change/",
        "/accounts/sessions/",
        "/accounts/logout/",
    ],
)
def test_every_page_of_ones_own_account_asks_to_sign_in(
    path: str, lena: Any, client: Client
) -> None:
    if path != "/accounts/logout/":
        assert client.get(path).status_code == 302
    client.force_login(lena)
    page = client.get(path).content.decode()
    assert 'class="masthead"' in page
    assert "style=" not in page


# ── Mail in our own words ─────────────────────────────────────────────────
@pytest.fixture
def named(db: Any) -> None:
    """A site with a name of its own."""
    SiteSettings.objects.update_or_create(pk=1, defaults={"site_name": "Care & Cure"})
    cache.clear()


def asked_for_reset(client: Client, user: User) -> None:
    client.post("/accounts/password/reset/", {"email": user.email})


def asked_for_reset_without_account(client: Client, user: User) -> None:
    client.post("/accounts/password/reset/", {"email": "nobody@example.org"})


def signed_up_again(client: Client, user: User) -> None:
    sign_up(client, email=user.email)


def signed_up_anew(client: Client, user: User) -> None:
    sign_up(client)


def asked_for_another_address(client: Client, user: User) -> None:
    sign_in(client, user)
    client.post("/accounts/email/", {"email": "lena.new@example.org", "action_add": ""})


@pytest.mark.parametrize(
    ("act", "subject", "said"),
    [
        (
            signed_up_anew,
            "Confirm your e-mail address to finish signing up to Care & Cure",
            "/accounts/confirm-email/",
        ),
        (
            asked_for_another_address,
            "Confirm your e-mail address for Care & Cure",
            "/accounts/confirm-email/",
        ),
        (asked_for_reset, "Choose a new password for Care & Cure", "/accounts/password/reset/key/"),
        (
            asked_for_reset_without_account,
            "Sign up to Care & Cure, or try another address",
            "/accounts/signup/",
        ),
        (
            signed_up_again,
            "Sign in to Care & Cure: you have an account already",
            "/accounts/password/reset/",
        ),
    ],
)
def test_each_mail_says_what_to_do_in_the_name_of_the_site(
    act: Any, subject: str, said: str, named: None, lena: Any, client: Client
) -> None:
    act(client, lena)
    message = mail.outbox[0]
    assert message.subject == subject
    assert said in link_in(message)
    assert message.body.strip().endswith("Care & Cure")
    words = re.sub(r"http://\S+", "", message.body)
    assert not re.search(r"email|!|testserver|&amp;", words)


def test_there_are_words_of_ours_for_every_notice_that_could_be_switched_on() -> None:
    theirs = Path(allauth.account.__file__).parent.parent / "templates" / "account" / "email"
    ours = Path(settings.BASE_DIR) / "elearn" / "templates" / "account" / "email"
    by_code = {f"{n}_{p}.txt" for n in ("login_code", "password_reset_code") for p in PARTS}
    missing = {p.name for p in theirs.glob("*.txt")} - {p.name for p in ours.glob("*.txt")}
    assert missing == by_code  # signing in by code is not offered


def test_the_address_is_called_the_same_everywhere(lena: Any, client: Client) -> None:
    for path in ("/accounts/login/", "/accounts/signup/", "/accounts/password/reset/"):
        assert b"E-mail address</label>" in client.get(path).content
    client.force_login(lena)
    assert b"New e-mail address</label>" in client.get("/accounts/email/").content
    assert b"Current password</label>" in client.get("/accounts/password/change/").content


@pytest.mark.parametrize(
    ("user_agent", "said"),
    [
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
            "Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0",
            "Edge on Windows",
        ),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 "
            "(KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1",
            "Safari on iPhone",
        ),
        (
            "Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) "
            "Chrome/140.0.0.0 Mobile Safari/537.36",
            "Chrome on Android",
        ),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox on"),
        ("", "An unknown device"),
    ],
)
def test_devices_are_called_what_people_call_them(user_agent: str, said: str) -> None:
    assert device(user_agent).startswith(said)


# ── Where one lands ───────────────────────────────────────────────────────
def test_those_who_teach_here_land_where_they_teach(tom: Any, cora: Any, client: Client) -> None:
    assert sign_in(client, tom)["Location"] == "/cms/"
    assert sign_in(Client(), cora, next="/dashboard/")["Location"] == "/dashboard/"


def test_a_join_link_says_before_signing_in_what_it_joins(client: Client) -> None:
    cohort = people.cohort(factories.programme([factories.reading()]), name="Spring 2027")
    asked = client.get(f"/join/{cohort.join_code}/", follow=True)
    assert asked.redirect_chain[-1][0].startswith("/accounts/login/?next=")
    page = asked.content.decode()
    assert (
        f"Your link joins <b>Spring 2027</b>, which takes the programme <b>{cohort.programme.title}"
        in page
    )
    sign_up_at = re.search(r'href="(/accounts/signup/[^"]*)"', page)
    assert sign_up_at
    assert b"Your link joins <b>Spring 2027</b>" in client.get(sign_up_at[1]).content
    assert b"Your link joins" not in client.get("/accounts/login/?next=/dashboard/").content


@pytest.mark.parametrize("signed_in", [True, False])
def test_a_wrong_join_code_says_so_and_what_to_do(
    signed_in: bool, lena: Any, client: Client
) -> None:
    if signed_in:
        client.force_login(lena)
    response = client.get("/join/ABC<b>/")
    assert response.status_code == 404
    assert b"This join link does not work" in response.content
    assert b"ABC&lt;b&gt;" in response.content


def test_signing_up_names_the_privacy_notice(client: Client) -> None:
    form = client.get("/accounts/signup/").content.decode().split("<form")[1].split("</form>")[0]
    assert 'href="/privacy/"' in form


# ── Roles ─────────────────────────────────────────────────────────────────
def test_the_roles_are_there_with_what_each_needs() -> None:
    found = {
        group.name: set(group.permissions.values_list("codename", flat=True))
        for group in Group.objects.all()
    }
    assert set(found) == {
        "Tutors",
        "GP reviewers",
        "Social work reviewers",
        "Course leads",
        "Administrators",
        "Directory editors",
    }
    assert all("access_admin" in permissions for permissions in found.values())
    assert {"add_cohort", "change_cohort", "view_cohort"} <= found["Course leads"]
    assert "see_every_cohort" not in found["Course leads"]
    assert {"add_user", "change_sitesettings", "see_every_cohort"} <= found["Administrators"]
    assert "add_user" not in found["Tutors"]


def test_the_way_to_the_authors_side_follows_the_groups(lena: Any) -> None:
    tutors = Group.objects.get(name="Tutors")

    def is_staff() -> bool:
        return User.objects.get(pk=lena.pk).is_staff

    assert not is_staff()
    lena.groups.add(tutors)
    assert is_staff()
    tutors.user_set.remove(lena)
    assert not is_staff()
    lena.is_superuser = True
    lena.save()
    assert is_staff()
    lena.is_active = False
    lena.save()
    assert not is_staff()


def test_the_way_to_the_authors_side_follows_what_a_group_may_do(lena: Any) -> None:
    group = Group.objects.create(name="Visitors")
    lena.groups.add(group)
    access = Permission.objects.get(codename="access_admin")
    for change, works in ((group.permissions.add, True), (group.permissions.remove, False)):
        change(access)
        lena = User.objects.get(pk=lena.pk)
        assert (lena.is_staff, works_here(lena)) == (works, works)


# ── The ways into the admin ───────────────────────────────────────────────
@pytest.mark.parametrize(
    ("path", "leads_to"),
    [
        ("/cms/login/", "/accounts/login/"),
        ("/cms/logout/", "/accounts/logout/"),
        ("/cms/password_reset/", "/accounts/password/reset/"),
        ("/cms/password_reset/done/", "/accounts/password/reset/"),
        ("/cms/password_reset/confirm/x/y/", "/accounts/password/reset/"),
        ("/cms/", "/cms/login/"),
    ],
)
def test_wagtails_own_ways_in_lead_to_allauths(path: str, leads_to: str, client: Client) -> None:
    assert client.get(path)["Location"].split("?")[0] == leads_to


def test_wagtails_login_takes_no_password(tom: Any, client: Client) -> None:
    response = client.post("/cms/login/", {"username": tom.email, "password": PASSWORD})
    assert response.status_code == 302
    assert client.get("/cms/").status_code == 302


def test_staff_come_in_through_allauth(tom: Any, client: Client) -> None:
    asked = client.get("/cms/", follow=True)
    assert asked.redirect_chain[-1][0] == "/accounts/login/?next=%2Fcms%2F"
    assert sign_in(client, tom, next="/cms/")["Location"] == "/cms/"
    assert client.get("/cms/").status_code == 200


def test_a_learner_at_the_admin_is_told_and_not_sent_in_circles(lena: Any, client: Client) -> None:
    client.force_login(lena)
    response = client.get("/cms/", follow=True)
    assert response.status_code == 403
    assert b"for those who teach here" in response.content
    assert len(response.redirect_chain) == 1
