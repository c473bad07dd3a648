"""Answering a quiz: one question a page, free to move, one submission, a result that teaches."""

import uuid
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from curriculum.content import Case, Survey
from curriculum.content.answers import AnswerError, is_finished, read_answer
from curriculum.domain import attempts as acting
from curriculum.domain.corrections import keys_of
from curriculum.domain.errors import AnswerCommitted, AttemptClosed, Refused
from curriculum.enums import ActivityKind
from curriculum.forms import layout_of, posted_answer, question_form
from curriculum.forms.asking import question_page, readable, standing, wanted
from curriculum.models import Attempt, Response
from curriculum.permissions import SignedInRequest, own_attempt, own_place
from curriculum.queries.catalogue import Shelf, shelf_of
from curriculum.queries.signoffs import is_signed_off
from curriculum.views.pending import is_autosave, sign_in_to_save, take_back
from curriculum.views.playing import go_on
from curriculum.views.saving import origin_of, saved_in_background


@login_required
@require_POST
def start(request: SignedInRequest, key: uuid.UUID) -> HttpResponse:
    """Begin an attempt, or go on with the open one."""
    activity, enrolment = own_place(request.user, key)
    try:
        attempt = acting.start_attempt(enrolment, activity)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("go", key=key)
    return redirect("attempt", attempt=attempt.uuid)


@never_cache
@login_required
def resume(request: SignedInRequest, attempt: uuid.UUID) -> HttpResponse:
    """Where the learner stopped: in a case, what they saw last; in a quiz, the first question
    without a finished answer, and the result once it was submitted."""
    found = own_attempt(request.user, attempt)
    if isinstance(found.edition.content, Case):
        return go_on(found)
    if isinstance(found.edition.content, Survey):
        return redirect("survey", attempt=attempt)
    if not found.is_open:
        return redirect("attempt_result", attempt=attempt)
    states = question_states(found)
    waiting = [state["number"] for state in states if not state["is_finished"]]
    if not waiting:
        return redirect("attempt_review", attempt=attempt)
    return redirect("attempt_question", attempt=attempt, number=waiting[0])


@never_cache
def question(request: HttpRequest, attempt: uuid.UUID, number: int) -> HttpResponse:
    """Show one question, or save its answer and go where the button says."""
    if not request.user.is_authenticated:
        if request.method == "POST":
            return sign_in_to_save(request)
        return redirect_to_login(request.get_full_path())
    also = () if request.method == "POST" else ("activity",)  # what only the page shows
    found = own_attempt(request.user, attempt, *also, kind=ActivityKind.QUIZ)
    keys = found.layout["questions"]
    if not 1 <= number <= len(keys):
        raise Http404("This attempt has no such question.")
    if not found.is_open:
        return _closed(request, found)
    if request.method == "POST":
        return _save(request, found, number, keys[number - 1])
    return _show(request, found, number, keys[number - 1], kept=take_back(request))


def _closed(request: HttpRequest, attempt: Attempt) -> HttpResponse:
    if is_autosave(request):
        return JsonResponse({"error": "closed"}, status=409)
    if request.method == "POST":
        messages.warning(request, "This attempt was submitted, so its answers are final.")
    return redirect("attempt_result", attempt=attempt.uuid)


def _save(request: HttpRequest, attempt: Attempt, number: int, key: str) -> HttpResponse:
    asked = acting.asked(attempt, key)
    data = posted_answer(asked, layout_of(attempt, key), request.POST)
    try:
        saved = acting.save_answer(attempt, key, data, origin=origin_of(request.POST))
    except AnswerError as error:
        if is_autosave(request):
            return JsonResponse({"error": "invalid", "message": str(error)}, status=422)
        return _show(request, attempt, number, key, error=str(error))
    except AttemptClosed:
        attempt.refresh_from_db()
        return _closed(request, attempt)
    except AnswerCommitted as refusal:
        _flag(request, attempt, key)
        messages.warning(request, str(refusal))
        return redirect("attempt_question", attempt=attempt.uuid, number=number)
    _flag(request, attempt, key)
    if saved.is_conflict:
        if is_autosave(request):
            return JsonResponse({"error": "conflict"}, status=409)
        return _show(
            request, attempt, number, key, kept=request.POST, conflict=saved.response, status=409
        )
    if is_autosave(request):
        return saved_in_background(asked, saved.response)
    if "check" in request.POST:
        return _check(request, attempt, number, key)
    return _go(request, attempt, number)


