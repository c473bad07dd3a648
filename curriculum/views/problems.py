"""Reporting a problem, and reading what became of one's own reports."""

import uuid
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache

from curriculum.content import Case
from curriculum.domain import playing
from curriculum.domain.errors import Refused
from curriculum.domain.problems import mark_answer_seen, report_problem
from curriculum.enums import AttemptState
from curriculum.forms.problems import ProblemForm
from curriculum.models import Activity, Attempt, Edition, ProblemReport
from curriculum.permissions import SignedInRequest, offered_activity, own_attempt, own_problem
from curriculum.queries.problems import about, own_problems, with_about
from curriculum.views.pending import sign_in_to_save, take_back

ON_A_PAGE = 20


@never_cache
def report_page(request: SignedInRequest, key: uuid.UUID) -> HttpResponse:
    """Report a problem with a page, as it is published now."""
    if not request.user.is_authenticated:
        return _sign_in(request)
    found = offered_activity(key)
    assert found.current_edition is not None
    return _report(request, found, found.current_edition, "", reverse("go", args=[key]))


@never_cache
def report_part(request: SignedInRequest, attempt: uuid.UUID, part: str) -> HttpResponse:
    """Report a problem with a question or a scene that one's attempt has shown."""
    if not request.user.is_authenticated:
        return _sign_in(request)
    found = own_attempt(request.user, attempt, "activity")
    return _report(request, found.activity, found.edition, part, _where(found, part))


def _sign_in(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        return sign_in_to_save(request)
    return redirect_to_login(request.get_full_path())


def _where(attempt: Attempt, part: str) -> str:
    """The address at which the attempt shows this question or scene. Raises Http404 where it does
    not, so that nobody is told of questions and scenes that they have not met."""
    is_over = attempt.state == AttemptState.SUBMITTED
    if isinstance(attempt.edition.content, Case):
        visited = {state.scene for state in playing.run_of(attempt).states}
        if part in visited or is_over:  # afterwards every road can be walked
            return reverse("attempt", args=[attempt.uuid])
    elif part in attempt.layout.get("questions", ()):
        number = attempt.layout["questions"].index(part) + 1
        if is_over:
            return f"{reverse('attempt_result', args=[attempt.uuid])}#q{number}"
        return reverse("attempt_question", args=[attempt.uuid, number])
    raise Http404("This attempt has not shown that.")


def _report(
    request: SignedInRequest, activity: Activity, edition: Edition, key: str, back: str
) -> HttpResponse:
    try:
        subject = about(edition.content, key)
    except KeyError as error:
        raise Http404("There is no such question or scene.") from error
    kept = take_back(request) if request.method == "GET" else None
    form = ProblemForm(request.POST if request.method == "POST" else None, initial=_typed(kept))
    refusal = ""
    if request.method == "POST" and form.is_valid():
        try:
            report = report_problem(request.user, edition, key, **form.cleaned_data)
        except Refused as error:
            refusal = str(error)
        else:
            messages.success(request, "Thank you. Your report has been sent to the authors.")
            return redirect("problem", report=report.uuid)
    context = {
        "activity": activity,
        "about": subject,
        "back": back,
        "form": form,
        "refusal": refusal,
        "was_put_aside": kept is not None,
    }
    status = 422 if refusal or form.errors else 200
    return render(request, "curriculum/report_problem.html", context, status=status)


def _typed(kept: Any) -> dict[str, Any]:
    """What was typed before the session ended."""
    if kept is None:
        return {}
    return {
        "kind": kept.get("kind", ""),
        "text": kept.get("text", ""),
        "may_be_named": kept.get("may_be_named") == "on",
    }


# ── One's own ─────────────────────────────────────────────────────────────
@never_cache
@login_required
def index(request: SignedInRequest) -> HttpResponse:
    """Everything that one has reported, newest first."""
    page = Paginator(own_problems(request.user), ON_A_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "rows": with_about(page)}
    return render(request, "curriculum/problems.html", context)


@never_cache
@login_required
def problem(request: SignedInRequest, report: uuid.UUID) -> HttpResponse:
    """One report and, once there is one, its answer."""
    found: ProblemReport = own_problem(request.user, report)
    [(found, subject)] = with_about([found])
    context = {"report": found, "about": subject}
    response = render(request, "curriculum/problem.html", context)
    mark_answer_seen(found)
    return response
