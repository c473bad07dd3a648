"""Passkeys, apps and recovery codes; who needs one; and the way back in when it is lost."""

import re
from typing import Any
from unittest import mock

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import decrypt
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from wagtail.models import ModelLogEntry

from curriculum.domain import factors as domain
from curriculum.domain.errors import Refused
from curriculum.models import User
from tests import factors
from tests.people import PASSWORD

pytestmark = pytest.mark.django_db


def sign_in(client: Client, user: Any, **fields: Any) -> Any:
    return client.post(
        "/accounts/login/", {"login": user.email, "password": PASSWORD, **fields}, follow=True
    )


def set_up_app(client: Client) -> Any:
    """Through the page, as people do."""
    page = client.get("/accounts/2fa/totp/activate/")
    secret = page.context["form"].secret
    # allauth notes it once the transaction is through, which a test's never is.
    with mock.patch("django.db.transaction.on_commit", lambda work, **kwargs: work()):
        done = client.post("/accounts/2fa/totp/activate/", {"code": factors.code(secret)})
    return client.get(done["Location"])


# ── For everybody ─────────────────────────────────────────────────────────
def test_a_learner_sets_up_an_app_and_from_then_on_enters_its_code(lena: Any) -> None:
    client = Client()
    sign_in(client, lena)
    done = set_up_app(client)
    assert "Your recovery codes" in done.content.decode()
    assert len(re.findall(r"<li><code>", done.content.decode())) == 10
    assert "authenticator app" in mail.outbox[-1].body
    other = Client()
    asked = sign_in(other, lena)
    assert asked.redirect_chain[-1][0] == "/accounts/2fa/authenticate/"
    assert other.get("/dashboard/").status_code == 302  # the password alone does not let in
    wrong = other.post("/accounts/2fa/authenticate/", {"code": "000000"})
    assert "This code is not right." in wrong.content.decode()
    kept = Authenticator.objects.get(user=lena, type="totp").data["secret"]
    code = factors.code(decrypt(kept))
    assert other.post("/accounts/2fa/authenticate/", {"code": code})["Location"] == "/dashboard/"


def test_a_recovery_code_lets_in_once(lena: Any) -> None:
    factors.give_app(lena)
    recovery = Authenticator.objects.get(user=lena, type="recovery_codes").wrap()
    code = recovery.get_unused_codes()[0]
    for answer in ("/dashboard/", None):
        client = Client()
        sign_in(client, lena)
        response = client.post("/accounts/2fa/authenticate/", {"code": code})
        assert response.get("Location") == answer


def test_secrets_are_not_kept_in_clear(lena: Any) -> None:
    factors.give_app(lena)
    kept = str(list(Authenticator.objects.values_list("data", flat=True)))
    assert factors.SECRET not in kept


def test_a_changed_secret_key_fits_no_code_and_breaks_nothing(lena: Any, settings: Any) -> None:
    factors.give_app(lena)
    settings.SECRET_KEY = "another" * 10
    client = Client()
    sign_in(client, lena)
    response = client.post("/accounts/2fa/authenticate/", {"code": factors.code()})
    assert response.status_code == 200
    settings.SECRET_KEY_FALLBACKS = ["only-for-tests-" + "x" * 50]
    response = client.post("/accounts/2fa/authenticate/", {"code": factors.code()})
    assert response.status_code == 302


def test_guessing_codes_is_slowed_down(lena: Any) -> None:
    factors.give_app(lena)
    client = Client()
    sign_in(client, lena)
    for _ in range(6):
        answer = client.post("/accounts/2fa/authenticate/", {"code": "000000"})
    assert "Too many failed" in answer.content.decode()


