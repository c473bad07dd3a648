"""The one way of changing single texts in the latest draft of a page, and of letting two people
who wrote at the same time both keep what they wrote. Imports no page class.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from wagtail.models import Page, Revision

from cms.passages import Node, Path, find, words_of
from curriculum.domain.catalogue import catalogue_changed
from curriculum.domain.errors import Refused

Changes = Mapping[Path, tuple[str, str]]  # where → what it is expected to say, what it shall say

LOCKED = "This page is locked at the moment, so its words can’t be changed. Try again later."


@dataclass(frozen=True)
class Clash:
    """Two versions of one text, neither of which is based on the other."""

    path: Path
    label: str
    now: str  # what stands in the draft
    wanted: str  # what somebody else wrote


class Overtaken(Refused):
    """Somebody has changed what was to be changed. `clashes` says what stands there now."""

    def __init__(self, clashes: list[Clash]) -> None:
        self.clashes = clashes
        what = "this text" if len(clashes) == 1 else f"{len(clashes)} of these texts"
        super().__init__(
            f"Somebody has changed {what} since you opened the page. Nothing was saved; compare "
            "both versions below."
        )


def latest_draft(page: Page) -> Any:
    """The newest draft of a page, as its own class."""
    return page.get_latest_revision_as_object()


def lock_page(page_pk: int) -> Any:
    """The newest draft of a page, nobody else changing it until the transaction ends.

    Raises Page.DoesNotExist. The catalogue comes first, as when publishing, so that two who save
    wait for one another there.
    """
    catalogue_changed()
    page = Page.objects.select_for_update().get(pk=page_pk)
    Revision.objects.select_for_update().filter(pk=page.latest_revision_id).first()
    return latest_draft(page)


@transaction.atomic
def change_draft(page_pk: int, changes: Changes, user: Any) -> Revision | None:
    """Change single texts in the latest draft, as a new revision by this person; None where they
    say so already.

    Raises Overtaken where a text is not what it was expected to be, and Refused where it is too
    long, or the page is locked against this person; then nothing is changed. Who may do this, the
    caller decides.
    """
    page = lock_page(page_pk)
    lock = page.get_lock()
    if lock is not None and lock.for_user(user):
        raise Refused(LOCKED)
    clashes, written = [], 0
    for path, (expected, wanted) in changes.items():
        node = find(page, path)
        if node is None:
            clashes.append(Clash(path, "A text that is not in the draft any more", "", wanted))
        elif node.wording and not node.wording.same(node.text, expected):
            clashes.append(Clash(path, node.named, node.text, wanted))
        elif node.wording and not node.wording.same(node.text, wanted):
            _check_length(node, wanted)
            node.say(wanted)
            written += 1
    if clashes:
        raise Overtaken(clashes)
    if not written:
        return None
    if page.latest_revision_id is None:
        # What an editor opened before this has then something to be compared with.
        latest_draft(Page.objects.get(pk=page_pk)).save_revision(user=page.owner, clean=False)
    revision: Revision = page.save_revision(user=user, log_action=True, clean=False)
    return revision


def _check_length(node: Node, text: str) -> None:
    assert node.wording is not None
    many = len(node.wording.clean(text))
    if many > node.wording.limit:
        raise Refused(
            f"{node.named}: at most {node.wording.limit:,} characters fit here, and these are "
            f"{many:,}."
        )


# ── Two at once ───────────────────────────────────────────────────────────
def merge(mine: Any, base: Any, theirs: Any) -> list[Clash]:
    """Take over into `mine` what `theirs` words otherwise than `base`, from which both began.

    Only texts, and views that were added or emptied: how a page is built up stays as the editor
    has it. Returns what both have worded otherwise; there `mine` stays.
    """
    before = {node.path: node for node in words_of(base)}
    here = {node.path: node for node in words_of(mine)}
    clashes, seen = [], set()
    for node in words_of(theirs):
        seen.add(node.path)
        was = before.get(node.path)
        if was is not None and _same(node, was):
            continue
        own = here.get(node.path) if was is not None else _own_view(mine, node)
        if own is None or _same(own, node):
            continue
        if _same(own, was):
            own.say(node.text)
        else:
            clashes.append(Clash(node.path, own.named, own.text, node.text))
    for path in before.keys() - seen:
        own = here.get(path)
        if own is not None and _is_own_view(own) and _same(own, before[path]):
            own.say("")
    return clashes


def _same(one: Node, other: Node | None) -> bool:
    assert one.wording is not None
    return one.wording.same(one.text, other.text if other else "")


def _is_own_view(node: Node) -> bool:
    view = node.parent
    value = view.value if view is not None else None
    return "who" in value and not value.get("only_if") if isinstance(value, dict) else False


def _own_view(mine: Any, added: Node) -> Node | None:
    """Where in `mine` a view belongs that somebody else has added; None for anything else."""
    if not _is_own_view(added):
        return None
    assert added.parent is not None
    return find(mine, (*added.path[:-2], f"+{added.parent.value['who']}", added.path[-1]))
