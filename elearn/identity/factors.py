"""Whether this session has shown a second factor. It is noted in the session, so asking is free."""

from typing import Any

from allauth.account.authentication import get_authentication_records
from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.models import Authenticator
from allauth.mfa.stages import AuthenticateStage
from allauth.mfa.utils import is_mfa_enabled
from django.http import HttpRequest
from django.urls import reverse

from curriculum.models import User

# Codes for recovery stand in for a factor; they are none to begin with.
TYPES = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]
BY_PROVIDER = "provider_factor"


def has_shown_factor(request: HttpRequest) -> bool:
    """A code or passkey of ours, or the provider's word that it has asked for one."""
    records = get_authentication_records(request, request.user)
    return any(record.get("method") in {"mfa", BY_PROVIDER} for record in records)


def has_factor(user: User) -> bool:
    """Whether the person has set one up here."""
    return bool(is_mfa_enabled(user, TYPES))


def way_to_show(user: User) -> str:
    """The page on which to show the factor that was set up."""
    kinds = Authenticator.objects.filter(user=user, type__in=TYPES).values_list("type", flat=True)
    has_app = Authenticator.Type.TOTP in kinds
    return reverse("mfa_reauthenticate" if has_app else "mfa_reauthenticate_webauthn")


def on_added(request: HttpRequest, user: User, authenticator: Authenticator, **kwargs: Any) -> None:
    """Receiver: who has just set a factor up has it in hand."""
    if authenticator.type in TYPES:
        record_authentication(request, user, "mfa", id=authenticator.pk, type=authenticator.type)


def on_signed_in(request: HttpRequest, user: User, sociallogin: Any = None, **kwargs: Any) -> None:
    """Receiver: what the provider says of its own second factor holds for this session."""
    if sociallogin is not None and sociallogin.state.get("factor"):
        record_authentication(request, user, BY_PROVIDER)


class FactorStage(AuthenticateStage):
    """The second step of signing in, left out where the provider has just asked for one."""

    def _should_handle(self, request: HttpRequest) -> bool:
        sociallogin = (self.login.signal_kwargs or {}).get("sociallogin")
        if sociallogin is not None and sociallogin.state.get("factor"):
            return False
        return bool(super()._should_handle(request))
