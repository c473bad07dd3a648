"""Going to the identity provider and coming back; one step of allauth's that needs a closer look.

`openid_connect_callback` is the address that is registered at the provider.
"""

import logging
from typing import Any

from allauth.account.internal.decorators import login_not_required
from allauth.mfa.adapter import get_adapter
from allauth.mfa.webauthn.views import RemoveWebAuthnView
from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.base import ProviderException
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView, OAuth2LoginView
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.views.decorators.cache import never_cache
from requests import RequestException

from elearn.identity.provider import UniversityAdapter

logger = logging.getLogger("elearn.identity")


@never_cache
@login_not_required
def leave(request: HttpRequest, provider_id: str) -> HttpResponse:
    return _at_provider(OAuth2LoginView, request, provider_id)


@never_cache
@login_not_required
def come_back(request: HttpRequest, provider_id: str) -> HttpResponse:
    return _at_provider(OAuth2CallbackView, request, provider_id)


def _at_provider(
    view: type[OAuth2LoginView] | type[OAuth2CallbackView], request: HttpRequest, provider_id: str
) -> HttpResponse:
    try:
        answer: HttpResponse = view.adapter_view(UniversityAdapter(request, provider_id))(request)
    except SocialApp.DoesNotExist:
        raise Http404("No identity provider is set up.") from None
    except (ProviderException, RequestException) as error:  # it is away, or says something strange
        logger.error("The identity provider does not answer as it should: %s", type(error).__name__)
        return render(request, "socialaccount/authentication_error.html", status=502)
    return answer


class RemovePasskeyView(RemoveWebAuthnView):
    """allauth asks only about apps whether the last factor may go; here it asks about passkeys."""

    def form_valid(self, form: Any) -> HttpResponse:
        adapter = get_adapter()
        if not adapter.can_delete_authenticator(self.object):
            messages.error(self.request, adapter.error_messages["cannot_delete_authenticator"])
            return redirect("mfa_list_webauthn")
        response: HttpResponse = super().form_valid(form)
        return response


urlpatterns = [
    path(
        "2fa/webauthn/keys/<int:pk>/remove/",
        RemovePasskeyView.as_view(),
        name="mfa_remove_webauthn",
    ),
    path("oidc/<str:provider_id>/login/", leave, name="openid_connect_login"),
    path("oidc/<str:provider_id>/login/callback/", come_back, name="openid_connect_callback"),
]
