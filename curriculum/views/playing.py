"""Playing a case: a decision a page, what follows from it, and the way on."""

import uuid
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from curriculum.content import Decision
from curriculum.content.answers import AnswerError, Decided, read_answer
from curriculum.directory import directory
from curriculum.domain import cases, playing
from curriculum.domain.attempts import save_answer
from curriculum.domain.errors import AnswerCommitted, AttemptClosed, Refused
from curriculum.enums import ActivityKind, AttemptState, Side
from curriculum.exports.stages import ending_of, moment_of, reveal_of, roads_not_taken, scene_of
from curriculum.forms import decision_form
from curriculum.models import Attempt, Module, ModuleCompletion, Response
from curriculum.permissions import SignedInRequest, own_attempt
from curriculum.queries.catalogue import Shelf, shelf_of
from curriculum.queries.choices import how_others_chose
from curriculum.queries.progress import home_of, module_progress
from curriculum.queries.signoffs import is_signed_off
from curriculum.views.pending import is_autosave, sign_in_to_save, take_back
from curriculum.views.saving import origin_of, saved_in_background


def go_on(attempt: Attempt) -> HttpResponse:
    """Where a learner who comes back finds themself: at what they saw last."""
    run = playing.run_of(attempt)
    made = len(run.now.steps)
    return redirect("case_step", attempt=attempt.uuid, number=made + run.is_over or 1)


@never_cache
def step(request: HttpRequest, attempt: uuid.UUID, number: int) -> HttpResponse:
    """The decision with this number: to make, or once it was made, what followed. The number
    after the last one is the ending."""
    if not request.user.is_authenticated:
        if request.method == "POST":
            return sign_in_to_save(request)
        return redirect_to_login(request.get_full_path())
    also = "enrolment__cohort" if request.method == "POST" else "activity"
    found = own_attempt(request.user, attempt, also, kind=ActivityKind.CASE)
    if request.method == "POST" and "commit" in request.POST and not is_autosave(request):
        return _commit(request, found, number)
    run = playing.run_of(found)
    made = len(run.now.steps)
    if not 1 <= number <= made + 1:
        raise Http404("This run has not come so far.")
    if request.method == "POST":
        if number <= made or run.is_over:
            return _made_already(request, found, number)
        return _save(request, found, run, number)
    if number <= made:
        return _reveal(request, found, run, number)
    if run.is_over:
        return _ending(request, found, run, number)
    return _scene(request, found, run, number, kept=take_back(request))


def _made_already(request: HttpRequest, attempt: Attempt, number: int) -> HttpResponse:
    if is_autosave(request):
        return JsonResponse({"error": "closed"}, status=409)
    if request.POST.get("commit") != "again":
        messages.info(request, "You have made this decision already; it stays as it was.")
    return redirect("case_step", attempt=attempt.uuid, number=number)


def _commit(request: HttpRequest, attempt: Attempt, number: int) -> HttpResponse:
    post = request.POST
    try:
        saved = playing.decide(attempt, number, _given(post), origin=origin_of(post))
    except (AnswerCommitted, AttemptClosed):
        return _made_already(request, attempt, number)
    except KeyError:
        raise Http404("This run has not come so far.") from None
    except (AnswerError, Refused) as error:
        run = playing.run_of(attempt)
        return _scene(request, attempt, run, number, kept=post, error=str(error), status=422)
    if saved.is_conflict:
        run = playing.run_of(attempt)
        return _scene(request, attempt, run, number, kept=post, conflict=saved.response, status=409)
    return redirect("case_step", attempt=attempt.uuid, number=number)


def _save(request: HttpRequest, attempt: Attempt, run: playing.Run, number: int) -> HttpResponse:
    """Keep what was given so far, in the background or by a button that does not commit."""
    key, post = run.now.key, request.POST
    try:
        answer = playing.given(cases.decision_at(run.case, key), _given(post))
        saved = save_answer(attempt, key, answer, origin=origin_of(post))
    except AnswerError as error:
        if is_autosave(request):
            return JsonResponse({"error": "invalid", "message": str(error)}, status=422)
        return _scene(request, attempt, run, number, kept=post, error=str(error), status=422)
    except (AnswerCommitted, AttemptClosed):
        return _made_already(request, attempt, number)
    if saved.is_conflict:
        if is_autosave(request):
            return JsonResponse({"error": "conflict"}, status=409)
        return _scene(request, attempt, run, number, kept=post, conflict=saved.response, status=409)
    if is_autosave(request):
        return saved_in_background(cases.decision_at(run.case, key), saved.response)
    return redirect("case_step", attempt=attempt.uuid, number=number)


def _given(post: QueryDict) -> dict[str, str | None]:
    return {name: post.get(name) for name in ("choice", "confidence", "prediction", "entry")}


# ── Pages ─────────────────────────────────────────────────────────────────
def _scene(
    request: HttpRequest,
    attempt: Attempt,
    run: playing.Run,
    number: int,
    *,
    kept: QueryDict | None = None,
    conflict: Response | None = None,
    error: str = "",
    status: int = 200,
) -> HttpResponse:
    """The page of a decision that is still to make. `kept` was posted and not stored."""
    key = run.now.key
    decision = cases.decision_at(run.case, key)
    stored = run.decided(key)
    response = conflict or run.responses.get(key)
    given = _readable(decision, kept) or stored if kept is not None else stored
    if kept is None and decision.finds and "entry" in request.GET:
        given, error = _contacting(decision, request.GET["entry"], stored)
    order = attempt.layout["options"][run.now.scene]
    offered, foresee = cases.offered(run.case, run.now), cases.counterpart(_side(request))
    other: Any = read_answer(decision, conflict.answer or {}) if conflict else None
    there = decision_form(decision, offered, order, other, foresee) if conflict else None
    return render(
        request,
        "curriculum/case_scene.html",
        {
            **_about(request, attempt, run, number),
            "scene": scene_of(run.case, run.now),
            "form": decision_form(decision, offered, order, given, foresee),
            "seen": response.version if response else 0,
            "page": uuid.uuid4().hex,
            "saved_at": response.saved_at if response and response.version else None,
            "was_put_aside": kept is not None and conflict is None and not error,
            "conflict": there,
            "error": error,
            "before": number - 1 if number > 1 else None,
            **_finding(decision, attempt),
        },
        status=status,
    )


