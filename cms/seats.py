"""Handing a seat in a case to a colleague, and filling it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet

from cms.drafting import change_draft, lock_page
from cms.models import SeatRequest
from cms.models.seats import OPPOSITE, voices
from cms.passages import Path, below, cast_of, find
from cms.tasks import mail_seat_asked, mail_seat_filled
from curriculum import clock
from curriculum.content import Case
from curriculum.domain.errors import Refused
from curriculum.enums import Side
from curriculum.models import User
from curriculum.tasks import soon
from curriculum.text import clean_line

LONGEST_NOTE = 500  # characters
CLOSED = "This seat does not wait for you any more, so nothing was saved."


# ── Asking ────────────────────────────────────────────────────────────────
def colleagues(user: User, wanted: str = "") -> list[User]:
    """Who can be asked, those of the other profession first; by name or profession if `wanted`."""
    found: QuerySet[User] = User.objects.filter(is_staff=True, is_active=True).exclude(pk=user.pk)
    for word in clean_line(wanted)[:80].split():
        found = found.filter(Q(full_name__icontains=word) | Q(profession__name__icontains=word))
    people = list(found.select_related("profession").order_by("full_name", "email"))
    other = OPPOSITE.get(Side(user.profession.side)) if user.profession else None
    return sorted(people, key=lambda who: not (who.profession and who.profession.side == other))


def ask(case: Any, voice: str, asked_by: User, colleague: User, note: str = "") -> SeatRequest:
    """Ask a colleague to write one voice's views in a case. They are mailed once it is stored.

    Raises Refused where nobody in the cast has that voice, where the seat waits for somebody
    already, or where the note is too long.
    """
    if voice not in voices(case):
        raise Refused("Nobody in the cast has this voice yet. Add them to the cast first.")
    note = clean_line(note)
    if len(note) > LONGEST_NOTE:
        raise Refused(f"A note has at most {LONGEST_NOTE} characters.")
    try:
        with transaction.atomic():
            asked = SeatRequest.objects.create(
                page_id=case.pk, voice=voice, asked_by=asked_by, colleague=colleague, note=note
            )
            soon(mail_seat_asked, asked.pk)
            return asked
    except IntegrityError as error:
        raise Refused("This seat waits for somebody already. Take that back first.") from error


def take_back(asked: SeatRequest) -> None:
    """Do not wait for them any more; what they have written stays. Raises Refused if not open."""
    open_now = SeatRequest.objects.open().filter(pk=asked.pk)
    if not open_now.update(cancelled_at=clock.now()):
        raise Refused("This seat was filled or taken back in the meantime.")


# ── Filling ───────────────────────────────────────────────────────────────
@dataclass(frozen=True)
class Slot:
    """One text that the seat's holder is asked for."""

    path: Path
    label: str
    text: str
    limit: int
    only_if: str = ""  # the fact on which it depends, in words

    @property
    def place_and_seat(self) -> tuple[str, str]:
        """The label in two parts, for where the place stands above it already."""
        place, _, seat = self.label.rpartition(" · ")
        return place, seat

    @property
    def name(self) -> str:
        """Of its field in a form."""
        return "/".join(self.path)


@dataclass(frozen=True)
class Spot:
    """What stands together: a choice, what is known in a scene, or the end; with its slots."""

    slots: tuple[Slot, ...]
    choice: Any = None
    others: tuple[tuple[str, str], ...] = ()  # whose seat, what they say


@dataclass(frozen=True)
class SceneToFill:
    """A scene as the seat's holder reads it."""

    scene: Any
    knows: Spot
    choices: tuple[Spot, ...] = ()


def scenes_to_fill(page: Any, case: Case, voice: str) -> tuple[list[SceneToFill], Spot]:
    """Every scene in order with what is asked of the seat there, and the moment at the end."""
    book = _Slots(page, case, voice)
    scenes = [
        SceneToFill(
            scene,
            book.spot(("scenes", scene.id, "knows"), scene.knows if scene.decision else ()),
            tuple(
                book.spot(("scenes", scene.id, "choices", choice.id, "views"), choice.views, choice)
                for choice in scene.decision.choices
            ),
        )
        if scene.decision
        else SceneToFill(scene, Spot(()))
        for scene in case.scenes
    ]
    closing = case.closing
    return scenes, book.spot(("closing_views",), closing.views) if closing else Spot(())


class _Slots:
    """Finds one voice's texts in a draft."""

    def __init__(self, page: Any, case: Case, voice: str) -> None:
        self.page, self.case = page, case
        self.cast = {member.id: member for member in case.cast}
        self.mine = [member.id for member in case.cast if member.voice == voice]
        self.facts = {fact.id: fact.name for fact in case.facts}

    def spot(self, views: Path, given: Any, choice: Any = None) -> Spot:
        """The slots in one list of views: the seat's own, and those that depend on a fact."""
        others = tuple(
            (self.cast[view.who].name, view.text)
            for view in given
            if view.who in self.cast and view.who not in self.mine
        )
        slots = [self._slot((*views, f"+{who}", "text")) for who in self.mine]
        slots += self._conditional(views)
        return Spot(tuple(slot for slot in slots if slot), choice, others)

    def _slot(self, path: Path, only_if: str = "") -> Slot | None:
        node = find(self.page, path)
        if node is None or node.wording is None:
            return None
        return Slot(path, node.named, node.text, node.wording.limit, only_if)

    def _conditional(self, views: Path) -> list[Slot | None]:
        return [
            self._slot((*views, child.path[-1], "text"), self.facts.get(fact, "?"))
            for child in below(self.page, views)
            if child.value.get("who") in self.mine and (fact := child.value.get("only_if"))
        ]


def fill(
    asked: SeatRequest, texts: Mapping[Path, tuple[str, str]], by: User, *, done: bool = False
) -> SeatRequest:
    """Save what the seat's holder wrote: for each text what they saw there, and what it shall say.

    With `done` the seat is filled and the asker is mailed. Raises Refused where it does not wait
    for this person any more or nothing was written for it, and what `change_draft` raises.
    """
    with transaction.atomic():
        page = lock_page(asked.page_id)
        found = SeatRequest.objects.select_for_update().get(pk=asked.pk)
        if not found.is_open or found.colleague_id != by.pk:
            raise Refused(CLOSED)
        if not all(_is_own(page, path, found.voice) for path in texts):
            raise Refused("That text belongs to another seat, so nothing was saved.")
        change_draft(page.pk, texts, by)
        if done:
            found.filled_at = clock.now()
            found.save(update_fields=["filled_at"])
            soon(mail_seat_filled, found.pk)
        return found


def _is_own(page: Any, path: Path, voice: str) -> bool:
    """Whether this text is a view of this voice, or one that is gone."""
    node = find(page, path)
    if node is None:
        return True
    view = node.parent.value if node.parent is not None else None
    return isinstance(view, dict) and cast_of(page).get(str(view.get("who")), ("", ""))[1] == voice
