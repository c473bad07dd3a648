"""Answers that arrive after the session ended, or with a page from before the last sign-in.

They are put aside in the (anonymous) session and come back into the form after signing in. An
answer put aside is never stored by itself: its owner sees it and saves it.
"""

from typing import Any
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import Resolver404, resolve, reverse
from django.utils.http import urlencode

KEY = "pending_answer"
TYPED_INTO = {"attempt_question", "case_step", "reflect", "report_page", "report_part"}
MOST = 200_000  # characters; a long reflection with every letter encoded


def put_aside(request: HttpRequest) -> None:
    """Keep what was posted until the person has signed in again."""
    posted = request.POST.copy()
    posted.pop("csrfmiddlewaretoken", None)
    encoded = posted.urlencode()
    if len(encoded) <= MOST:
        request.session[KEY] = {"path": request.path, "post": encoded}


def take_back(request: HttpRequest) -> QueryDict | None:
    """What was put aside for this very address, once."""
    kept: dict[str, Any] | None = request.session.get(KEY)
    if not kept or kept["path"] != request.path:
        return None
    del request.session[KEY]
    return QueryDict(kept["post"])


def sign_in_to_save(request: HttpRequest) -> HttpResponse:
    """The answer to a post from somebody who is no longer signed in."""
    sign_in = f"{reverse('account_login')}?{urlencode({'next': request.path})}"
    if is_autosave(request):
        return JsonResponse({"error": "signed-out", "sign_in": sign_in}, status=401)
    put_aside(request)
    return redirect(sign_in)


def is_autosave(request: HttpRequest) -> bool:
    """Whether a script saves in the background and wants JSON."""
    return request.headers.get("X-Autosave") == "1"


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form whose token is out of date, as after signing in on another tab.

    Where the browser vouches that the post came from our own pages, an answer is put aside and
    its page shown again; anything else is refused.
    """
    if is_autosave(request) and _is_ours(request):
        return JsonResponse({"error": "stale-page"}, status=403)
    if _is_ours(request) and _is_answer(request):
        put_aside(request)
        return redirect(request.path)
    return render(request, "errors/csrf.html", status=403)


def _is_ours(request: HttpRequest) -> bool:
    origin = urlsplit(request.headers.get("Origin", ""))
    return origin.netloc == request.get_host() and origin.scheme == request.scheme


def _is_answer(request: HttpRequest) -> bool:
    try:
        return resolve(request.path).url_name in TYPED_INTO
    except Resolver404:
        return False
