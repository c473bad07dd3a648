"""Keeping what was posted after the session ended, until the person has signed in again."""

from typing import Any

from django.http import HttpRequest, QueryDict

KEY = "pending_answer"
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
