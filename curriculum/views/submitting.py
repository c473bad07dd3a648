"""Looking over an attempt, submitting it, and what came of it."""

import uuid
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from curriculum import clock
from curriculum.content.answers import Answer
from curriculum.domain import attempts as acting
from curriculum.domain.corrections import Keys, keys_of
from curriculum.domain.errors import Refused
from curriculum.domain.keys import total_by
from curriculum.domain.regrading import mark_seen
from curriculum.domain.review import explain
from curriculum.enums import ActivityKind, AttemptState, CompletesOn
from curriculum.forms import in_short, layout_of, question_form
from curriculum.models import Attempt
from curriculum.permissions import SignedInRequest, own_attempt
from curriculum.queries.catalogue import Shelf, shelf_of
from curriculum.queries.progress import home_of, module_progress
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
    states = question_states(found)
    return render(
        request,
        "curriculum/review.html",
        {
            **about(found, shelf_of(request)),
            "states": [
                {**state, "given": _given(found, state["key"], state["answer"])} for state in states
            ],
            "unfinished": [state for state in states if not state["is_finished"]],
            "nothing_answered": not any(state["answer"] for state in states),
        },
    )


def _given(attempt: Attempt, key: str, answer: Answer | None) -> str:
    return in_short(question_form(acting.asked(attempt, key), layout_of(attempt, key), answer))


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
    lines = [{**state, **_marked(found, keys, state)} for state in states]
    regrades = list(changes_of(found)) if keys.regrades else []
    if any(row.seen_at is None for row in regrades):
        mark_seen(found)
    return render(
        request,
        "curriculum/result.html",
        {
            **about(found, shelf_of(request)),
            "graded": [line for line in lines if line["is_graded"]],
            "ungraded": [line for line in lines if not line["is_graded"]],
            "total": total_by(keys.by_question, {s["key"]: s["answer"] for s in states}),
            "regrades": regrades,
            "has_corrections": any(line["correction"] for line in lines),
            "can_try_again": not quiz.attempts_allowed or found.number < quiz.attempts_allowed,
            # Who had passed has completed it, whatever the attempt is worth by now.
            "is_complete": found.passed
            or quiz.completes_on == CompletesOn.SUBMITTED
            or any(row.passed_before for row in regrades),
            **_around(found, shelf_of(request)),
        },
    )


def _marked(attempt: Attempt, keys: Keys, state: dict[str, Any]) -> dict[str, Any]:
    """A question by the key that counts for it; where that was corrected, also as it was first
    marked. Nothing of either where it was not answered."""
    asked = acting.asked(attempt, state["key"])
    if not acting.shows_feedback(attempt, state["response"]):
        return {"is_graded": asked.is_graded, "explanation": None, "correction": None}
    answer, order = state["answer"], layout_of(attempt, state["key"])
    correction = keys.correction(state["key"])
    return {
        "is_graded": asked.is_graded,
        "explanation": keys[state["key"]].explain(answer, order),
        "correction": correction,
        "first": explain(asked, answer, order) if correction else None,
    }


def _around(attempt: Attempt, shelf: Shelf) -> dict[str, Any]:
    """The module that the quiz stands in, and what comes after it there."""
    key = attempt.activity.key
    inclusion = shelf.get(("home_of", key), lambda: home_of(key))
    if inclusion is None:
        return {"module": None, "next": None}
    rows = module_progress(inclusion, None, shelf).activities
    place = next((n for n, row in enumerate(rows) if row.activity == attempt.activity), len(rows))
    return {"module": inclusion.module, "next": next(iter(rows[place + 1 :]), None)}
