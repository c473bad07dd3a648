"""Forms of the authors' side that keep what was typed when the session ends meanwhile."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from wagtail.admin.auth import require_admin_access

from curriculum.pending import put_aside

SIGNED_OUT = "You were signed out. What you typed is here again, and not saved yet."


def keeping(view: Callable[..., HttpResponse]) -> Callable[..., Any]:
    """The view, for those who may come in; what is posted without a session is put aside, to be
    taken back by `curriculum.pending.take_back` after signing in.

    Its address stands before Wagtail's own, which would send the person away without it.
    """

    def kept(request: HttpRequest, **kwargs: Any) -> Any:
        if request.method == "POST" and not request.user.is_authenticated:
            put_aside(request)
            query = urlencode({"next": request.path})
            return redirect(f"{reverse('account_login')}?{query}")
        return require_admin_access(view)(request, **kwargs)

    return kept
