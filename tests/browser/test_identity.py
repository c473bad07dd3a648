"""Passkeys and a university's sign-in, in a browser: scripts under our policy, a real provider."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from curriculum.models import User
from tests import oidc, people
from tests.browser.conftest import sign_in

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


@pytest.fixture
def required(settings: Any) -> None:
    settings.STAFF_MFA_REQUIRED = True


def plug_in_key(page: Page) -> None:
    """An authenticator in the browser that says yes to everything, as a finger would."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    about = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": about})


def test_staff_add_a_passkey_and_sign_in_with_nothing_else(
    open_page: Any, required: None, db: Any
) -> None:
    cora = people.cora()
    page = open_page()
    plug_in_key(page)
    page.goto("/accounts/login/?next=/cms/reports/completion/")
    page.get_by_label("E-mail address").fill(cora.email)
    page.get_by_label("Password").fill(people.PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url("**/accounts/2fa/")
    page.get_by_role("link", name="Add a passkey").click()
    page.get_by_label("What to call it").fill("Work laptop")
    page.get_by_role("button", name="Add the passkey").click()
    page.wait_for_url("**/accounts/2fa/recovery-codes/")
    assert page.locator(".recovery-codes li").count() == 10
    page.get_by_role("link", name="Go on to where you were going").click()
    page.wait_for_url("**/cms/reports/completion/")
    page.goto("/accounts/2fa/webauthn/")
    expect(page.get_by_role("row", name="Work laptop")).to_contain_text("by itself")

    page.goto("/accounts/logout/")
    page.get_by_role("button", name="Sign out").click()
    page.goto("/accounts/login/?next=/cms/reports/completion/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_url("**/cms/reports/completion/")


def test_a_passkey_confirms_who_one_is_and_the_file_comes(
    open_page: Any, settings: Any, db: Any
) -> None:
    settings.STEP_UP_MINUTES = 15
    settings.ACCOUNT_REAUTHENTICATION_TIMEOUT = 15 * 60
    page = open_page(user=people.cora())
    plug_in_key(page)
    page.goto("/accounts/2fa/webauthn/add/")
    page.get_by_role("button", name="Add the passkey").click()
    page.wait_for_url("**/accounts/2fa/recovery-codes/")
    settings.ACCOUNT_REAUTHENTICATION_TIMEOUT = 0  # the time is over
    page.goto("/cms/reports/completion/?export=csv")
    expect(page).to_have_url(re.compile("/accounts/reauthenticate/"))
    page.get_by_role("link", name="Use a passkey").click()
    settings.ACCOUNT_REAUTHENTICATION_TIMEOUT = 15 * 60
    with page.expect_download() as download:
        page.get_by_role("button", name="Use your passkey").click()
    assert download.value.suggested_filename.endswith(".csv")


def test_a_passkey_that_does_not_work_says_so(open_page: Any, db: Any) -> None:
    page = open_page()
    page.goto("/accounts/login/")
    plug_in_key(page)
    page.get_by_role("button", name="Sign in with a passkey").click()
    trouble = page.locator("[data-passkey-trouble]")
    expect(trouble).to_contain_text("The passkey could not be used.")
    expect(trouble).to_be_focused()


def test_without_javascript_the_code_still_lets_in(open_page: Any, db: Any) -> None:
    page = open_page(java_script_enabled=False)
    page.goto("/accounts/login/")
    expect(page.get_by_role("button", name="Sign in with a passkey")).to_be_hidden()
    expect(page.get_by_role("button", name="Sign in", exact=True)).to_be_visible()


# ── The university's sign-in ──────────────────────────────────────────────
@pytest.fixture
def university(live_server: Any, settings: Any) -> Iterator[oidc.University]:
    with oidc.running(live_server.url) as found:
        settings.OIDC = found.settings()
        yield found


AMIRA = {"name": "Amira Haddad", "email": "amira@uni.example", "email_verified": True}


def through_university(page: Page, person: str, start: str = "/accounts/login/") -> None:
    page.goto(start)
    page.get_by_role("link", name="Sign in with Test University").click()
    page.get_by_label("Person").fill(person)
    page.get_by_role("button", name="Sign in").click()


def test_a_student_signs_in_with_the_university_and_stays_one_person(
    university: oidc.University, open_page: Any, db: Any
) -> None:
    """Known failure 29: a change of e-mail address or surname splits a learner in two."""
    university.has("amira", **AMIRA)
    page = open_page()
    through_university(page, "amira")
    page.wait_for_url("**/accounts/sso/signup/")
    expect(page.get_by_label("Full name")).to_have_value("Amira Haddad")
    page.get_by_label("I am").select_option(label="Nursing student")
    page.get_by_role("button", name="Make an account").click()
    page.wait_for_url("**/dashboard/")

    university.has("amira", **{**AMIRA, "name": "Amira Cole", "email": "cole@uni.example"})
    again = open_page()
    through_university(again, "amira")
    again.wait_for_url("**/dashboard/")
    again.goto("/accounts/")
    expect(again.locator("main")).to_contain_text("Amira Cole")
    expect(again.locator("main")).to_contain_text("cole@uni.example")
    assert User.objects.count() == 1


def test_an_account_with_a_password_is_connected_by_its_owner_only(
    university: oidc.University, open_page: Any, db: Any
) -> None:
    lena = people.lena()
    university.has("lena", **{**AMIRA, "email": lena.email})  # no authority for example.org
    page = open_page()
    through_university(page, "lena")
    page.get_by_label("I am").select_option(label="Medical student")
    page.get_by_role("button", name="Make an account").click()
    page.wait_for_url("**/accounts/confirm-email/")  # as for anybody; the mail says there is one
    page.goto("/dashboard/")
    expect(page).to_have_url(re.compile("/accounts/login/"))

    own = open_page()
    sign_in(own, lena)
    own.goto("/accounts/")
    own.get_by_role("link", name="Signing in with Test University").click()
    own.get_by_role("link", name="Connect Test University").click()
    own.get_by_label("Person").fill("lena")
    own.get_by_role("button", name="Sign in").click()
    expect(own.locator(".messages")).to_contain_text("Your account is connected.")
    other = open_page()
    through_university(other, "lena")
    other.wait_for_url("**/dashboard/")
    assert User.objects.count() == 1


def test_the_universitys_second_factor_and_groups_open_the_teaching_side(
    university: oidc.University, open_page: Any, required: None, db: Any
) -> None:
    about = {**AMIRA, "role": "medic", "groups": ["staff-gp"]}
    university.has("gp", amr=["pwd"], **about)
    page = open_page()
    through_university(page, "gp")
    page.wait_for_url("**/accounts/2fa/")
    expect(page.locator("main")).to_contain_text("You work here, so you need a second step")
    university.has("gp", amr=["pwd", "mfa"], **about)
    again = open_page()
    through_university(again, "gp", "/accounts/login/?next=/cms/sessions/")
    again.wait_for_url("**/cms/sessions/")
