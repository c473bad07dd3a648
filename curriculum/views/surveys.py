"""Answering a survey on one page, handing it in, and seeing one's own answers and consent again."""

import uuid
from collections.abc import Mapping

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from curriculum import clock, dates
from curriculum.content.surveys import CONSENT, YES
from curriculum.domain import surveys as acting
from curriculum.domain.errors import AttemptClosed, Refused
from curriculum.enums import ActivityKind
from curriculum.forms import surveys as forms
from curriculum.models import Attempt
from curriculum.permissions import SignedInRequest, own_attempt
from curriculum.queries.catalogue import shelf_of
from curriculum.queries.signoffs import is_signed_off
from curriculum.queries.surveys import own_surveys
from curriculum.views.finishing import say_what_is_complete
from curriculum.views.pending import is_autosave, sign_in_to_save, take_back
from curriculum.views.saving import origin_of


@never_cache
def survey(request: HttpRequest, attempt: uuid.UUID) -> HttpResponse:
    """All items on one page; once handed in, the answers as they were given."""
    if not request.user.is_authenticated:
        if request.method == "POST":
            return sign_in_to_save(request)
        return redirect_to_login(request.get_full_path())
    found = own_attempt(request.user, attempt, "activity", "consent", kind=ActivityKind.SURVEY)
    if not found.is_open:
        return _closed(request, found) if request.method == "POST" else _answers(request, found)
    if request.method == "POST":
        return _save(request, found)
    kept = take_back(request)
    typed = forms.posted(found.edition.content, kept)[0] if kept is not None else None
    return _show(request, found, typed=typed, was_put_aside=kept is not None)


def _closed(request: HttpRequest, attempt: Attempt) -> HttpResponse:
    if is_autosave(request):
        return JsonResponse({"error": "closed"}, status=409)
    messages.warning(request, "This survey was handed in, so its answers are final.")
    return redirect("survey", attempt=attempt.uuid)


def _save(request: HttpRequest, attempt: Attempt) -> HttpResponse:
    given, shown = forms.posted(attempt.edition.content, request.POST)
    origin = origin_of(request.POST)
    try:
        kept = acting.save_answers(attempt, given, shown, origin=origin)
    except AttemptClosed:
        return _closed(request, attempt)
    if is_autosave(request):
        if kept.refused:
            return JsonResponse({"error": "invalid", "message": kept.refused[0][1]}, status=422)
        if kept.conflicts:
            return JsonResponse({"error": "conflict"}, status=409)
        saved_at = dates.clock(kept.saved_at) if kept.saved_at else ""
        return JsonResponse({"version": origin.seen, "saved_at": saved_at, "missing": ""})
    if kept.conflicts or kept.refused:
        return _show(
            request, attempt, typed=given, errors=dict(kept.refused), conflicts=kept.conflicts
        )
    if request.POST.get("go") == "submit":
        return _hand_in(request, attempt, given)
    messages.success(request, "Saved. Come back when you like.")
    return redirect("go", key=attempt.activity.key)


def _hand_in(request: HttpRequest, attempt: Attempt, given: Mapping[str, str]) -> HttpResponse:
    begun_at = clock.now()
    try:
        acting.hand_in(attempt)
    except acting.Unfinished as refusal:
        errors = dict.fromkeys(refusal.keys, forms.MISSING)
        return _show(request, attempt, typed=given, errors=errors)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("survey", attempt=attempt.uuid)
    messages.success(request, "Thank you. Your answers are handed in.")
    say_what_is_complete(request, attempt.enrolment, since=begun_at)
    return redirect("survey", attempt=attempt.uuid)


def _show(
    request: HttpRequest,
    attempt: Attempt,
    *,
    typed: Mapping[str, str] | None = None,
    errors: Mapping[str, str] | None = None,
    conflicts: tuple[str, ...] = (),
    was_put_aside: bool = False,
) -> HttpResponse:
    """The page to answer on. `typed` was posted and, where it differs, is not stored."""
    content, rows = attempt.edition.content, list(attempt.responses.all())
    stored = acting.answers_of(attempt)
    there = {key: stored.get(key, "") for key in conflicts}
    fields = forms.item_fields(content, attempt.layout["wordings"], stored, typed)
    consent_to = forms.consent_field(content, stored, typed)
    *fields, consent_to = forms.marked([*fields, consent_to], errors=errors or {}, conflicts=there)
    saved = [row.saved_at for row in rows]
    return render(
        request,
        "curriculum/survey.html",
        {
            "attempt": attempt,
            "survey": content,
            "fields": fields,
            "consent": consent_to,
            "summary": forms.summary_of([*fields, consent_to]),
            "conflicts": [f for f in (*fields, consent_to) if f.elsewhere],
            "seen": max((row.version for row in rows), default=0),
            "saved_at": max(saved, default=None) if typed is None else None,
            "page": uuid.uuid4().hex,
            "was_put_aside": was_put_aside,
            "unreviewed": not _is_reviewed(request, attempt),
        },
        status=409 if conflicts else 422 if errors else 200,
    )


def _answers(request: HttpRequest, attempt: Attempt) -> HttpResponse:
    content, stored = attempt.edition.content, acting.answers_of(attempt)
    return render(
        request,
        "curriculum/survey_answers.html",
        {
            "attempt": attempt,
            "survey": content,
            "fields": forms.item_fields(content, attempt.layout["wordings"], stored),
            "consent": getattr(attempt, "consent", None),
            "unreviewed": not _is_reviewed(request, attempt),
        },
    )


def _is_reviewed(request: HttpRequest, attempt: Attempt) -> bool:
    return is_signed_off(attempt.activity, attempt.edition.digest, shelf_of(request))


@login_required
@require_POST
def consent(request: SignedInRequest, attempt: uuid.UUID) -> HttpResponse:
    """Allow the use of one's answers, or allow it no longer."""
    found = own_attempt(request.user, attempt, kind=ActivityKind.SURVEY)
    is_given = request.POST.get(CONSENT) == YES
    try:
        acting.set_consent(found, is_given)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("survey", attempt=attempt)
    messages.success(
        request,
        "Your answers may be used to evaluate the programme."
        if is_given
        else "Your answers are left out from now on. Reports made before may still count them.",
    )
    return redirect("survey", attempt=attempt)


@never_cache
@login_required
def index(request: SignedInRequest) -> HttpResponse:
    """Every survey that this person has answered, and whether it may be used."""
    rows = [(attempt, getattr(attempt, "consent", None)) for attempt in own_surveys(request.user)]
    return render(request, "curriculum/surveys.html", {"rows": rows})
