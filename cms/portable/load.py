"""Files into pages, through the gate that an author's publish goes through. All or nothing."""

import uuid
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.db.models import Q
from wagtail.models import Page

from cms.freeze import CannotPublish
from cms.models import HomePage, LoadedSource
from cms.models.base import FrozenPage
from cms.models.outline import synchronised_at_the_end
from cms.portable.checking import check, family, problem
from cms.portable.files import Folder
from cms.portable.library import Library, all_or_nothing
from cms.portable.load_snippets import load_snippets
from cms.portable.loaded import Draft, Loaded
from cms.portable.page_file import PageFile
from cms.portable.pages import MODELS, as_last_saved, digest_of, fill
from cms.portable.problems import PortableError
from cms.portable.roles import RolesFolder
from curriculum.content import media_of
from curriculum.domain.editions import NotSignedOff
from curriculum.domain.files import copy_widths, frozen_name
from curriculum.models import FrozenFile

UNREVIEWED = (
    "To load it all the same, turn on “show content that no GP and social worker has signed off” "
    "in the site settings first."
)
Stored = list[tuple[Any, str]]


def load_programme(folder: Path) -> Loaded:
    """Load a programme's folder under the home page. Raises PortableError; then nothing is kept."""
    with all_or_nothing() as stored:
        library = Library(stored)
        read = Folder(folder, library)
        files = [read.programme()]
        kept = load_snippets(read.snippets)
        loaded = Loader(folder, library).load(files, HomePage.objects.get())
        loaded.kept += kept
        return loaded


def load_standard_pages(folder: Path) -> Loaded:
    """Load the folder's Markdown files as standard pages under the home page."""
    with all_or_nothing() as stored:
        library = Library(stored)
        files = Folder(folder, library).standard_pages()
        return Loader(folder, library).load(files, HomePage.objects.get())


def load_who_is_who(folder: Path) -> Loaded:
    """Load the list of roles with its pages under the home page. Raises PortableError."""
    with all_or_nothing() as stored:
        library = Library(stored)
        files = [RolesFolder(folder, library).who_is_who()]
        return Loader(folder, library).load(files, HomePage.objects.get())


def pages_here(files: list[PageFile]) -> dict[uuid.UUID, Page]:
    """The pages of the site that have the files' keys, by key."""
    keys = [file.key for file, _ in family(files)]
    found = Page.objects.filter(translation_key__in=keys, alias_of=None).specific()
    return {page.translation_key: page for page in found}


