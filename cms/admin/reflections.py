"""The tutors' inbox: what learners have shared with this person, by prompt, without names."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.db.models import Count, Q, QuerySet
from django.http import Http404, QueryDict
from django.urls import reverse
from django.utils.timesince import timesince
from django.views.generic import TemplateView
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from curriculum import clock
from curriculum.domain.reflections import prompt_of
from curriculum.models import Edition, User, Writing
from curriculum.queries.reflections import exemplars_to_check, inbox

PER_PAGE = 25
STATES = {
    "waiting": ("Waiting for my answer", Q(answered=False)),
    "new": ("Not opened by me yet", Q(is_new=True)),
    "drafted": ("I have begun to answer", Q(drafted=True)),
    "answered": ("Answered by me", Q(answered=True)),
    "all": ("All", Q()),
}


@dataclass(frozen=True)
class Wanted:
    """What the address asks for: a state, and a prompt or a cohort where one is named."""

    state: str = "waiting"
    prompt: str = ""  # the activity's key, a full stop, the prompt's id
    cohort: str = ""

    @classmethod
    def of(cls, asked: QueryDict) -> "Wanted":
        """Raises Http404 for an address that no page of ours leads to."""
        wanted = cls(
            asked.get("state") or "waiting", asked.get("prompt", ""), asked.get("cohort", "")
        )
        try:
            for key in filter(None, (wanted.prompt.partition(".")[0], wanted.cohort)):
                uuid.UUID(key)
        except ValueError as error:
            raise Http404("There is no such list.") from error
        if wanted.state not in STATES:
            raise Http404("There is no such list.")
        return wanted

    def narrow(self, found: QuerySet[Writing]) -> QuerySet[Writing]:
        """What of an inbox is asked for."""
        found = found.filter(STATES[self.state][1])
        if self.cohort:
            found = found.filter(enrolment__cohort__uuid=self.cohort)
        if self.prompt:
            key, _, prompt = self.prompt.partition(".")
            found = found.filter(activity__key=key, prompt=prompt)
        return found

    @property
    def query(self) -> str:
        """The end of an address that asks for the same."""
        given = {"state": "" if self.state == "waiting" else self.state, "prompt": self.prompt}
        kept = {key: value for key, value in (given | {"cohort": self.cohort}).items() if value}
        return f"?{urlencode(kept)}" if kept else ""


@dataclass(frozen=True)
class Heap:
    """What lies in the inbox of one prompt, edition and cohort."""

    activity: str
    key: str
    edition: int
    cohort: str
    cohort_name: str
    waiting: int
    new: int


@dataclass(frozen=True)
class Row:
    """One writing in the list: never the name, never the text."""

    writing: Writing
    question: str
    ago: str


def heaps(user: Any) -> list[Heap]:
    """Everything that this person may read, counted."""
    rows = (
        inbox(user)
        .order_by()
        .values_list(
            "activity__title",
            "activity__key",
            "prompt",
            "edition",
            "enrolment__cohort__uuid",
            "enrolment__cohort__name",
        )
        .annotate(
            waiting=Count("pk", filter=STATES["waiting"][1]),
            new=Count("pk", filter=STATES["new"][1]),
        )
    )
    return [
        Heap(title, f"{key}.{prompt}", edition, str(cohort), name, waiting, new)
        for title, key, prompt, edition, cohort, name, waiting, new in rows
    ]


def prompt_options(found: Iterable[Heap], editions: dict[int, Edition]) -> list[tuple[str, str]]:
    """For each prompt its key and a label, in its newest words, with how many wait."""
    waiting: dict[str, int] = {}
    labels: dict[str, str] = {}
    for heap in sorted(found, key=lambda heap: heap.edition):
        waiting[heap.key] = waiting.get(heap.key, 0) + heap.waiting
        prompt = editions[heap.edition].content.prompt(heap.key.partition(".")[2])
        labels[heap.key] = f"{heap.activity}: {prompt.question}"
    return [
        (key, f"{label} ({waiting[key]} waiting)")
        for key, label in sorted(labels.items(), key=lambda option: option[1])
    ]


def ago(writing: Writing) -> str:
    """How long it has been shared, in the largest unit that says it."""
    now = clock.now()
    said = timesince(writing.shared_at or now, now, depth=1)
    return "less than a minute" if said.startswith("0") else said


class InboxView(WagtailAdminTemplateMixin, TemplateView):
    """What waits, the longest first."""

    page_title = "Reflections"
    header_icon = "edit"
    template_name = "cms/admin/reflections/index.html"

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [*super().get_breadcrumbs_items(), {"url": "", "label": "Reflections"}]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user: User = self.request.user  # type: ignore[assignment]
        wanted = Wanted.of(self.request.GET)
        found = heaps(user)
        editions = Edition.objects.in_bulk({heap.edition for heap in found})
        page = Paginator(wanted.narrow(inbox(user)), PER_PAGE).get_page(self.request.GET.get("p"))
        return super().get_context_data(
            wanted=wanted,
            states=[(key, label) for key, (label, _) in STATES.items()],
            prompts=prompt_options(found, editions),
            cohorts=sorted({(h.cohort, h.cohort_name) for h in found}, key=lambda c: (c[1], c[0])),
            has_any=bool(found),
            waiting=sum(heap.waiting for heap in found),
            new=sum(heap.new for heap in found),
            page=page,
            rows=[_row(writing, editions) for writing in page],
            exemplars=exemplars_to_check(user).count(),
            **kwargs,
        )


def _row(writing: Writing, editions: dict[int, Edition]) -> Row:
    writing.edition = editions[writing.edition_id]
    return Row(writing, prompt_of(writing).question, ago(writing))


def inbox_address(wanted: Wanted) -> str:
    """The list that somebody came from."""
    return f"{reverse('reflections_inbox')}{wanted.query}"


def reading_address(writing: uuid.UUID, wanted: Wanted) -> str:
    """A reflection, read within a list."""
    return f"{reverse('reflection_read', args=[writing])}{wanted.query}"