@pytest.mark.parametrize(
    ("path", "heading"),
    [
        ("/accounts/2fa/", "Passkeys and two-step sign-in"),
        ("/accounts/2fa/totp/activate/", "Set up an authenticator app"),
        ("/accounts/2fa/webauthn/", "Your passkeys"),
        ("/accounts/2fa/webauthn/add/", "Add a passkey"),
    ],
)
def test_the_pages_about_factors_have_the_sites_look_and_no_inline_script(
    path: str, heading: str, lena: Any
) -> None:
    client = Client()
    sign_in(client, lena)
    page = client.get(path).content.decode()
    assert f"<h1>{heading}" in page
    assert 'class="masthead"' in page
    assert not re.search(r"\sstyle=|\son[a-z]+=", page)
    scripts = re.findall(r"<script(?![^>]*\bsrc=)[^>]*>", page)
    assert all('type="application/json"' in script for script in scripts)


def test_the_pages_about_a_factor_that_one_has(lena: Any) -> None:
    client = Client()
    sign_in(client, lena)
    set_up_app(client)
    for path, said in [
        ("/accounts/2fa/", "You have 10 unused codes."),
        ("/accounts/2fa/recovery-codes/", "Your recovery codes"),
        ("/accounts/2fa/recovery-codes/generate/", "The codes that you have now stop working."),
        ("/accounts/2fa/totp/deactivate/", "Stop using the app?"),
    ]:
        assert said in client.get(path).content.decode()
    download = client.get("/accounts/2fa/recovery-codes/download/")
    assert download["Content-Disposition"] == 'attachment; filename="recovery-codes.txt"'
    assert len(re.findall(r"^\d{8}$", download.content.decode(), re.M)) == 10


# ── Those who work here ───────────────────────────────────────────────────
@pytest.fixture
def required(settings: Any) -> None:
    settings.STAFF_MFA_REQUIRED = True


@pytest.mark.usefixtures("required")
def test_staff_set_up_a_factor_before_they_see_anything_of_others_and_go_on_from_there(
    cora: Any,
) -> None:
    client = Client()
    sign_in(client, cora)
    stopped = client.get("/cms/reports/completion/?cohort=1", follow=True)
    assert stopped.redirect_chain[-1][0] == "/accounts/2fa/"
    assert "You work here, so you need a second step" in stopped.content.decode()
    done = set_up_app(client)
    assert 'href="/cms/reports/completion/?cohort=1"' in done.content.decode()
    assert client.get("/cms/reports/completion/").status_code == 200
    # From now on it is asked for when signing in, and then the teaching side is open.
    other = Client()
    sign_in(other, cora)
    kept = Authenticator.objects.get(user=cora, type="totp").data["secret"]
    code = factors.code(decrypt(kept))
    assert other.post("/accounts/2fa/authenticate/", {"code": code})["Location"] == "/cms/"
    assert other.get("/cms/").status_code == 200


@pytest.mark.usefixtures("required")
@pytest.mark.parametrize("path", ["/cms/", "/cms/reflections/", "/cms/users/", "/cms/jobs/"])
def test_no_page_of_the_teaching_side_is_open_without(path: str, ada: Any) -> None:
    client = Client()
    sign_in(client, ada)
    assert client.get(path)["Location"] == "/accounts/2fa/"
    assert client.post(path)["Location"] == "/accounts/2fa/"
    assert client.get("/accounts/").status_code == 200
    assert client.get("/dashboard/").status_code == 200


@pytest.mark.usefixtures("required")
def test_a_session_from_before_shows_the_factor_that_was_set_up_meanwhile(cora: Any) -> None:
    before = Client()
    sign_in(before, cora)
    factors.give_app(cora)
    stopped = before.get("/cms/reports/completion/")
    assert stopped["Location"].startswith("/accounts/2fa/reauthenticate/?next=%2Fcms%2Freports")
    answer = before.post(stopped["Location"], {"code": factors.code()})
    assert answer["Location"] == "/cms/reports/completion/"
    assert before.get("/cms/reports/completion/").status_code == 200


@pytest.mark.usefixtures("required")
def test_a_password_in_place_of_the_factor_has_nothing_done(ada: Any, lena: Any) -> None:
    before = Client()
    sign_in(before, ada)
    factors.give_app(ada)
    path = f"/cms/users/delete/{lena.pk}/"
    assert before.post(path)["Location"].startswith("/accounts/2fa/reauthenticate/")
    done = before.post("/accounts/reauthenticate/", {"password": PASSWORD, "next": path})
    assert done["Location"] == path
    assert before.get(path)["Location"].startswith("/accounts/2fa/reauthenticate/")
    assert User.objects.filter(pk=lena.pk).exists()