def _flag(request: HttpRequest, attempt: Attempt, key: str) -> None:
    """Keep the mark to come back, whatever became of the answer, but for one that is none."""
    if "flag" in request.POST:
        acting.set_flag(attempt, key, request.POST["flag"] == "1")


def _check(request: HttpRequest, attempt: Attempt, number: int, key: str) -> HttpResponse:
    """Commit this answer, so that its feedback may be shown."""
    asked = acting.asked(attempt, key)
    stored = attempt.responses.filter(key=key).values_list("answer", flat=True).first()
    if not is_finished(asked, read_answer(asked, stored or {})):
        return _show(request, attempt, number, key, error="Finish the answer before you check it.")
    acting.commit_answer(attempt, key)
    return redirect("attempt_question", attempt=attempt.uuid, number=number)


def _go(request: HttpRequest, attempt: Attempt, number: int) -> HttpResponse:
    target = wanted(request.POST, number, len(attempt.layout["questions"]))
    if target is None:
        return redirect("attempt_review", attempt=attempt.uuid)
    return redirect("attempt_question", attempt=attempt.uuid, number=target)


def _show(
    request: HttpRequest,
    attempt: Attempt,
    number: int,
    key: str,
    *,
    kept: QueryDict | None = None,
    conflict: Response | None = None,
    error: str = "",
    status: int = 200,
) -> HttpResponse:
    """The question's page. `kept` is an answer that was posted and not stored."""
    asked, order = acting.asked(attempt, key), layout_of(attempt, key)
    states = question_states(attempt)
    here = states[number - 1]
    response: Response | None = here["response"]
    posted = kept if kept is not None else request.POST if error else None
    answer = (posted is not None and readable(asked, order, posted)) or here["answer"]
    is_final = acting.shows_feedback(attempt, response)
    keys = keys_of(attempt.edition) if is_final else None
    shown = question_page(
        attempt.edition.content,
        states,
        number,
        order,
        answer=answer,
        is_final=is_final,
        keys=keys.by_question if keys else None,
    )
    return render(
        request,
        "curriculum/question.html",
        {
            **about(attempt, shelf_of(request)),
            **shown,
            "seen": response.version if response else 0,
            "page": uuid.uuid4().hex,
            "correction": keys.correction(key) if keys else None,
            "was_put_aside": kept is not None and conflict is None,
            "conflict": question_form(asked, order, here["answer"]) if conflict else None,
            "error": error,
        },
        status=422 if error else status,
    )


def about(attempt: Attempt, shelf: Shelf) -> dict[str, Any]:
    """What every page of an attempt shows around it, and where it leads."""
    key = attempt.activity.key
    return {
        "attempt": attempt,
        "quiz": attempt.edition.content,
        "unreviewed": not is_signed_off(attempt.activity, attempt.edition.digest, shelf),
        "to": {
            "home": reverse("go", args=[key]),
            "resume": reverse("attempt", args=[attempt.uuid]),
            "review": reverse("attempt_review", args=[attempt.uuid]),
            "submit": reverse("attempt_submit", args=[attempt.uuid]),
            "again": reverse("start_attempt", args=[key]),
        },
    }


def question_states(attempt: Attempt) -> list[dict[str, Any]]:
    """Each question asked, in order, and how the learner stands with it."""
    responses = {response.key: response for response in attempt.responses.all()}
    states = []
    for number, key in enumerate(attempt.layout["questions"], start=1):
        response, asked = responses.get(key), acting.asked(attempt, key)
        stored = response.answer if response else None
        states.append(
            standing(
                asked,
                number,
                read_answer(asked, stored) if stored else None,
                address=reverse("attempt_question", args=[attempt.uuid, number]),
                is_flagged=bool(response and response.is_flagged),
                saved_at=response.saved_at if response and response.version else None,
                response=response,
                is_shown=acting.shows_feedback(attempt, response),
            )
        )
    return states
