"""Reading what a learner has shared, answering it and passing it on. Every opening is recorded."""

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.decorators import method_decorator
from django.utils.functional import cached_property
from django.views.decorators.cache import never_cache
from django.views.generic import TemplateView
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from cms.admin.reflections import STATES, Wanted, ago, inbox_address, reading_address
from cms.admin.saved_comments import keep_comment
from cms.models.settings import site_settings
from curriculum import clock
from curriculum.content import Prompt
from curriculum.domain.errors import Refused
from curriculum.domain.feedback import LONGEST, consult, record_reading, save_feedback
from curriculum.domain.reflections import lock_writing, prompt_of
from curriculum.enums import Side
from curriculum.models import Cohort, Consultation, Feedback, SavedComment, StaffReading, User
from curriculum.models import Writing as Shared
from curriculum.permissions import shared_writing
from curriculum.queries.reflections import inbox

ONE_VISIT = dt.timedelta(hours=1)
NAME_SHOWN = "reflection_name_shown"  # in the session: the one writing whose name is shown
NEWER = (
    "Its writer has shared a newer version since you opened this page. It is the one shown now: "
    "read it, and send your feedback again if it still fits."
)
OPPOSITE = {Side.HEALTH: Side.SOCIAL_CARE, Side.SOCIAL_CARE: Side.HEALTH}


def remember_reading(writing: Shared, reader: User, *, name_shown: bool = False) -> None:
    """Record an opening, once in a visit; a newer version is opened anew."""
    since = clock.now() - ONE_VISIT
    known = StaffReading.objects.filter(
        writing=writing, reader=reader, at__gte=max(since, writing.shared_at or since)
    )
    if not known.filter(**({"name_shown": True} if name_shown else {})).exists():
        record_reading(writing, reader, name_shown=name_shown)


def steps(prompt: Prompt, text: dict[str, str]) -> list[tuple[str, str]]:
    """What was written, under the questions that it answers."""
    return [(stage.question, text[stage.key]) for stage in prompt.stages if stage.key in text]


def tutors(user: User, writing: Shared) -> bool:
    """Whether this person tutors the writer's cohort; who was only asked does not pass it on."""
    return Cohort.tutors.through.objects.filter(
        cohort=writing.enrolment.cohort_id, user=user
    ).exists()


def colleagues(user: User, writing: Shared) -> dict[str, list[User]]:
    """Whom it can be passed on to: those on the other side of the divide first."""
    people = list(
        User.objects.filter(is_staff=True, is_active=True)
        .exclude(pk__in=[user.pk, writing.learner_id])
        .exclude(consulted_on__writing=writing)
        .select_related("profession")
        .order_by("profession__position", "profession__name", "full_name", "email")
    )
    other = OPPOSITE.get(Side(user.profession.side)) if user.profession else None
    across = [who for who in people if other and who.profession and who.profession.side == other]
    rest = [who for who in people if who not in across]
    groups = {other.label if other else "": across, "Others": rest}
    return {label: group for label, group in groups.items() if group}


@dataclass(frozen=True)
class Place:
    """Where a writing stands in the list that its reader came from; 0: it has left it."""

    number: int
    total: int
    previous: uuid.UUID | None
    next: uuid.UUID | None


def place(user: User, writing: Shared, wanted: Wanted) -> Place:
    """The neighbours, by what waits longest, whether or not this one is still in the list."""
    rows = list(wanted.narrow(inbox(user)).values_list("shared_at", "pk", "uuid"))
    here = (writing.shared_at, writing.pk)
    before = [row for row in rows if row[:2] < here]
    after = [row for row in rows if row[:2] > here]
    is_there = len(before) + len(after) < len(rows)
    return Place(
        len(before) + 1 if is_there else 0,
        len(rows),
        before[-1][2] if before else None,
        after[0][2] if after else None,
    )


