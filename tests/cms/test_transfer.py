"""A module out as one file and in again, without loss; what is refused leaves nothing behind."""

import dataclasses
import io
import re
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.db import IntegrityError
from wagtail.documents.models import Document
from wagtail.models import Page, Revision

from cms.models import LoadedSource, ModulePage, Picture, ProgrammePage, QuizPage, Recording
from cms.portable.load import Loader, load_programme
from cms.portable.problems import PortableError
from cms.portable.transfer import export_module, import_module
from cms.portable.write import CannotWrite
from cms.starter import PROGRAMME
from curriculum import content as frozen
from curriculum.models import Activity, Edition, SignOff
from tests import starter
from tests.cms import module, site

pytestmark = pytest.mark.django_db

UUID = re.compile("[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{8}(?=-)")


@pytest.fixture(autouse=True)
def _open() -> None:
    site.allow_unreviewed()


def exported(page: ModulePage, **options: Any) -> bytes:
    out = io.BytesIO()
    export_module(ModulePage.objects.get(pk=page.pk), out, **options)
    return out.getvalue()


def imported(data: bytes, programme: ProgrammePage, user: Any, **options: Any) -> ModulePage:
    loaded = import_module(io.BytesIO(data), programme, user, **options)
    return ModulePage.objects.get(pk=loaded.page)


def without_keys(contents: list[Any]) -> list[str]:
    """Content with every key as the number of its first appearance, so that copies are alike."""
    seen: dict[str, str] = {}
    return [
        UUID.sub(lambda m: seen.setdefault(m[0], f"<{len(seen)}>"), frozen.canonical(each).decode())
        for each in contents
    ]


def all_keys(page: ModulePage, contents: list[Any]) -> set[str]:
    """The keys of a module's pages and of everything that stands in them."""
    pages = page.get_descendants(inclusive=True).values_list("translation_key", flat=True)
    return set(map(str, pages)) | set(UUID.findall(str([frozen.dump(each) for each in contents])))


def rows() -> dict[str, int]:
    models = (Page, Revision, Picture, Recording, Document, LoadedSource, Activity, Edition)
    return {model.__name__: model.objects.count() for model in models}


def stored(folder: str = "") -> set[str]:
    """Every file in the media storage."""
    if not default_storage.exists(folder or "."):
        return set()
    folders, files = default_storage.listdir(folder)
    found = {f"{folder}/{name}" for name in files}
    return found.union(*(stored(f"{folder}/{name}".strip("/")) for name in folders))


# ── There and back ────────────────────────────────────────────────────────
MODULES = sorted(path.parent.name for path in PROGRAMME.glob("*/module.yaml"))


def test_there_are_modules_to_take_out() -> None:
    assert len(MODULES) >= 3


@pytest.mark.parametrize("name", MODULES)
def test_every_module_of_the_starter_comes_back_as_it_was(name: str, tom: Any) -> None:
    """Known failure 10: a copy shares no id with what it was made from."""
    starter.load(name)
    page, elsewhere = ModulePage.objects.get(), site.programme_page()
    before, data = module.contents(page), exported(page)
    assert exported(page) == data
    copy = imported(data, elsewhere, tom, is_copy=True)
    after = module.contents(copy)
    assert without_keys(after) == without_keys(before)
    # What a text says of another module's page stays said of that page.
    inside = page.get_descendants(inclusive=True).values_list("translation_key", flat=True)
    linked = set(re.findall("/go/([0-9a-f-]{36})/", str(before)))
    assert all_keys(copy, after) & all_keys(page, before) <= linked - set(map(str, inside))
    assert not copy.live
    assert not copy.get_descendants().live().exists()


def test_a_module_of_everything_comes_back_with_its_own_keys(
    tom: Any,
) -> None:
    page = module.module()
    programme = page.get_parent().specific
    before, data = module.contents(page), exported(page)
    keys = list(page.get_descendants(inclusive=True).values_list("translation_key", flat=True))
    page.get_descendants(inclusive=True).delete()
    for model in (Picture, Recording, Document):
        model.objects.all().delete()
    again = imported(data, ProgrammePage.objects.get(pk=programme.pk), tom, is_copy=False)
    assert module.contents(again) == before
    digests = [frozen.digest(each) for each in module.contents(again)]
    assert digests == [frozen.digest(each) for each in before]
    found = again.get_descendants(inclusive=True).values_list("translation_key", flat=True)
    assert list(found) == keys
    reading = module.first_reading(again)
    assert (reading.slug, reading.minutes_override) == ("read-me", 7)
    picture = Picture.objects.get(title="A door: to the ward")
    assert (sorted(picture.tags.names()), picture.description) == (["council", "home"], "A door")
    assert picture.uploaded_by_user == tom
    assert Recording.objects.get(type="audio").duration == 30.5
    assert exported(again) == data


