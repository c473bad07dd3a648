"""Where allauth asks us about second factors and about the identity provider."""

import base64
import hashlib
import time
from typing import Any

import segno
from allauth.account.internal.userkit import filter_users_by_email
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialApp, SocialLogin
from allauth.socialaccount.providers.base import ProviderException
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.http import HttpRequest
from django.shortcuts import redirect
from django.utils.crypto import constant_time_compare
from django.utils.encoding import force_bytes

from cms.models.settings import site_identity
from curriculum.domain.people import works_here
from curriculum.models import User
from elearn.identity import claims, following, registration, step_up
from elearn.identity.provider import PROVIDER_ID, is_connected

FRESH = 120  # seconds that the provider's own asking may lie back


class FactorAdapter(DefaultMFAAdapter):
    """Second factors bear the site's name; their secrets are encrypted where they are kept."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": "This code is not right. Enter the one that is shown now.",
        "unverified_email": "Confirm your e-mail address first.",
        "cannot_delete_authenticator": (
            "Those who work here need a second step. Add another before you remove this one."
        ),
    }

    def _get_site_name(self) -> str:
        return site_identity().name

    def build_totp_svg(self, url: str) -> str:
        # Scanners want dark on light with a margin, in the dark scheme too.
        svg: str = segno.make(url, error="m").svg_inline(scale=5, border=4, light="white")
        return svg.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1)

    def encrypt(self, text: str) -> str:
        return _cipher().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Empty where the key has changed: then no code fits, and an administrator resets it."""
        try:
            return _cipher().decrypt(encrypted_text.encode()).decode()
        except InvalidToken:
            return ""

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """The last one stays with those who need one."""
        if not (settings.STAFF_MFA_REQUIRED and works_here(authenticator.user)):
            return True
        others = Authenticator.objects.filter(user_id=authenticator.user_id)
        others = others.exclude(type=Authenticator.Type.RECOVERY_CODES)
        return others.exclude(pk=authenticator.pk).exists()

    def generate_authenticator_name(self, user: AbstractBaseUser, type: Authenticator.Type) -> str:
        number = Authenticator.objects.filter(user_id=user.pk, type=type).count() + 1
        return f"Passkey {number}"


def _cipher() -> MultiFernet:
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    digests = (hashlib.sha256(b"second factors " + force_bytes(key)).digest() for key in keys)
    return MultiFernet([Fernet(base64.urlsafe_b64encode(digest)) for digest in digests])


class ProviderAdapter(DefaultSocialAccountAdapter):
    """One provider, from the environment; who is let in by it, and as whom."""

    error_messages = {
        **DefaultSocialAccountAdapter.error_messages,
        "email_taken": (
            "There is an account with this e-mail address already. Sign in to it first, then"
            " connect %s under Your account."
        ),
        "no_password": "Choose a password first, or you could not sign in any more.",
    }

    def list_apps(
        self, request: HttpRequest, provider: str | None = None, client_id: str | None = None
    ) -> list[SocialApp]:
        about = settings.OIDC
        if not about or provider not in {None, "openid_connect", PROVIDER_ID}:
            return []
        if client_id not in {None, about["client_id"]}:
            return []
        app = SocialApp(
            provider="openid_connect",
            provider_id=PROVIDER_ID,
            name=about["name"],
            client_id=about["client_id"],
            secret=about["secret"],
            settings={"server_url": about["issuer"], "scope": about["scope"]},
        )
        return [app]

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Somebody has come back from the provider. Raises ProviderException for an answer to
        another question."""
        asked = sociallogin.state.get("nonce") or ""
        answered = sociallogin.id_token.get("nonce") or ""
        if not asked or not constant_time_compare(asked, answered):
            raise ProviderException("The ID token answers another request.")
        sociallogin.state["said"] = following.remembered(sociallogin.said)
        sociallogin.state["factor"] = claims.has_factor(sociallogin.id_token)
        if sociallogin.account.pk:  # whatever they came for: what was said is remembered already
            following.follow(
                sociallogin.account, sociallogin.said, sociallogin.said_before, request
            )
        if (sociallogin.state.get("data") or {}).get("confirm"):
            raise ImmediateHttpResponse(self._confirmed(request, sociallogin))
        if sociallogin.state.get("process") != "connect" and not sociallogin.user.pk:
            sociallogin.user.profession = claims.profession_in(sociallogin.said)

    def _confirmed(self, request: HttpRequest, sociallogin: SocialLogin) -> Any:
        """The same person has proved once more who they are, or somebody else has."""
        asked_at = sociallogin.id_token.get("auth_time") or 0
        fresh = time.time() - asked_at < FRESH
        if sociallogin.user.pk and sociallogin.user == request.user and fresh:
            step_up.confirmed_by_provider(request, sociallogin.state["factor"])
            return redirect(step_up.done_url(sociallogin.state.get("next")))
        said = "That did not confirm it: sign in there afresh, as the person who is signed in here."
        messages.error(request, said)
        return redirect(step_up.ask_url(sociallogin.state.get("next")))

    def authenticate_by_email(self, sociallogin: SocialLogin) -> tuple[User, str] | None:
        """An existing account with this address, if the provider is the authority for the address.

        Never an administrator of everything: they connect it themselves, signed in.
        """
        for address in sociallogin.email_addresses:
            if address.verified:
                users = filter_users_by_email(address.email, prefer_verified=True, for_login=True)
                if users and not users[0].is_superuser and not is_connected(users[0]):
                    return users[0], address.email
        return None

    def is_auto_signup_allowed(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        """Only what the provider did not say is asked."""
        user = sociallogin.user
        return bool(user.full_name and user.profession_id and sociallogin.email_addresses)

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        verified = [address.email for address in sociallogin.email_addresses if address.verified]
        joins = registration.joins_by(sociallogin.get_redirect_url(request))
        return registration.is_open(joins, verified)

    def populate_user(self, request: HttpRequest, sociallogin: SocialLogin, data: Any) -> User:
        user: User = super().populate_user(request, sociallogin, data)
        said = sociallogin.account.extra_data
        user.full_name = said.get("name", "")
        return user

    @transaction.atomic
    def save_user(self, request: HttpRequest, sociallogin: SocialLogin, form: Any = None) -> User:
        user: User = super().save_user(request, sociallogin, form)
        following.begin(user, sociallogin.state.get("said") or {})
        return user

    def get_signup_form_initial_data(self, sociallogin: SocialLogin) -> dict[str, Any]:
        said = sociallogin.state.get("said") or {}
        return {
            **super().get_signup_form_initial_data(sociallogin),
            "full_name": sociallogin.user.full_name,
            "student_number": claims.student_number_in(said),
            "profession": claims.profession_in(said),
        }
