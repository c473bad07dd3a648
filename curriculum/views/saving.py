"""What every page that saves answers in the background has in common."""

from typing import Any

from django.http import JsonResponse, QueryDict

from curriculum.content.answers import read_answer, what_is_missing
from curriculum.dates import clock
from curriculum.domain.attempts import Origin
from curriculum.models import Response


def saved_in_background(asked: Any, response: Response) -> JsonResponse:
    """What the script is told: when it was saved, under which version, what is still missing."""
    return JsonResponse(
        {
            "version": response.version,
            "saved_at": clock(response.saved_at) if response.pk else "",
            "missing": what_is_missing(asked, read_answer(asked, response.answer or {})),
        }
    )


def origin_of(post: QueryDict) -> Origin:
    """The page that an answer comes from, as its hidden fields say."""

    def number(name: str) -> int:
        value = post.get(name, "")
        return int(value) if value.isascii() and value.isdecimal() and len(value) < 9 else 0

    return Origin(post.get("page", "")[:32], number("sequence"), number("seen"))