def test_a_copy_beside_the_original_leads_to_itself(tom: Any) -> None:
    page = module.module()
    programme = page.get_parent().specific
    copy = imported(exported(page), programme, tom, is_copy=True)
    assert without_keys(module.contents(copy)) == without_keys(module.contents(page))
    assert copy.slug == "doors-2"
    reading = module.first_reading(copy)
    quiz = QuizPage.objects.child_of(copy).get().freeze().content
    assert quiz.questions[0].revisit.key == str(reading.translation_key)
    second = reading.get_next_sibling().specific
    assert f"/go/{reading.translation_key}/" in second.freeze().content.body[1].html
    assert Picture.objects.count() == 2  # the library has them already
    assert not SignOff.objects.exists()
    assert imported(exported(page), programme, tom, is_copy=True).slug == "doors-3"


def test_the_same_content_is_the_same_bytes_and_what_is_live_can_be_taken_alone() -> None:
    page = module.module()
    data = exported(page)
    assert exported(page) == data
    assert exported(page, as_saved=False) == data
    site.draft(module.first_reading(page), title="Not yet")
    assert b"Not yet" in b"".join(module.unzipped(exported(page)).values())
    assert exported(page, as_saved=False) == data


def test_an_unfinished_page_is_named_and_nothing_is_written() -> None:
    page = module.module()
    site.draft(module.first_reading(page), body=[])
    with pytest.raises(CannotWrite, match="“Read me” is not finished: Write at least one block"):
        exported(page)
    assert exported(page, as_saved=False)


# ── Dry runs, and all or nothing ──────────────────────────────────────────
def test_a_dry_run_says_all_and_writes_nothing(tom: Any) -> None:
    page = module.module()
    programme, data = page.get_parent().specific, exported(page)
    Picture.objects.all().delete()
    before, files = rows(), stored()
    loaded = import_module(io.BytesIO(data), programme, tom, is_copy=True, dry=True)
    assert rows() == before
    assert stored() == files
    assert [kind for kind, _, fate in loaded.rows if fate == "created"] == [
        "module",
        "reading",
        "reading",
        "quiz",
        "reflection",
    ]
    assert sorted(loaded.media) == [
        ("captions/words.vtt", False),
        ("drawings/two.svg", True),
        ("pictures/a-door-to-the-ward.png", True),
        ("recordings/a-call.mp3", False),
        ("recordings/a-visit.mp4", False),
    ]


