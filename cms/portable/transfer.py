"""A module out of the site and into it, as one file. Into it only as drafts, and all or nothing."""

import tempfile
from pathlib import Path
from typing import IO, Any

from wagtail.documents.permissions import permission_policy as documents
from wagtail.images.permissions import permission_policy as pictures
from wagtail.models import Page
from wagtailmedia.permissions import permission_policy as recordings

from cms.models import ModulePage, ProgrammePage
from cms.portable.archive import MOST_UNPACKED, pack, unpack
from cms.portable.checking import family
from cms.portable.copying import as_copy
from cms.portable.files import Folder
from cms.portable.library import Library, all_or_nothing
from cms.portable.load import Loader, pages_here
from cms.portable.load_snippets import load_snippets
from cms.portable.loaded import Loaded
from cms.portable.page_file import PageFile
from cms.portable.problems import FileProblem, PortableError
from cms.portable.write import CannotWrite
from cms.portable.write_module import Written, write_module

POLICIES = {"picture": pictures, "captions": documents, "video": recordings, "audio": recordings}


class _TakenBack(Exception):
    """Ends a dry run: everything that it did is undone."""


def export_module(module: ModulePage, target: IO[bytes], *, as_saved: bool = True) -> Written:
    """Write a module to one file. The same content gives the same bytes. Raises CannotWrite."""
    written = write_module(module, as_saved=as_saved)
    size = sum(file.storage.size(file.name) for file in written.media.values())
    if size > MOST_UNPACKED:
        most = MOST_UNPACKED // 1024 // 1024
        raise CannotWrite(f"Its pictures and recordings have more than {most} MB together.")
    pack(written.every(), target)
    return written


def programmes_for(user: Any) -> list[ProgrammePage]:
    """The programmes to which somebody may add a module."""
    found = ProgrammePage.objects.order_by("path")
    return [page for page in found if page.permissions_for_user(user).can_add_subpage()]


def import_module(
    archive: IO[bytes], programme: ProgrammePage, user: Any, *, is_copy: bool, dry: bool = False
) -> Loaded:
    """Make a module's pages as drafts of `user`, or say what would be made.

    A dry run is the import itself, taken back: so it says of everything what the import will say.
    Raises PortableError with all that is wrong; then nothing has been made.
    """
    loaded = Loaded()
    with tempfile.TemporaryDirectory() as folder:
        root = unpack(archive, Path(folder))
        try:
            with all_or_nothing() as stored:
                library = Library(stored, user)
                read = Folder(root, library)
                file = read.module()
                load_snippets(read.snippets, only_new=True)
                file = _as_new(file, programme) if is_copy else file
                _require_permission(file, programme, user, library)
                loader = Loader(root, library, publish=False, user=user)
                loaded = loader.load([file], programme)
                if dry:
                    raise _TakenBack
        except _TakenBack:
            loaded.page, loaded.drafts = None, []
    return loaded


def _as_new(file: PageFile, programme: Page) -> PageFile:
    """A copy with keys of its own and a slug that is free in the programme."""
    taken = set(programme.get_children().values_list("slug", flat=True))
    copy, number = as_copy(file), 2
    while copy.slug in taken:
        copy.slug, number = f"{file.slug}-{number}", number + 1
    return copy


def _require_permission(file: PageFile, programme: Page, user: Any, library: Library) -> None:
    """Raise PortableError where the import would do what its user may not."""
    here = pages_here([file])
    problems = [
        FileProblem("", 0, f"You may not add to the library: {name}.")
        for kind, name in library.added_kinds
        if not POLICIES[kind].user_has_permission(user, "add")
    ]
    module = here.get(file.key)
    if module and module.get_parent().pk != programme.pk:
        where = module.get_parent().title
        message = f"This module stands in “{where}” already. Choose that, or import a copy."
        problems.append(FileProblem("module.yaml", 0, message))
    for each, _ in family([file]):
        page = here.get(each.key)
        if page and module and (page.pk == module.pk or page.is_child_of(module)):
            may = page.permissions_for_user(user)
            if not may.can_edit() or may.page_locked():
                message = f"“{page.title}” is locked, or you may not change it."
                problems.append(FileProblem(each.file.name, 0, message))
        elif page:
            message = f"“{page.title}” is in another module here. Import a copy instead."
            problems.append(FileProblem(each.file.name, 0, message))
    if problems:
        raise PortableError(problems)