def _readable(decision: Any, post: QueryDict) -> Decided | None:
    try:
        answer = playing.given(decision, _given(post))
        return read_answer(decision, answer)  # type: ignore[return-value]
    except AnswerError:
        return Decided(prediction=post.get("prediction", ""))


def _finding(decision: Decision, attempt: Attempt) -> dict[str, str]:
    """What the page needs where a service is to be found."""
    if not decision.finds:
        return {}
    return {"search_for": directory().search_for(attempt.uuid), "nobody": playing.NOBODY}


def _contacting(
    decision: Decision, entry: str, stored: Decided | None
) -> tuple[Decided | None, str]:
    """What was given before, now with the entry that the learner has come back with from the
    directory; and why that cannot be."""
    beside = stored.as_json() if stored else {}
    try:
        answer = playing.given(decision, {**beside, "entry": entry})
        return read_answer(decision, answer), ""  # type: ignore[return-value]
    except AnswerError as problem:
        return stored, str(problem)


def _reveal(request: HttpRequest, attempt: Attempt, run: playing.Run, number: int) -> HttpResponse:
    """What followed from a decision, and the same moment from each seat."""
    before, after = run.states[number - 1], run.states[number]
    decided = run.decided(before.key)
    reveal = reveal_of(run.case, before, after, decided, cases.counterpart(_side(request)))
    texts = {choice.id: choice.text for choice in reveal.decision.choices}
    counted = how_others_chose(attempt.activity_id, before.scene, attempt.enrolment.cohort_id)
    return render(
        request,
        "curriculum/case_reveal.html",
        {
            **_about(request, attempt, run, number),
            "scene": scene_of(run.case, before),
            "reveal": reveal,
            "others": [(c, c.shares(texts)) for c in counted],
            "next_number": number + 1,
            "next_title": run.case.scene(after.scene).title,
            "leads_to_ending": cases.is_over(run.case, after),
        },
    )


def _ending(request: HttpRequest, attempt: Attempt, run: playing.Run, number: int) -> HttpResponse:
    return render(
        request,
        "curriculum/case_ending.html",
        {
            **_about(request, attempt, run, number),
            "ending": ending_of(run.case, run.states),
            "roads": roads_not_taken(run.case, run.states),
            "completed_module": _completed_by(attempt),
            **_after(attempt, shelf_of(request)),
        },
    )


@never_cache
@login_required
@require_GET
def replay(request: SignedInRequest, attempt: uuid.UUID) -> HttpResponse:
    """Walk another road after the end. Nothing is stored: the road is in the address."""
    found = own_attempt(
        request.user, attempt, "activity", "enrolment__cohort", kind=ActivityKind.CASE
    )
    if found.state != AttemptState.SUBMITTED:
        return redirect("attempt", attempt=attempt)
    run = playing.run_of(found)
    try:
        moment = moment_of(
            run.case,
            request.GET,
            counterpart=cases.counterpart(_side(request)),
            orders=found.layout["options"],
        )
    except (cases.NotOffered, KeyError):
        raise Http404("There is no such road in this case.") from None
    return render(
        request,
        "curriculum/case_replay.html",
        {**_about(request, found, run, len(run.now.steps) + 1), "moment": moment},
    )


# ── Around ────────────────────────────────────────────────────────────────
def _side(request: HttpRequest) -> Side:
    profession = request.user.profession if request.user.is_authenticated else None
    return Side(profession.side) if profession else Side.HEALTH


def _about(request: HttpRequest, attempt: Attempt, run: playing.Run, number: int) -> dict[str, Any]:
    """What every page of a case shows around it."""
    profession = request.user.profession if request.user.is_authenticated else None
    return {
        "attempt": attempt,
        "case": run.case,
        "number": number,
        "role": run.case.role_of(profession.name if profession else ""),
        "per_cent": int(100 * cases.progress(run.case, run.states[:number])),
        "unreviewed": not is_signed_off(
            attempt.activity, attempt.edition.digest, shelf_of(request)
        ),
    }


def _completed_by(attempt: Attempt) -> Module | None:
    """The module that became complete with this case."""
    done = ModuleCompletion.objects.filter(
        enrolment=attempt.enrolment_id, completed_at=models.Value(attempt.ended_at)
    )
    found = done.select_related("module").first()
    return found.module if found else None


def _after(attempt: Attempt, shelf: Shelf) -> dict[str, Any]:
    """The module that the case stands in; its reflection if one follows, else what comes next."""
    key = attempt.activity.key
    inclusion = shelf.get(("home_of", key), lambda: home_of(key))
    if inclusion is None:
        return {"module": None, "next": None}
    rows = module_progress(inclusion, None, shelf).activities
    place = next((n for n, row in enumerate(rows) if row.activity == attempt.activity), len(rows))
    later = rows[place + 1 :]
    reflection = (r for r in later if r.activity.kind == ActivityKind.REFLECTION)
    return {"module": inclusion.module, "next": next(reflection, next(iter(later), None))}
