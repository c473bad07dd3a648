"""Writing a reflection: kept as it is typed, and never lost to a timeout or a second tab."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache

from curriculum import dates
from curriculum.content import Prompt, Reflection, words_written
from curriculum.domain import reflections as acting
from curriculum.domain.errors import NothingAnswered, Refused
from curriculum.forms.reflections import hints_in, posted_text, stage_fields
from curriculum.models import Activity, Enrolment, Writing
from curriculum.permissions import own_place
from curriculum.queries.catalogue import shelf_of
from curriculum.queries.reflections import own_writings
from curriculum.queries.signoffs import is_signed_off
from curriculum.views.finishing import say_what_is_complete
from curriculum.views.pending import is_autosave, sign_in_to_save, take_back
from curriculum.views.saving import origin_of


@dataclass(frozen=True)
class Desk:
    """One learner at one prompt."""

    activity: Activity
    enrolment: Enrolment
    prompt: Prompt
    writing: Writing | None

    @property
    def digest(self) -> str:
        edition = self.writing.edition if self.writing else self.activity.current_edition
        return edition.digest if edition else ""


def _desk(user: Any, key: uuid.UUID, prompt: str) -> Desk:
    """Where this person writes on this prompt: in the programme that they take now, or, once it is
    not offered any more, on what they had begun. Raises Http404."""
    begun = own_writings(user).filter(activity__key=key, prompt=prompt)
    try:
        activity, enrolment = own_place(user, key)
        writing = begun.filter(enrolment=enrolment).first()
    except Http404:
        writing = begun.order_by("-enrolment__enrolled_at").first()
        if writing is None:
            raise
        activity, enrolment = writing.activity, writing.enrolment
        enrolment.learner = user
    if writing is not None:
        return Desk(activity, enrolment, acting.prompt_of(writing), writing)
    content = activity.current_edition.content if activity.current_edition else None
    if not isinstance(content, Reflection):
        raise Http404("This is not a reflection.")
    try:
        return Desk(activity, enrolment, content.prompt(prompt), None)
    except KeyError:
        raise Http404("This reflection has no such prompt.") from None


@never_cache
def write(request: HttpRequest, key: uuid.UUID, prompt: str) -> HttpResponse:
    """The page to write on. Its buttons keep the text, finish it, or finish and share it."""
    if not request.user.is_authenticated:
        if request.method == "POST":
            return sign_in_to_save(request)
        return redirect_to_login(request.get_full_path())
    desk = _desk(request.user, key, prompt)
    if request.method == "POST":
        return _save(request, desk)
    kept = take_back(request)
    text = posted_text(kept) if kept is not None else None
    return _show(request, desk, text=text, was_put_aside=kept is not None)


def _save(request: HttpRequest, desk: Desk) -> HttpResponse:
    text = posted_text(request.POST)
    try:
        drafted = acting.save_draft(
            desk.enrolment, desk.activity, desk.prompt.id, text, origin=origin_of(request.POST)
        )
    except Refused as refusal:
        if is_autosave(request):
            return JsonResponse({"error": "invalid", "message": str(refusal)}, status=422)
        return _show(request, desk, text=text, error=str(refusal))
    if drafted.is_conflict:
        if is_autosave(request):
            return JsonResponse({"error": "conflict"}, status=409)
        return _show(request, desk, text=text, conflict=drafted.writing)
    if is_autosave(request):
        return _saved(drafted.writing)
    wanted = request.POST.get("go", "keep")
    if wanted in {"finish", "share"}:
        unseen = {h.text for h in hints_in(drafted.writing.draft)} - {
            *request.POST.getlist("hinted")
        }
        return _finish(request, desk, drafted.writing, wanted, has_unseen_hints=bool(unseen))
    return redirect("reflect", key=desk.activity.key, prompt=desk.prompt.id)


def _saved(writing: Writing) -> JsonResponse:
    """What the script is told. The hints are found afresh and stay with this answer."""
    found = [{"text": h.text, "advice": h.advice} for h in hints_in(writing.draft)]
    return JsonResponse(
        {
            "version": writing.version,
            "saved_at": dates.clock(writing.saved_at) if writing.version else "",
            "words": words_written(writing.draft),
            "hints": found,
        }
    )


def _finish(
    request: HttpRequest, desk: Desk, writing: Writing, wanted: str, *, has_unseen_hints: bool
) -> HttpResponse:
    """Keep it as a version and, where that is wanted, share it. Hints come before sharing: where
    the page has not shown them yet, as without scripts, the next page does, and offers to share."""
    try:
        version = acting.finish(writing)
    except NothingAnswered as refusal:
        return _show(request, desk, text={}, error=str(refusal))
    if wanted == "share" and has_unseen_hints:
        messages.info(
            request,
            "Saved, and not shared yet: something in it could identify someone. Look at the hints "
            "below, then share it or write on.",
        )
    elif wanted == "share":
        acting.share(writing)
        messages.success(request, "Saved, and shared with your tutors.")
    else:
        messages.success(request, "Saved. Only you can read it.")
    if not desk.prompt.is_answered_by(version.words):
        least = desk.prompt.least
        messages.info(
            request, f"It counts towards the module from {least} words on; add to it when you like."
        )
    say_what_is_complete(request, desk.enrolment, since=version.finished_at)
    return redirect("reflection", writing=writing.uuid)


def _show(
    request: HttpRequest,
    desk: Desk,
    *,
    text: Mapping[str, str] | None = None,
    conflict: Writing | None = None,
    was_put_aside: bool = False,
    error: str = "",
) -> HttpResponse:
    """The page. `text` was typed and is not stored; `conflict` is what another page has stored."""
    writing = conflict or desk.writing
    stored = writing.draft if writing else {}
    shown = stored if text is None else text
    return render(
        request,
        "curriculum/reflect.html",
        {
            "activity": desk.activity,
            "prompt": desk.prompt,
            "writing": writing,
            "fields": stage_fields(desk.prompt, shown),
            "words": words_written(shown),
            "hints": hints_in(shown),
            "seen": writing.version if writing else 0,
            "page": uuid.uuid4().hex,
            "conflict": stage_fields(desk.prompt, stored) if conflict else None,
            "was_put_aside": was_put_aside,
            "error": error,
            "tutors": [t.get_full_name() for t in desk.enrolment.cohort.tutors.all()],
            "unreviewed": not is_signed_off(desk.activity, desk.digest, shelf_of(request)),
        },
        status=409 if conflict else 422 if error else 200,
    )
