"""The screen of a colleague who fills a seat: every decision in order, their words beside it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.functional import cached_property
from django.views.decorators.cache import never_cache
from django.views.generic import TemplateView
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from cms.admin.keeping import SIGNED_OUT
from cms.drafting import Clash, Overtaken, latest_draft
from cms.models import SeatRequest
from cms.models.seats import SEAT_NAMES
from cms.passages import Path
from cms.seats import CLOSED, Slot, Spot, fill, scenes_to_fill
from curriculum.domain.errors import Refused
from curriculum.enums import Voice
from curriculum.exports.stages import opened
from curriculum.models import User
from curriculum.pending import take_back
from curriculum.text import clean_text

TEXT, SEEN = "t:", "w:"  # before a slot's name: what was typed, what stood there


@dataclass(frozen=True)
class Field:
    """One text in the form: what is typed, and, if it clashes, what stands in the draft by now."""

    slot: Slot
    typed: str
    seen: str
    clash: bool = False

    @property
    def rows(self) -> int:
        return min(10, 3 + len(self.typed) // 90)


@method_decorator(never_cache, name="dispatch")
class FillView(WagtailAdminTemplateMixin, TemplateView):
    """The open request is the permission; everybody else, administrators included, gets 404."""

    template_name = "cms/admin/seats/fill.html"
    header_icon = "group"
    refusal = ""
    clashes: tuple[Clash, ...] = ()

    @property
    def user(self) -> User:
        return self.request.user  # type: ignore[return-value]

    @cached_property
    def asked(self) -> SeatRequest:
        """Raises Http404 for everybody but the one who was asked."""
        found = SeatRequest.objects.select_related("page", "asked_by")
        return get_object_or_404(found, pk=self.kwargs["pk"], colleague=self.user)

    @cached_property
    def draft(self) -> Any:
        return latest_draft(self.asked.page)

    @cached_property
    def frozen(self) -> Any:
        return self.draft.freeze()

    @cached_property
    def parts(self) -> Any:
        """The scenes with their slots, and the moment at the end."""
        return scenes_to_fill(self.draft, self.frozen.content, self.asked.voice)

    @property
    def seat(self) -> str:
        return SEAT_NAMES[Voice(self.asked.voice)]

    def get_page_title(self) -> str:
        return f"{self.seat} in “{self.draft.title}”"

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [
            *super().get_breadcrumbs_items(),
            {"url": reverse("seats"), "label": "Seats"},
            {"url": "", "label": self.draft.title},
        ]

    def slots(self) -> Iterator[Slot]:
        scenes, closing = self.parts
        for scene in scenes:
            for spot in (*scene.choices, scene.knows):
                yield from spot.slots
        yield from closing.slots

    # ── What is done ──────────────────────────────────────────────────────
    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.kept = take_back(request)
        if not self.asked.is_open:
            return self.closed(self.kept or {})
        if self.kept is not None:
            self.refusal = SIGNED_OUT
        return self.render_to_response(self.get_context_data())

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        is_done = request.POST.get("do") == "done"
        if not self.asked.is_open:
            return self.closed(request.POST)
        try:
            if is_done and not any(self.written(request.POST)):
                raise Refused("Write at least one view before you say that the seat is filled.")
            fill(self.asked, self.changes(request.POST), self.user, done=is_done)
        except Overtaken as overtaken:
            self.refusal, self.clashes = str(overtaken), tuple(overtaken.clashes)
            self.forget()
        except Refused as refusal:
            if str(refusal) == CLOSED:
                return self.closed(request.POST)
            self.refusal = str(refusal)
        else:
            return self.saved(is_done)
        return self.render_to_response(self.get_context_data(), status=422)

    def saved(self, is_done: bool) -> HttpResponse:
        if is_done:
            who = self.asked.asked_by.get_full_name()
            messages.success(self.request, f"Saved. {who} is told that the seat is filled.")
            return redirect("seats")
        messages.success(self.request, "Saved in the draft. You can come back to it.")
        return redirect("seat_fill", self.asked.pk)

    def forget(self) -> None:
        """The draft is another one by now: read it anew."""
        for name in ("asked", "draft", "frozen", "parts"):
            self.__dict__.pop(name, None)

    def closed(self, posted: Mapping[str, str]) -> HttpResponse:
        """The seat does not wait any more: say so, with what was typed."""
        typed = [
            text
            for name, text in posted.items()
            if name.startswith(TEXT) and text.strip() and not _same(posted, name)
        ]
        context = {"typed": typed, "is_filled": self.asked.filled_at}
        return render(self.request, "cms/admin/seats/closed.html", context, status=404)

    def changes(self, posted: Mapping[str, str]) -> dict[Path, tuple[str, str]]:
        """What was typed anew, with what stood there when the page was opened."""
        return {
            tuple(name.removeprefix(TEXT).split("/")): (
                posted.get(f"{SEEN}{name.removeprefix(TEXT)}", ""),
                typed,
            )
            for name, typed in posted.items()
            if name.startswith(TEXT) and not _same(posted, name)
        }

    def written(self, posted: Mapping[str, str]) -> Iterator[str]:
        for slot in self.slots():
            yield clean_text(posted.get(f"{TEXT}{slot.name}", slot.text))

    # ── What is shown ─────────────────────────────────────────────────────
    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        posted = self.request.POST or getattr(self, "kept", None) or {}
        scenes, closing = self.parts
        open_case = {row.scene.id: row for row in opened(self.frozen.content).scenes}
        slots = list(self.slots())
        return super().get_context_data(
            asked=self.asked,
            seat=self.seat,
            rows=[
                (
                    part.scene,
                    open_case[part.scene.id].told,
                    [(spot, self.fields(spot, posted)) for spot in part.choices],
                    self.fields(part.knows, posted),
                )
                for part in scenes
            ],
            closing=self.frozen.content.closing,
            closing_others=closing.others,
            closing_fields=self.fields(closing, posted),
            lost=self.lost(posted, {slot.name for slot in slots}),
            written=sum(bool(slot.text) for slot in slots),
            total=len(slots),
            draft_media={sha: file.url for sha, file in self.frozen.files.items()},
            refusal=self.refusal,
            **kwargs,
        )

    def fields(self, spot: Spot, posted: Mapping[str, str]) -> list[Field]:
        clashing = {clash.path for clash in self.clashes}
        found = []
        for slot in spot.slots:
            typed = posted.get(f"{TEXT}{slot.name}")
            seen = posted.get(f"{SEEN}{slot.name}", slot.text)
            one = Field(slot, slot.text if typed is None else typed, seen)
            # Whoever saves again has seen what stands there now.
            is_clash = slot.path in clashing
            found.append(replace(one, seen=slot.text, clash=True) if is_clash else one)
        return found

    def lost(self, posted: Mapping[str, str], known: set[str]) -> list[str]:
        """What was typed for something that is not in the case any more."""
        return [
            typed
            for name, typed in posted.items()
            if name.startswith(TEXT)
            and typed.strip()
            and name.removeprefix(TEXT) not in known
            and not _same(posted, name)
        ]


def _same(posted: Mapping[str, str], name: str) -> bool:
    """Whether a text is as it was when the page was opened; browsers change its line ends."""
    seen = posted.get(f"{SEEN}{name.removeprefix(TEXT)}", "")
    return clean_text(posted[name]) == clean_text(seen)