@method_decorator(never_cache, name="dispatch")
class ReadingView(WagtailAdminTemplateMixin, TemplateView):
    """One shared version, with what was answered to it and the form to answer it oneself.

    Everything that is done here posts the same form, so nothing that was typed is lost.
    """

    template_name = "cms/admin/reflections/reading.html"
    header_icon = "edit"
    refusal = ""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        try:
            return super().dispatch(request, *args, **kwargs)
        except Http404:
            if request.method != "POST":
                raise
            # The same for everybody: it shows nothing but what was typed just now.
            typed = {"typed": request.POST.get("text", "")}
            return render(request, "cms/admin/reflections/gone.html", typed, status=404)

    @property
    def user(self) -> User:
        return self.request.user  # type: ignore[return-value]

    @cached_property
    def wanted(self) -> Wanted:
        return Wanted.of(self.request.GET)

    @cached_property
    def writing(self) -> Shared:
        return shared_writing(self.user, self.kwargs["key"])

    def get_page_title(self) -> str:
        return self.writing.activity.title

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [
            *super().get_breadcrumbs_items(),
            {"url": inbox_address(self.wanted), "label": "Reflections"},
            {"url": "", "label": self.writing.activity.title},
        ]

    # ── What is done ──────────────────────────────────────────────────────
    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return self.act()
        except Refused as refusal:
            self.refusal = str(refusal)
            del self.writing  # it may be another version by now, or gone
            return self.render_to_response(self.get_context_data(), status=422)

    def act(self) -> HttpResponse:
        """Keep a draft, put a saved comment at its end, or send it."""
        do, typed = self.request.POST.get("do", ""), self.request.POST.get("text", "")
        if comment := self.request.POST.get("insert", ""):
            own = SavedComment.objects.filter(owner=self.user)
            found = own.filter(pk=int(comment)).first() if comment.isdecimal() else None
            typed = f"{typed.rstrip()}\n\n{found.text}" if found else typed
        self.save(typed, send=do in {"send", "next"})
        if do in {"send", "next"}:
            messages.success(self.request, "Feedback sent. It stays as you wrote it.")
            return redirect(self.onwards() if do == "next" else inbox_address(self.wanted))
        messages.success(self.request, "Draft saved. Only you can read it.")
        return self.back()

    @transaction.atomic
    def save(self, typed: str, *, send: bool = False) -> None:
        """Keep or send what was typed about the version that was read, and about no other."""
        now = lock_writing(self.writing)
        if now.shared is not None and str(now.shared.pk) != self.request.POST.get("version"):
            raise Refused(NEWER)
        save_feedback(now, self.user, typed, send=send)

    def keep_typed(self) -> None:
        """Before something else is done: keep as a draft what stands in the form."""
        typed = self.request.POST.get("text", "")
        if typed.strip() or self.writing.drafted:  # type: ignore[attr-defined]
            self.save(typed)

    def onwards(self) -> str:
        """The next one of the list that waits for this person, or else the list."""
        waiting = self.wanted.narrow(inbox(self.user)).filter(STATES["waiting"][1])
        rows = list(waiting.values_list("shared_at", "pk", "uuid"))
        here = (self.writing.shared_at, self.writing.pk)
        found = next((row for row in rows if row[:2] > here), rows[0] if rows else None)
        return reading_address(found[2], self.wanted) if found else inbox_address(self.wanted)

    def back(self) -> HttpResponse:
        return redirect(reading_address(self.writing.uuid, self.wanted))

    # ── What is shown ─────────────────────────────────────────────────────
    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        writing, user, posted = self.writing, self.user, self.request.POST
        shows_name = self.request.session.get(NAME_SHOWN) == str(writing.uuid)
        where = place(user, writing, self.wanted)  # before opening it makes it no longer new
        remember_reading(writing, user, name_shown=shows_name)
        return super().get_context_data(
            writing=writing,
            query=self.wanted.query,
            inbox_address=inbox_address(self.wanted),
            place=where,
            ago=ago(writing),
            prompt=prompt_of(writing),
            steps=steps(prompt_of(writing), writing.shared.text),  # type: ignore[union-attr]
            name=writing.learner.get_full_name() if shows_name else "",
            refusal=self.refusal,
            question=posted.get("question", ""),
            comment=posted.get("comment", ""),
            comments=SavedComment.objects.filter(owner=user),
            advice=site_settings().get("safeguarding_advice", ""),
            longest=LONGEST,
            **self._answers(),
            **self._colleagues(),
            **kwargs,
        )

    def _answers(self) -> dict[str, Any]:
        """What was sent on this and on earlier versions, and what stands in one's own form."""
        own = Q(author=self.user, version=self.writing.shared)
        found = list(
            Feedback.objects.filter(own | Q(sent_at__isnull=False), version__writing=self.writing)
            .select_related("version")
            .defer("version__text")
        )
        draft = next((feedback.text for feedback in found if feedback.sent_at is None), "")
        return {
            "sent": [feedback for feedback in found if feedback.sent_at],
            "typed": self.request.POST.get("text", draft),
        }

    def _colleagues(self) -> dict[str, Any]:
        if not tutors(self.user, self.writing):
            return {"tutors": False}
        asked = Consultation.objects.filter(writing=self.writing)
        return {
            "tutors": True,
            "colleagues": colleagues(self.user, self.writing),
            "consultations": asked.select_related("colleague__profession"),
        }


class NameView(ReadingView):
    """Shows the writer's name, which is recorded, or hides it again."""

    http_method_names = ["post"]

    def act(self) -> HttpResponse:
        self.keep_typed()
        if self.request.POST.get("name") == "show":
            record_reading(self.writing, self.user, name_shown=True)
            self.request.session[NAME_SHOWN] = str(self.writing.uuid)
        else:
            self.request.session.pop(NAME_SHOWN, None)
        return self.back()


class PassOnView(ReadingView):
    """Asks a colleague what they would say."""

    http_method_names = ["post"]

    def act(self) -> HttpResponse:
        if not tutors(self.user, self.writing):
            raise Http404("Who was asked does not pass it on.")
        self.keep_typed()
        offered = colleagues(self.user, self.writing)
        wanted = self.request.POST.get("colleague", "")
        found = next((w for group in offered.values() for w in group if str(w.pk) == wanted), None)
        if found is None:
            raise Refused("Choose the colleague to whom you want to pass it on.")
        consult(self.writing, self.user, found, self.request.POST.get("question", ""))
        messages.success(self.request, f"Passed on to {found.get_full_name()}.")
        return self.back()


class KeepCommentView(ReadingView):
    """Keeps a sentence with one's saved comments while reading."""

    http_method_names = ["post"]

    def act(self) -> HttpResponse:
        self.keep_typed()
        keep_comment(self.user, self.request.POST.get("comment", ""))
        messages.success(self.request, "Kept with your saved comments.")
        return self.back()