def test_a_failure_in_the_middle_leaves_no_row_and_no_file(
    tom: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = module.module()
    programme, data = page.get_parent().specific, exported(page)
    Picture.objects.all().delete()
    before, files = rows(), stored()
    create = Loader._create

    def failing(self: Any, file: Any, parent: Any) -> Any:
        if file.kind == "quiz":
            raise IntegrityError("the disk is full")
        return create(self, file, parent)

    monkeypatch.setattr(Loader, "_create", failing)
    with pytest.raises(IntegrityError):
        import_module(io.BytesIO(data), programme, tom, is_copy=True)
    assert rows() == before
    assert stored() == files


def test_files_that_were_loaded_and_refused_half_way_leave_no_file(
    tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = module.module()
    folder = tmp_path / "p"
    for name, data in module.unzipped(exported(page)).items():
        path = folder / "doors" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        if name in {"references.yaml", "media.yaml"}:
            path.rename(folder / name)
    about = folder / "media.yaml"
    about.write_text(re.sub(r"(?m)^(?=\w)", "doors/", about.read_text("utf-8")), "utf-8")
    text = f"key: {uuid.uuid4()}\ntitle: P\nslug: p\nmodules: [doors]\n"
    (folder / "programme.yaml").write_text(text, "utf-8")
    page.get_descendants(inclusive=True).delete()
    for model in (Picture, Recording, Document):
        model.objects.all().delete()
    before = rows()
    from curriculum.models import FrozenFile

    for file in FrozenFile.objects.all():
        default_storage.delete(file.name)
    FrozenFile.objects.all()._raw_delete("default")
    files = stored()
    remember = Loader._remember

    def failing(self: Any, page: Any, digest: str) -> None:
        if isinstance(page, QuizPage):
            raise IntegrityError("the disk is full")
        remember(self, page, digest)

    monkeypatch.setattr(Loader, "_remember", failing)
    with pytest.raises(IntegrityError):
        load_programme(folder)
    assert rows() == before
    assert stored() == files


# ── Over what is here ─────────────────────────────────────────────────────
def test_with_its_own_keys_what_is_here_gets_drafts_and_nothing_twice(tom: Any) -> None:
    page = module.module()
    programme, data = page.get_parent().specific, exported(page)
    loaded = import_module(io.BytesIO(data), programme, tom, is_copy=False)
    assert {fate for _, _, fate in loaded.rows} == {"unchanged"}
    reading = module.first_reading(page)
    site.draft(reading, title="Changed here").publish()
    live = Activity.objects.get(key=reading.translation_key).current_edition
    loaded = import_module(io.BytesIO(data), programme, tom, is_copy=False)
    assert [draft.title for draft in loaded.drafts] == ["Read me"]
    reading.refresh_from_db()
    assert reading.title == "Changed here"
    assert reading.get_latest_revision_as_object().title == "Read me"
    assert reading.get_latest_revision().user == tom
    assert Activity.objects.get(key=reading.translation_key).current_edition == live
    before = rows()
    assert import_module(io.BytesIO(data), programme, tom, is_copy=False).drafts == []
    assert rows() == before


def test_a_module_that_stands_elsewhere_is_refused_with_the_way_out(tom: Any) -> None:
    page = module.module()
    data = exported(page)
    with pytest.raises(PortableError, match=r"stands in “Programme \d+” already. Choose that, or"):
        import_module(io.BytesIO(data), site.programme_page(), tom, is_copy=False)


def test_a_page_that_somebody_has_locked_is_refused(tom: Any, ada: Any) -> None:
    page = module.module()
    reading = module.first_reading(page)
    reading.locked, reading.locked_by = True, ada
    reading.save()
    with pytest.raises(PortableError, match="“Read me” is locked"):
        import_module(io.BytesIO(exported(page)), page.get_parent().specific, tom, is_copy=False)


def test_a_key_of_another_kind_is_refused(tom: Any) -> None:
    page = module.module()
    files = module.unzipped(exported(page))
    quiz = str(QuizPage.objects.get().translation_key).encode()
    reading = str(module.first_reading(page).translation_key).encode()
    programme = page.get_parent().specific
    page.get_descendants(inclusive=True).delete()
    files["read-me.md"] = files["read-me.md"].replace(reading, quiz)
    files["ask-me.yaml"] = files["ask-me.yaml"].replace(quiz, str(uuid.uuid4()).encode())
    programme = ProgrammePage.objects.get(pk=programme.pk)
    with pytest.raises(PortableError, match="something of another kind"):
        import_module(module.zipped(files), programme, tom, is_copy=False)


# ── What is wrong inside ──────────────────────────────────────────────────
BOMB = b"a: &a [x, x, x, x, x, x, x, x, x]\nb: &b [*a, *a, *a, *a, *a, *a, *a, *a, *a]\n"


def change(name: str, old: bytes, new: bytes) -> Callable[[dict[str, bytes]], None]:
    def apply(files: dict[str, bytes]) -> None:
        assert old in files[name]
        files[name] = files[name].replace(old, new, 1)

    return apply


BROKEN: list[tuple[Callable[[dict[str, bytes]], None], str]] = [
    (lambda files: files.update({"module.yaml": BOMB}), r"module.yaml:2: An alias"),
    (change("module.yaml", b"title:", b"title: A\ntitle:"), "“title” is given twice"),
    (lambda f: f.update({"module.yaml": b"a: " + b"[" * 5000}), "nested"),
    (change("module.yaml", b"title: Doors", b"title: [a]"), "lacks or misplaces words"),
    (change("module.yaml", b"outcomes:", b"outcomes: 5\nothers:"), "“outcomes” is a list"),
    (change("module.yaml", b"- read-me.md", b"- /etc/passwd"), "no such file"),
    (change("module.yaml", b"- read-me.md", b'- "\\0"'), "no such file"),
    (change("module.yaml", b"- read-me.md", b"- read-me.md\n- read-me.md"), "same key"),
    (change("module.yaml", b"- read-me.md", b"- " + b"x" * 5000 + b".md"), "no such file"),
    (change("module.yaml", b"required: true", b"required: banana"), "is_required"),
    (change("module.yaml", b"required: true", b"law_checked: 2026-13-45"), "Not valid YAML"),
    (change("ask-me.yaml", b"draw: 2", b"draw: many"), "draw: "),
    (change("ask-me.yaml", b"draw: 2", b"draw: 99"), "cannot draw more"),
    (change("ask-me.yaml", b"pass_mark: 0", b"pass_mark: .inf"), "pass_mark: "),
    (change("ask-me.yaml", b"questions:", b"questions: [1]\nothers:"), "ask-me.yaml"),
    (change("ask-me.yaml", b"revisit: read-me.md", b"revisit: nowhere.md"), "no page nowhere.md"),
    (
        change("ask-me.yaml", b"stem: Which first?", b"stem: {a: b}"),
        r"ask-me.yaml:\d+: The question",
    ),
    (change("think.yaml", b"least: 12", b"least: 1200"), r"think.yaml:\d+: Say a number of words"),
    (change("think.yaml", b"- PLO1", b"- " + b"x" * 21), r"think.yaml:\d+: .*at most 20"),
    (
        change("read-me.md", b"alternative: |", b"alt: |"),
        r"read-me.md:\d+: Unknown",
    ),
    (change("read-me.md", b"title: A visit", b"title: " + b"x" * 151), r"read-me.md:\d+: .* 150"),
    (
        change("read-me.md", b"source: Us", b"source: Us\nsource_url: javascript:alert(1)"),
        r"read-me.md:\d+: source_url: ",
    ),
    (change("read-me.md", b"minutes: 7", b"minutes: 99999999"), "minutes_override"),
    (change("read-me.md", b"pictures/a-door", b"../../etc/a-door"), "no file ../../etc"),
    (change("read-me.md", b"recordings/a-visit.mp4", b"recordings/a-call.mp3"), "is no video"),
    (change("media.yaml", b"seconds: 61", b"seconds: .nan"), "no sound number of seconds"),
    (change("media.yaml", b"- council", b"- [council]"), "no list of tags"),
    (change("references.yaml", b"https://e.org/", b"javascript:alert(1)"), r"references|url"),
    (lambda f: f.update({"references.yaml": b"R1: x"}), "The source “R1” has no text"),
    (lambda f: f.update({"drawings/two.svg": b"<svg onload='x'/>"}), "drawings/two.svg: .* SVG"),
]


@pytest.mark.parametrize("number", range(len(BROKEN)))
def test_a_broken_module_is_refused_with_its_place(number: int, tom: Any) -> None:
    """Known failure 33, for what stands inside files that are well packed."""
    page = module.module()
    files = module.unzipped(exported(page))
    break_it, said = BROKEN[number]
    break_it(files)
    before, kept = rows(), stored()
    with pytest.raises(PortableError) as refusal:
        import_module(module.zipped(files), page.get_parent().specific, tom, is_copy=True)
    assert re.search(said, str(refusal.value)), str(refusal.value)
    assert rows() == before
    assert stored() == kept


def test_every_problem_is_told_at_once_and_what_does_no_harm_is_a_note(tom: Any) -> None:
    page = module.module()
    programme, files = page.get_parent().specific, module.unzipped(exported(page))
    other = str(uuid.uuid4()).encode()
    change("ask-me.yaml", b"revisit: read-me.md", b"revisit: key:" + other)(files)
    elsewhere = b"(key:" + other + b") [b](key:"
    change("module-page.md", b"(key:", elsewhere)(files)
    loaded = import_module(module.zipped(files), programme, tom, is_copy=True, dry=True)
    assert [str(note).split(": ", 1)[1][:22] for note in loaded.notes] == [
        "Links lead to pages th",
        "The page to look again",
    ]
    change("ask-me.yaml", b"draw: 2", b"draw: 99")(files)
    change("think.yaml", b"least: 12", b"least: 1200")(files)
    with pytest.raises(PortableError) as refusal:
        import_module(module.zipped(files), programme, tom, is_copy=True, dry=True)
    assert {problem.file for problem in refusal.value.problems} == {"ask-me.yaml", "think.yaml"}


def test_without_leave_to_add_to_the_library_nothing_is_added(tom: Any) -> None:
    from wagtail.models import GroupCollectionPermission

    page = module.module()
    data = exported(page)
    Picture.objects.all().delete()
    GroupCollectionPermission.objects.filter(permission__codename__contains="image").delete()
    with pytest.raises(PortableError, match="may not add to the library: drawings/two"):
        import_module(io.BytesIO(data), page.get_parent().specific, tom, is_copy=True)


def test_content_is_compared_without_its_keys_and_with_all_else() -> None:
    one = frozen.Text(id=str(uuid.uuid4()), html="<p>a</p>")
    two = dataclasses.replace(one, id=str(uuid.uuid4()))
    assert without_keys([one]) == without_keys([two])
    assert without_keys([one]) != without_keys([dataclasses.replace(two, html="<p>b</p>")])
