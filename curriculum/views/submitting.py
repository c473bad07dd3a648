"""Looking over an attempt, submitting it, and what came of it."""

import uuid

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from curriculum import clock
from curriculum.domain import attempts as acting
from curriculum.domain.errors import Refused
from curriculum.domain.marking import total
from curriculum.enums import ActivityKind, AttemptState, CompletesOn
from curriculum.forms.asking import result_page, review_page
from curriculum.models import Attempt, Module
from curriculum.permissions import SignedInRequest, own_attempt
from curriculum.queries.catalogue import Shelf, shelf_of
from curriculum.queries.progress import ActivityProgress, home_of, module_progress
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
    """What was right, what was not and why, as it stood when the attempt was submitted."""
    found = own_attempt(request.user, attempt, "activity", kind=ActivityKind.QUIZ)
    if found.state != AttemptState.SUBMITTED:
        return redirect("attempt", attempt=attempt)
    quiz, states = found.edition.content, question_states(found)
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
            **result_page(quiz, states, found.layout["options"]),
            "total": total(quiz, {state["key"]: state["answer"] for state in states}),
            "passed": found.passed,
            "score": found.score,
            "out_of": found.out_of,
            "can_try_again": not quiz.attempts_allowed or found.number < quiz.attempts_allowed,
            "is_complete": found.passed or quiz.completes_on == CompletesOn.SUBMITTED,
            "next_title": following.activity.title if following else "",
        },
    )


def _around(attempt: Attempt, shelf: Shelf) -> tuple[Module | None, ActivityProgress | None]:
    """The module that the quiz stands in, and what comes after it there."""
    key = attempt.activity.key
    inclusion = shelf.get(("home_of", key), lambda: home_of(key))
    if inclusion is None:
        return None, None
    rows = module_progress(inclusion, None, shelf).activities
    place = next((n for n, row in enumerate(rows) if row.activity == attempt.activity), len(rows))
    return inclusion.module, next(iter(rows[place + 1 :]), None)