class Loader:
    """Puts what files say into the tree.

    With `publish` a page that nobody has edited here goes live with what the files say. A page
    that somebody has edited keeps it, and the files' version becomes a draft beside it. Without
    `publish` everything becomes a draft, by `user`.
    """

    def __init__(
        self, root: Path, library: Library, *, publish: bool = True, user: Any = None
    ) -> None:
        self.root, self.library = root.resolve(), library
        self.publish, self.user = publish, user
        self.loaded = Loaded()
        self.fates: dict[uuid.UUID, str] = {}

    def load(self, files: list[PageFile], top: Page) -> Loaded:
        """Load the files under `top`. Raises PortableError with everything that is wrong."""
        here = pages_here(files)
        latest = {key: as_last_saved(page) for key, page in here.items()}
        problems, self.loaded.notes = check(files, latest, self.root)
        if problems:
            raise PortableError(problems)
        with synchronised_at_the_end():
            pages = self._pages(files, here, top)
        self.loaded.rows = [(f.kind, f.title, self.fates[f.key]) for f, _ in family(files)]
        added = set(self.library.added)
        self.loaded.media = [(name, name in added) for name in self.library.used]
        self.loaded.page = pages[files[0].key].pk if files else None
        return self.loaded

    def _pages(
        self, files: list[PageFile], here: dict[uuid.UUID, Page], top: Page
    ) -> dict[uuid.UUID, Page]:
        """The pages that the files make or change, in their order in the tree."""
        pages: dict[uuid.UUID, Page] = {}
        # Quizzes come last, because a question may name any reading to look again at.
        for file, above in sorted(family(files), key=lambda pair: pair[0].kind == "quiz"):
            parent = pages[above.key] if above else top
            page = here.get(file.key)
            pages[file.key] = self._update(page, file) if page else self._create(file, parent)
        for file, _ in family(files):
            if self.publish or file.key not in here:
                _put_in_order(pages[file.key], [pages[child.key] for child in file.children])
        return pages

    def _create(self, file: PageFile, parent: Page) -> Page:
        page = MODELS[file.kind](translation_key=file.key, live=False, owner=self.user)
        fill(page, file)
        try:
            Page.objects.get(pk=parent.pk).specific.add_child(instance=page)
        except ValidationError as error:
            raise PortableError([problem(file, self.root, " ".join(error.messages))]) from error
        if self.publish:
            self._publish(page, file)
        else:
            page.save_revision(user=self.user, log_action=True)
        self._remember(page, digest_of(page))
        self.fates[file.key] = self.loaded.note(file.title, "created")
        return page

    def _update(self, page: Any, file: PageFile) -> Page:
        wanted = fill(as_last_saved(page), file)
        digests = digest_of(as_last_saved(page)), digest_of(wanted)
        last = _last_loaded(page)
        is_edited = page.has_unpublished_changes or digests[0] != last
        draft = None
        if digests[0] == digests[1]:
            # Loaded once and never live: an earlier load was of a version for others to publish.
            is_waiting = self.publish and not page.live and _is_ours(page)
            fate = "updated" if is_waiting else "unchanged"
        elif self.publish and not is_edited:
            fate = "updated"
        elif self.publish and digests[1] == last:
            fate = "kept"
        else:
            fate, draft = "draft", self._draft(page, wanted, is_old=digests[0] == last)
        if fate == "updated":
            self._publish(fill(page, file), file)
        if fate != "kept":
            self._remember(page, digests[1])
        self.fates[file.key] = self.loaded.note(file.title, fate, draft)
        return page

    def _draft(self, page: Any, wanted: Any, *, is_old: bool) -> Draft:
        """Keep the files' version as a draft; what is live stays as it is."""
        # Where the newest draft is one that was loaded before, what counts is the live page.
        before = "live" if page.live and is_old else str(page.latest_revision_id)
        revision = wanted.save_revision(user=self.user, log_action=self.user is not None)
        return Draft(wanted.title, page.pk, before, revision.pk)

    def _publish(self, page: Any, file: PageFile) -> None:
        try:
            self.library.stored += _yet_to_keep(page)
            page.save_revision(log_action=False).publish(log_action=False)
        except CannotPublish as refusal:
            raise PortableError(
                [problem(file, self.root, each.message, each.path) for each in refusal.problems]
            ) from refusal
        except NotSignedOff as refusal:
            said = f"{refusal} {UNREVIEWED}"
            raise PortableError([problem(file, self.root, said)]) from refusal
        except ValidationError as error:
            raise PortableError([problem(file, self.root, " ".join(error.messages))]) from error

    def _remember(self, page: Page, digest: str) -> None:
        known = LoadedSource.objects.filter(page_id=page.pk, digest=digest).exists()
        if not known:
            LoadedSource.objects.update_or_create(page_id=page.pk, defaults={"digest": digest})


def _last_loaded(page: Any) -> str:
    """What the page said when it was last loaded; nothing where it never was."""
    source = LoadedSource.objects.filter(page_id=page.pk).first()
    if source:
        return source.digest
    # Loaded before such things were remembered: only loading makes versions that are nobody's.
    revision = page.revisions.filter(user=None).order_by("created_at", "pk").last()
    return digest_of(revision.as_object()) if revision else ""


def _is_ours(page: Any) -> bool:
    return not page.revisions.filter(~Q(user=None)).exists()


def _yet_to_keep(page: Any) -> Stored:
    """The files that publishing will keep for good, to be taken back if all is taken back."""
    if not isinstance(page, FrozenPage):
        return []
    files = {file.sha256: file for file in media_of(page.freeze().content.nodes)}
    known = FrozenFile.objects.filter(sha256__in=files).values_list("sha256", flat=True)
    return [
        (default_storage, frozen_name(file, width))
        for sha, file in files.items()
        if sha not in set(known)
        for width in (0, *copy_widths(file))
        if not default_storage.exists(frozen_name(file, width))
    ]


def _put_in_order(parent: Page, children: list[Page]) -> None:
    """Stand the loaded children in the files' order, moving as few as that takes; what an author
    added keeps its place behind its neighbour."""
    parent = Page.objects.get(pk=parent.pk)
    wanted = [child.pk for child in children]
    current = [pk for pk in parent.get_children().values_list("pk", flat=True) if pk in wanted]
    for place, pk in enumerate(wanted):
        if current[place] == pk:
            continue
        page = Page.objects.get(pk=pk)
        if place:
            page.move(Page.objects.get(pk=wanted[place - 1]), pos="right")
        else:
            page.move(Page.objects.get(pk=parent.pk), pos="first-child")
        current.remove(pk)
        current.insert(place, pk)