def test_a_session_without_the_factor_cannot_change_factors(lena: Any) -> None:
    """Who has stolen an old session and knows the password still adds no passkey of their own."""
    before = Client()
    sign_in(before, lena)
    factors.give_app(lena)
    for path in (
        "webauthn/add/",
        "totp/deactivate/",
        "recovery-codes/",
        "recovery-codes/generate/",
    ):
        stopped = before.get(f"/accounts/2fa/{path}")
        assert stopped["Location"].startswith("/accounts/2fa/reauthenticate/")


@pytest.mark.usefixtures("required")
def test_a_learner_at_the_teaching_side_is_told_and_not_asked_for_a_factor(lena: Any) -> None:
    client = Client()
    sign_in(client, lena)
    answer = client.get("/cms/", follow=True)
    assert answer.status_code == 403
    assert b"for those who teach here" in answer.content


@pytest.mark.usefixtures("required")
def test_staff_keep_their_last_factor(cora: Any) -> None:
    client = Client()
    sign_in(client, cora)
    set_up_app(client)
    answer = client.post("/accounts/2fa/totp/deactivate/")
    assert "Add another before you remove this one." in answer.content.decode()
    assert Authenticator.objects.filter(user=cora, type="totp").exists()


def test_without_the_setting_staff_come_in_as_before(cora: Any) -> None:
    client = Client()
    assert sign_in(client, cora).redirect_chain[-1][0] == "/cms/"


@pytest.mark.usefixtures("required")
def test_the_gate_costs_no_query_once_the_factor_is_shown(cora: Any, settings: Any) -> None:
    client = Client()
    sign_in(client, cora)
    set_up_app(client)
    client.get("/cms/sessions/")
    counts = []
    for on in (True, False):
        settings.STAFF_MFA_REQUIRED = on
        with CaptureQueriesContext(connection) as queries:
            assert client.get("/cms/sessions/").status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]


# ── Lost ──────────────────────────────────────────────────────────────────
def test_an_administrator_resets_a_lost_factor_and_it_is_on_record(
    ada: Any, cora: Any, client: Client
) -> None:
    factors.give_app(cora)
    elsewhere = Client()
    factors.sign_in(elsewhere, cora, PASSWORD)
    assert elsewhere.get("/dashboard/").status_code == 200
    client.force_login(ada)
    path = f"/cms/people/{cora.uuid}/second-step/"
    assert path in client.get(f"/cms/users/edit/{cora.pk}/").content.decode()
    assert "Cora Lindqvist" in client.get(path).content.decode()
    assert Authenticator.objects.filter(user=cora).exists()  # looking does nothing
    client.post(path)
    assert not Authenticator.objects.filter(user=cora).exists()
    assert elsewhere.get("/dashboard/").status_code == 302
    entry = ModelLogEntry.objects.get(action="person.factor")
    assert (entry.user, entry.object_id) == (ada, str(cora.pk))
    assert mail.outbox[-1].to == [cora.email]
    assert "second step was reset" in mail.outbox[-1].subject


def test_nobody_else_resets_a_factor(tom: Any, olga: Any, lena: Any, client: Client) -> None:
    factors.give_app(lena)
    for other in (tom, olga):
        client.force_login(other)
        assert client.post(f"/cms/people/{lena.uuid}/second-step/").status_code == 404
    assert Authenticator.objects.filter(user=lena).exists()


def test_what_is_refused_when_resetting(ada: Any, lena: Any) -> None:
    with pytest.raises(Refused, match="no second step"):
        domain.reset_second_factor(lena, ada)
    factors.give_app(ada)
    with pytest.raises(Refused, match="your own"):
        domain.reset_second_factor(ada, ada)
    User.objects.filter(pk=lena.pk).update(is_superuser=True)
    lena.refresh_from_db()
    factors.give_app(lena)
    with pytest.raises(Refused, match="administrator of everything"):
        domain.reset_second_factor(lena, ada)
