"""What a learner sees around an activity: where it stands, how far they are, what comes next."""

import copy
import dataclasses
import random
import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from wagtail.models import Page

from cms.models.credits import credits_of, read_by_lived
from cms.models.reviews import Review
from cms.models.seats import seats_of
from curriculum.content import Quiz
from curriculum.domain import cases
from curriculum.domain.layouts import lay_out
from curriculum.enums import Voice
from curriculum.exports.stages import moment_of, opened
from curriculum.forms import QuestionForm, question_form
from curriculum.forms.surveys import item_fields
from curriculum.models import Activity, Attempt, Edition, Enrolment, Inclusion, SignOff
from curriculum.queries.adjustments import attempts_granted
from curriculum.queries.catalogue import Shelf, shelf_of
from curriculum.queries.due import due_days
from curriculum.queries.outline import current_enrolment, is_offered
from curriculum.queries.progress import (
    ActivityProgress,
    ModuleProgress,
    home_of,
    inclusion_of,
    module_progress,
    with_due_day,
)
from curriculum.queries.reflections import own_writings
from curriculum.queries.regrades import with_regrades
from curriculum.queries.signoffs import signed_off, withdrawn


@dataclass(frozen=True)
class Visit:
    """Somebody looks at a module: which programme it is in, as whom, and how far they are."""

    inclusion: Inclusion
    enrolment: Enrolment | None
    module: ModuleProgress


def require_sign_in(request: HttpRequest) -> HttpResponse | None:
    """A redirect to the sign-in page for somebody who is not signed in."""
    if request.user.is_authenticated:
        return None
    return redirect_to_login(request.get_full_path(), reverse("account_login"))


def page_at(url_path: str, shelf: Shelf) -> Any:
    """The page at this place in the tree. Raises Http404 where there is none."""
    page = shelf.get(url_path, lambda: Page.objects.filter(url_path=url_path).specific().first())
    if page is None:
        raise Http404("There is no page here.")
    return copy.copy(page)  # so that what this request does to it stays with this request


def visit(request: HttpRequest, key: uuid.UUID, find: Callable[..., Inclusion | None]) -> Visit:
    """The visit of the signed-in person to the module that `find` gives for `key`.

    Raises Http404 where it is not offered.
    """
    shelf = shelf_of(request)
    inclusion = shelf.get((find.__name__, key), lambda: find(key))
    if inclusion is None:
        raise Http404("This is not part of a live programme.")
    user = request.user
    enrolment = current_enrolment(user.pk, inclusion.programme_id) if user.pk else None
    return Visit(inclusion, enrolment, module_progress(inclusion, enrolment, shelf))


def under_review_since(page: Any, shelf: Shelf) -> Any:
    """The day since which learners are told that this page is under review; None where they
    aren't told."""
    return shelf.get("under review", _under_review).get(page.pk)


def _under_review() -> dict[int, Any]:
    told = Review.objects.open().filter(tells_learners=True)
    return dict(told.order_by("-since").values_list("page_id", "since"))


def signatories(rows: Iterable[ActivityProgress], shelf: Shelf) -> tuple[SignOff, ...]:
    """Who signed these activities off, each once; nobody unless every one of them is signed off."""
    contents = tuple((row.activity.pk, row.digest) for row in rows)
    approvals = shelf.get(("signed off", contents), lambda: signed_off(contents))
    if not approvals or not all(approvals.values()):
        return ()
    newest = {(s.role, s.signatory_id): s for found in approvals.values() for s in found}
    return tuple(newest.values())


def _withdrawn(row: ActivityProgress, shelf: Shelf) -> tuple[SignOff, ...]:
    exact = (row.activity.pk, row.digest)
    return shelf.get(("withdrawn", exact), lambda: withdrawn([exact]))


def module_context(page: Any, request: HttpRequest) -> dict[str, Any]:
    """For a module's own page. A preview shows the draft and fetches nobody's records."""
    if getattr(request, "is_preview", False):
        frozen = page.freeze()
        return {
            "overview": frozen.content,
            "outcomes": frozen.content.outcomes,
            "draft_media": _draft_media(frozen),
        }
    found = visit(request, page.translation_key, inclusion_of)
    if found.enrolment:
        module = with_due_day(found.module, due_days(found.enrolment))
        found = dataclasses.replace(found, module=module)
    rows, shelf = found.module.activities, shelf_of(request)
    return {
        "visit": found,
        "outcomes": found.inclusion.module.overview["outcomes"],
        "under_review_since": under_review_since(page, shelf),
        "signatories": signatories(rows, shelf),
        "read_by_lived": read_by_lived([str(row.activity.key) for row in rows], shelf),
    }


