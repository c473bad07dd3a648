"""Looking over an attempt, submitting it, and what came of it."""

import uuid
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from curriculum import clock
from curriculum.domain import attempts as acting
from curriculum.domain.corrections import Keys, keys_of
from curriculum.domain.errors import Refused
from curriculum.domain.keys import total_by
from curriculum.domain.regrading import mark_seen
from curriculum.domain.review import explain
from curriculum.enums import ActivityKind, AttemptState, CompletesOn
from curriculum.forms import layout_of
from curriculum.forms.asking import result_page, review_page
from curriculum.models import Attempt, Module
from curriculum.permissions import SignedInRequest, own_attempt
from curriculum.queries.adjustments import may_try_again
from curriculum.queries.catalogue import Shelf, shelf_of
from curriculum.queries.progress import ActivityProgress, home_of, module_progress
from curriculum.queries.regrades import changes_of
from curriculum.views.answering import about, question_states
from curriculum.views.finishing import say_what_is_complete


@never_cache
@login_required
def review(request: SignedInRequest, attempt: uuid.UUID) -> HttpResponse:
    """Everything at a glance before submitting."""
    found = own_attempt(request.user, attempt, "activity", kind=ActivityKind.QUIZ)
    if not found.is_open:
        return redirect("attempt_result", attempt=attempt)
    quiz, orders = found.edition.content, found.layout["options"]
    return render(
        request,
        "curriculum/review.html",
        {
            **about(found, shelf_of(request)),
            **review_page(quiz, question_states(found), orders),
        },
    )


@login_required
@require_POST
def submit(request: SignedInRequest, attempt: uuid.UUID) -> HttpResponse:
    """Submit once; a second press or a refresh leads to the same result."""
    found, begun_at = (
        own_attempt(request.user, attempt, "activity", kind=ActivityKind.QUIZ),
        clock.now(),
    )
    try:
        acting.submit_attempt(found)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("attempt_review", attempt=attempt)
    say_what_is_complete(request, found.enrolment, since=begun_at)
    return redirect("attempt_result", attempt=attempt)


@never_cache
@login_required
def result(request: SignedInRequest, attempt: uuid.UUID) -> HttpResponse:
    """What was right, what was not and why: the questions as they were asked, by the key that
    counts for them, and a word on each that was corrected since."""
    found = own_attempt(request.user, attempt, "activity", kind=ActivityKind.QUIZ)
    if found.state != AttemptState.SUBMITTED:
        return redirect("attempt", attempt=attempt)
    quiz, keys, states = found.edition.content, keys_of(found.edition), question_states(found)
    regrades = list(changes_of(found)) if keys.regrades else []
    if any(row.seen_at is None for row in regrades):
        mark_seen(found)
    page = result_page(quiz, states, found.layout["options"], keys.by_question)
    lines = [*page["graded"], *page["ungraded"]]
    for line in lines:
        line.update(_corrected(found, keys, line))
    shelf = shelf_of(request)
    around = about(found, shelf)
    module, following = _around(found, shelf)
    if module:
        around["to"]["module"] = reverse("go", args=[module.key])
    if following:
        around["to"]["next"] = reverse("go", args=[following.activity.key])
    return render(
        request,
        "curriculum/result.html",
        {
            **around,
            **page,
            "total": total_by(keys.by_question, {s["key"]: s["answer"] for s in states}),
            "passed": found.passed,
            "score": found.score,
            "out_of": found.out_of,
            "regrades": regrades,
            "has_corrections": any(line["correction"] for line in lines),
            "can_try_again": may_try_again(
                quiz.attempts_allowed, found.number, found.enrolment_id, found.activity_id
            ),
            # Who had passed has completed it, whatever the attempt is worth by now.
            "is_complete": found.passed
            or quiz.completes_on == CompletesOn.SUBMITTED
            or any(row.passed_before for row in regrades),
            "next_title": following.activity.title if following else "",
        },
    )


def _corrected(attempt: Attempt, keys: Keys, line: dict[str, Any]) -> dict[str, Any]:
    """Who corrected the key that counts for a question, and how it was first marked; nothing of
    either where it was not answered."""
    correction = keys.correction(line["key"]) if line["explanation"] else None
    if correction is None:
        return {"correction": None}
    asked, order = acting.asked(attempt, line["key"]), layout_of(attempt, line["key"])
    return {"correction": correction, "first": explain(asked, line["answer"], order)}


def _around(attempt: Attempt, shelf: Shelf) -> tuple[Module | None, ActivityProgress | None]:
    """The module that the quiz stands in, and what comes after it there."""
    key = attempt.activity.key
    inclusion = shelf.get(("home_of", key), lambda: home_of(key))
    if inclusion is None:
        return None, None
    rows = module_progress(inclusion, None, shelf).activities
    place = next((n for n, row in enumerate(rows) if row.activity == attempt.activity), len(rows))
    return inclusion.module, next(iter(rows[place + 1 :]), None)
