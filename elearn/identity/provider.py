"""The university's identity provider, over OpenID Connect.

allauth speaks the protocol; here stands what it leaves open: the issuer is part of the identity,
the answer belongs to the question (nonce), and nothing of the request's address reaches the
provider.
"""

import hashlib
import secrets
from typing import Any

from allauth.socialaccount.models import SocialAccount, SocialLogin
from allauth.socialaccount.providers.base import ProviderException
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.conf import settings
from django.http import HttpRequest, HttpResponse

from curriculum.models import User
from elearn.identity.claims import is_trusted, name_in, words

PROVIDER_ID = "sso"  # part of the address that is registered at the provider


class UniversityAdapter(OpenIDConnectOAuth2Adapter):
    """Believes only the issuer that the operator has named."""

    @property
    def openid_config(self) -> dict[str, Any]:
        config: dict[str, Any] = super().openid_config
        if config.get("issuer", "").rstrip("/") != settings.OIDC["issuer"]:
            raise ProviderException("The discovery document is another issuer's.")
        return config

    def complete_login(self, request: HttpRequest, app: Any, token: Any, **kwargs: Any) -> Any:
        if not kwargs["response"].get("id_token"):
            raise ProviderException("The provider sent no ID token.")
        return super().complete_login(request, app, token, **kwargs)


class UniversityProvider(OpenIDConnectProvider):
    """One provider, described by the environment (`OIDC_…`)."""

    oauth2_adapter_class = UniversityAdapter
    pkce_enabled_default = True

    def get_redirect_from_request_kwargs(self, request: HttpRequest) -> dict[str, Any]:
        # allauth would take scope and further parameters for the provider from the address.
        kwargs = super().get_redirect_from_request_kwargs(request)
        process = "connect" if kwargs.get("process") == "connect" else "login"
        return {"process": process, "next_url": kwargs.get("next_url")}

    def redirect(
        self,
        request: HttpRequest,
        process: str,
        next_url: Any = None,
        data: Any = None,
        **also: Any,
    ) -> HttpResponse:
        nonce = secrets.token_urlsafe(24)
        parameters = {**(also.pop("auth_params", None) or {}), "nonce": nonce}
        if settings.OIDC["factor_acr"]:
            parameters["acr_values"] = " ".join(settings.OIDC["factor_acr"])
        return super().redirect(
            request, process, next_url, data, auth_params=parameters, nonce=nonce, **also
        )

    def sociallogin_from_response(self, request: HttpRequest, response: dict[str, Any]) -> Any:
        """Keeps what was said at hand until it is decided who this is. Raises ProviderException
        where token and user information speak of two people."""
        token = response["id_token"]
        said = {**token, **response.get("userinfo", {})}
        if said.get("sub") != token.get("sub"):
            raise ProviderException("The user information is about somebody else.")
        login: SocialLogin = super().sociallogin_from_response(request, response)
        before = SocialAccount.objects.filter(provider=PROVIDER_ID, uid=login.account.uid).first()
        login.said, login.id_token = said, token
        login.said_before = before.extra_data if before else {}
        return login

    def extract_uid(self, data: dict[str, Any]) -> str:
        """Issuer and subject, the only two that never change and are never given out again."""
        token = data["id_token"]
        return hashlib.sha256(f"{token['iss']}\n{token['sub']}".encode()).hexdigest()

    def extract_extra_data(self, data: dict[str, Any]) -> dict[str, Any]:
        """What is kept beside the account: enough to see later what has changed."""
        said = {**data["id_token"], **data.get("userinfo", {})}
        return {
            "iss": said["iss"],
            "sub": said["sub"],
            "name": name_in(said),
            "email": words(said.get("email")),
        }

    def extract_email_addresses(self, data: dict[str, Any]) -> list[Any]:
        """Verified is what the provider has verified and is the authority for. All else is
        confirmed by mail, as if somebody had typed it."""
        addresses = super().extract_email_addresses(data)
        said = {**data["id_token"], **data.get("userinfo", {})}
        for address in addresses:
            address.verified = said.get("email_verified") is True and is_trusted(address.email)
        return addresses


def is_connected(user: User) -> bool:
    """Whether this account is already that of somebody at the provider."""
    return SocialAccount.objects.filter(user=user, provider=PROVIDER_ID).exists()
