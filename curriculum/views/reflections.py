"""What a learner has written: theirs to read, to search, to take away, to share, to take back."""

import uuid
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from curriculum.domain import feedback as answering
from curriculum.domain import reflections as acting
from curriculum.domain.errors import Refused
from curriculum.exports.reflections import portfolio_pdf, text_lines
from curriculum.forms.reflections import hints_in, posted_text, stage_fields
from curriculum.models import Exemplar, Feedback, Version, Writing
from curriculum.permissions import SignedInRequest, own_feedback, own_writing
from curriculum.queries.reflections import exemplars, own_writings
from curriculum.queries.signoffs import is_signed_off
from curriculum.text import clean_line

ON_A_PAGE = 20


@never_cache
@login_required
def index(request: SignedInRequest) -> HttpResponse:
    """All of one's own writing, newest first, searchable by its words."""
    sought = clean_line(request.GET.get("q", ""))[:100]
    rows: Any = own_writings(request.user)
    if sought:
        # In memory: one person's writing is a few dozen pages, and JSON is searched differently
        # by each database.
        rows = [writing for writing in rows if _has(writing, sought.casefold())]
    by_module = request.GET.get("by") == "module"
    if by_module:
        rows = sorted(rows, key=lambda writing: writing.module or "")  # and newest first in each
    page = Paginator(rows, ON_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "sought": sought,
        "by_module": by_module,
        "rows": [(writing, acting.prompt_of(writing)) for writing in page],
    }
    return render(request, "curriculum/reflections.html", context)


def _has(writing: Any, sought: str) -> bool:
    words = [*writing.draft.values(), *(writing.finished_text or {}).values()]
    words += [writing.activity.title, acting.prompt_of(writing).question]
    return any(sought in text.casefold() for text in words)


@never_cache
@login_required
def reflection(request: SignedInRequest, writing: uuid.UUID) -> HttpResponse:
    """One piece: what was finished, what is looked for, who has answered and who has read it."""
    found = own_writing(request.user, writing)
    versions = list(found.versions.order_by("-number"))
    if not versions:
        return redirect("reflect", key=found.activity.key, prompt=found.prompt)
    answers = list(
        Feedback.objects.filter(version__writing=found, sent_at__isnull=False)
        .select_related("version")
        .order_by("sent_at")
    )
    response = render(request, "curriculum/reflection.html", _about(found, versions, answers))
    answering.mark_seen(found)
    return response


def _about(found: Writing, versions: list[Version], answers: list[Feedback]) -> dict[str, Any]:
    prompt, newest = acting.prompt_of(found), versions[0]
    offered = Exemplar.objects.filter(version__writing=found).first()
    others = exemplars(found.activity_id, found.prompt).exclude(version__writing=found)[:1]
    return {
        "writing": found,
        "prompt": prompt,
        "newest": newest,
        "passages": stage_fields(prompt, newest.text),
        "earlier": [(v, stage_fields(prompt, v.text)) for v in versions[1:]],
        "has_changed": found.draft != newest.text,
        "answers": answers,
        "can_take_back": found.shared_id and all(a.version_id != found.shared_id for a in answers),
        "shares_newest": found.shared_id == newest.pk,
        "readings": list(found.staff_readings.select_related("reader__profession")[:50]),
        "tutors": [t.get_full_name() for t in found.enrolment.cohort.tutors.all()],
        "consulted": [
            c.colleague.get_full_name() for c in found.consultations.select_related("colleague")
        ],
        "offered": offered,
        "example": next((stage_fields(prompt, e.text) for e in others), None),
        "hints": hints_in(newest.text),
        "unreviewed": not is_signed_off(found.activity, found.edition.digest),
    }


@login_required
@require_POST
def act(request: SignedInRequest, writing: uuid.UUID, action: str) -> HttpResponse:
    """What the buttons of the page do."""
    found = own_writing(request.user, writing)
    actions: dict[str, Callable[[], str]] = {
        "share": lambda: _share(found),
        "take-back": lambda: _take_back(found),
        "withdraw": lambda: _withdraw(found),
        "thank": lambda: _thank(request),
        "reply": lambda: _reply(request),
    }
    if action not in actions:
        raise Http404("There is no such thing to do here.")
    try:
        messages.success(request, actions[action]())
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("reflection", writing=writing)


def _share(writing: Writing) -> str:
    acting.share(writing)
    return "Shared. Your tutors can read this version now."


def _take_back(writing: Writing) -> str:
    acting.take_back(writing)
    return "Taken back. Only you can read it again."


def _withdraw(writing: Writing) -> str:
    acting.withdraw_exemplar(writing)
    return "Withdrawn. Nobody is shown it any more, and nothing of it is kept as an example."


def _thank(request: SignedInRequest) -> str:
    answering.thank(own_feedback(request.user, _pk(request)))
    return "Thank you was said."


def _reply(request: SignedInRequest) -> str:
    answering.reply(own_feedback(request.user, _pk(request)), request.POST.get("reply", ""))
    return "Your reply was sent."


def _pk(request: SignedInRequest) -> int:
    given = request.POST.get("feedback", "")
    return int(given) if given.isascii() and given.isdecimal() and len(given) < 10 else 0


@never_cache
@login_required
def offer(request: SignedInRequest, writing: uuid.UUID) -> HttpResponse:
    """Consent to be an example, in words that the writer has looked over once more."""
    found = own_writing(request.user, writing)
    newest = found.versions.order_by("-number").first()
    if newest is None:
        raise Http404("Nothing was finished yet.")
    newest.writing = found
    prompt, text, error = acting.prompt_of(found), newest.text, ""
    if request.method == "POST":
        text = posted_text(request.POST)
        try:
            if request.POST.get("consent") != "yes":
                raise Refused("Tick the box if you want to offer it; nothing was offered.")
            acting.offer_exemplar(newest, text)
            messages.success(request, "Offered. A tutor looks at it before anybody else does.")
            return redirect("reflection", writing=writing)
        except Refused as refusal:
            error = str(refusal)
    context = {
        "writing": found,
        "prompt": prompt,
        "fields": stage_fields(prompt, text),
        "hints": hints_in(text),
        "error": error,
    }
    return render(
        request, "curriculum/reflection_offer.html", context, status=422 if error else 200
    )


# ── To take away ──────────────────────────────────────────────────────────
@never_cache
@login_required
def as_text(request: SignedInRequest) -> HttpResponse:
    """Everything that was finished, as plain text."""
    body = "".join(text_lines(request.user, own_writings(request.user)))
    return _file(body.encode(), "text/plain; charset=utf-8", "reflections.txt")


@never_cache
@login_required
def as_pdf(request: SignedInRequest) -> HttpResponse:
    """Everything that was finished, as an accessible PDF."""
    pdf = portfolio_pdf(request.user, own_writings(request.user))
    return _file(pdf, "application/pdf", "reflections.pdf")


def _file(body: bytes, kind: str, name: str) -> HttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(body, content_type=kind, headers=headers)