def activity_context(page: Any, request: HttpRequest) -> dict[str, Any]:
    """For an activity's page. A preview shows the draft and fetches nobody's records."""
    if getattr(request, "is_preview", False):
        frozen = page.freeze()
        return {"content": frozen.content, "draft_media": _draft_media(frozen)}
    found = visit(request, page.translation_key, home_of)
    rows = found.module.activities
    position = next(
        (n for n, row in enumerate(rows) if row.activity.key == page.translation_key), None
    )
    if position is None:
        raise Http404("This activity is not offered at the moment.")
    here = rows[position]
    return {
        "visit": found,
        "here": here,
        "activity": here.activity,
        "number": position + 1,
        "next": rows[position + 1] if position + 1 < len(rows) else None,
        "signatories": (signed := signatories([here], shelf_of(request))),
        "withdrawn": () if signed else _withdrawn(here, shelf_of(request)),
        "credits": credits_of(str(page.translation_key), here.digest, shelf_of(request)),
        "under_review_since": under_review_since(page, shelf_of(request)),
    }


def quiz_context(context: dict[str, Any]) -> dict[str, Any]:
    """What a quiz's page shows beside: its settings and the learner's attempts."""
    if "visit" not in context:
        quiz = context["content"]
        return {"quiz": quiz, "forms": _all_questions(quiz)}
    activity, enrolment = context["activity"], context["visit"].enrolment
    mine = Attempt.objects.filter(activity=activity, enrolment=enrolment or 0)
    attempts = list(with_regrades(mine))
    quiz = Edition.objects.get(pk=activity.current_edition_id).content
    allowed = quiz.attempts_allowed  # 0: any number
    granted = attempts_granted(enrolment.pk, activity.pk) if allowed and enrolment else 0
    return {
        "quiz": quiz,
        "attempts": attempts,
        "granted": granted,
        "attempts_left": not allowed or len(attempts) < allowed + granted,
    }


def reflection_context(context: dict[str, Any]) -> dict[str, Any]:
    """What a reflection's page shows beside: the learner's own writing on each prompt."""
    if "visit" not in context:
        return {
            "reflection": context["content"],
            "rows": [(p, None) for p in context["content"].prompts],
        }
    activity, enrolment = context["activity"], context["visit"].enrolment
    content = Edition.objects.get(pk=activity.current_edition_id).content
    mine = own_writings(enrolment.learner_id).filter(enrolment=enrolment) if enrolment else ()
    written = {writing.prompt: writing for writing in mine if writing.activity_id == activity.pk}
    rows = [(prompt, written.pop(prompt.id, None)) for prompt in content.prompts]
    return {"reflection": content, "rows": rows, "earlier": list(written.values())}


def survey_context(context: dict[str, Any]) -> dict[str, Any]:
    """What a survey's page shows beside: the learner's own attempt; a preview shows every item."""
    if "visit" not in context:
        survey = context["content"]
        return {"survey": survey, "fields": item_fields(survey, {}, {})}
    activity, enrolment = context["activity"], context["visit"].enrolment
    survey = Edition.objects.get(pk=activity.current_edition_id).content
    mine = Attempt.objects.filter(activity=activity, enrolment=enrolment or 0)
    return {"survey": survey, "attempt": mine.order_by("-number").first()}


def case_context(context: dict[str, Any], request: HttpRequest) -> dict[str, Any]:
    """What a case's page shows beside: its cast, the learner's role, and their run."""
    if "visit" not in context:
        case = context["content"]
        seats = seats_of(context["page"], case)
        return {"case": case, "role": case.role, "open": opened(case), "seats": seats}
    activity, enrolment = context["activity"], context["visit"].enrolment
    profession = request.user.profession if request.user.is_authenticated else None
    case = Edition.objects.get(pk=activity.current_edition_id).content
    run = Attempt.objects.filter(activity=activity, enrolment=enrolment or 0).first()
    return {"case": case, "role": case.role_of(profession.name if profession else ""), "run": run}


def taster_context(page: Any, request: HttpRequest) -> dict[str, Any] | None:
    """The opening scene of a case that visitors may try, or what follows from `chose`. None where
    the case is not offered, or no such choice is there."""
    activity = Activity.objects.select_related("current_edition").filter(key=page.translation_key)
    found = activity.first()
    if found is None or found.current_edition is None or not is_offered(found):
        return None
    case, chosen = found.current_edition.content, QueryDict(mutable=True)
    chosen.setlist("chose", request.GET.getlist("chose")[:1])
    try:
        moment = moment_of(case, chosen, counterpart=Voice.SOCIAL_WORKER)
    except cases.NotOffered:
        moment = moment_of(case, QueryDict(), counterpart=Voice.SOCIAL_WORKER)
    approvals = signed_off([(found.pk, found.current_edition.digest)])
    return {"case": case, "moment": moment, "unreviewed": not all(approvals.values())}


def _all_questions(quiz: Quiz) -> list[QuestionForm]:
    """The forms of a draft's questions, in the author's order; the draft may be unsound."""
    whole = dataclasses.replace(quiz, draw=0, shuffle_questions=False)
    layout = lay_out(whole, random.Random(0))  # noqa: S311 - the same at each look
    return [question_form(q, layout["options"][q.id], None) for q in quiz.questions]


def _draft_media(frozen: Any) -> dict[str, str]:
    return {sha: file.url for sha, file in frozen.files.items()}
