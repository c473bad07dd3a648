"""Answers that arrive after the session ended, or with a page from before the last sign-in.

They are put aside in the (anonymous) session and come back into the form after signing in. An
answer put aside is never stored by itself: its owner sees it and saves it.
"""

from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import Resolver404, resolve, reverse
from django.utils.http import urlencode

from curriculum.pending import put_aside, take_back

__all__ = ["csrf_failure", "is_autosave", "put_aside", "sign_in_to_save", "take_back"]

# The forms that take back what was put aside.
FORMS = {
    "attempt_question",
    "case_step",
    "reflect",
    "report_page",
    "report_part",
    "review_page",
    "seat_fill",
    "survey",
}


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
        return resolve(request.path).url_name in FORMS
    except Resolver404:
        return False
