"""Cases as files: what is written is read again as the very same content."""

import shutil
import uuid
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.core.management import CommandError, call_command
from hypothesis import given
from hypothesis import strategies as st

from cms.models import CasePage
from cms.portable.load import load_programme
from cms.portable.text import markdown, rich_text
from cms.portable.write import CannotWrite, Writer
from cms.portable.write_module import write_case
from cms.starter import PROGRAMME
from curriculum import content as frozen
from curriculum.models import Activity
from curriculum.text import clean_html
from tests import starter
from tests.cms import site


def read_again(page: CasePage, folder: Path) -> Any:
    """The case's content after its pages are gone and it was loaded from what was written."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    for name, data in write_case(page).items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(data)
    key = page.translation_key
    page.delete()
    module = {"key": str(uuid.uuid4()), "title": "M", "slug": "m", "summary": "S"}
    module |= {"outcomes": ["see it"], "activities": [f"../{page.slug}.yaml"]}
    (folder / "m").mkdir()
    (folder / "m/module.yaml").write_text(yaml.safe_dump(module), "utf-8")
    programme = {"key": str(uuid.uuid4()), "title": "P", "slug": "p", "summary": "S"}
    programme |= {"covers": ["it"], "modules": ["m"]}
    (folder / "programme.yaml").write_text(yaml.safe_dump(programme), "utf-8")
    load_programme(folder)
    return CasePage.objects.get(translation_key=key).freeze().content


def cases() -> list[str]:
    """The files of every case there is, each with its module's folder."""
    found = (path for path in PROGRAMME.rglob("*.yaml") if "\nscenes:" in path.read_text("utf-8"))
    return sorted(path.relative_to(PROGRAMME).as_posix() for path in found)


def test_there_are_cases_to_write() -> None:
    assert len(cases()) >= 2


@pytest.mark.django_db
@pytest.mark.parametrize("name", cases())
def test_every_case_there_is_reads_back_as_it_was(name: str, tmp_path: Path) -> None:
    site.allow_unreviewed()
    starter.load(Path(name).parent.name)
    key = yaml.safe_load((PROGRAMME / name).read_text("utf-8"))["key"]
    page = CasePage.objects.get(translation_key=key)
    content = page.freeze().content
    again = read_again(page, tmp_path / "written")
    assert again == content
    assert frozen.digest(again) == frozen.digest(content)


@pytest.mark.django_db
def test_a_case_from_the_editor_keeps_its_own_ids(tmp_path: Path) -> None:
    """The editor gives every block an id of chance, and paragraphs of prose stand as blocks."""
    site.allow_unreviewed()
    starter.load(told=[starter.M3])
    page = CasePage.objects.get(slug="the-empty-fridge")
    scenes = list(page.scenes.raw_data)
    narrative = scenes[0]["value"]["narrative"]
    narrative.append(site.block("text", "<p>1. Not <sub>a</sub> list, *not* bold &amp; all.</p>"))
    narrative.append(
        site.block("text", "<p># No heading</p><ul><li>a<ul><li>b</li></ul></li></ul>")
    )
    steps = [site.item({"title": name, "text": "<p>Do it.</p>"}) for name in ("One", "Two")]
    narrative.append(site.block("steps", {"title": "How", "steps": steps}))
    for choice in scenes[0]["value"]["choices"]:
        choice["id"] = str(uuid.uuid4())
    page.scenes = site.stream(page, "scenes", scenes)
    page.save()
    content = page.freeze().content
    assert read_again(page, tmp_path / "written") == content


@pytest.mark.django_db
def test_what_files_cannot_say_is_refused_with_its_reason(tmp_path: Path) -> None:
    site.allow_unreviewed()
    starter.load(told=[starter.M3])
    page = CasePage.objects.get(slug="the-empty-fridge")
    scenes = list(page.scenes.raw_data)
    scenes[0]["value"]["choices"][0]["value"]["leads_to"] = ""
    page.scenes = site.stream(page, "scenes", scenes)
    with pytest.raises(CannotWrite, match="leads nowhere"):
        write_case(page)
    page.save_revision()
    with pytest.raises(CommandError, match="Nothing was written"):
        call_command("write_case", page.slug, tmp_path / "out")
    assert not (tmp_path / "out").exists()


@pytest.mark.django_db
def test_the_command_writes_once_and_overwrites_nothing(tmp_path: Path, capsys: Any) -> None:
    site.allow_unreviewed()
    starter.load(told=[starter.M3])
    call_command("write_case", "the-empty-fridge", tmp_path)
    written = (tmp_path / "the-empty-fridge.yaml").read_text("utf-8")
    assert "title: The empty fridge" in written
    with pytest.raises(CommandError, match="stands there already"):
        call_command("write_case", "the-empty-fridge", tmp_path)
    with pytest.raises(CommandError, match="0 cases"):
        call_command("write_case", "no-such-case", tmp_path)


WORDS = st.text("ab #*_[]()<>&`\\.-+1:!é“", max_size=12)


@given(st.lists(st.tuples(st.sampled_from(["", "strong", "em", "a", "sub"]), WORDS), max_size=5))
def test_any_rich_text_comes_back(parts: list[tuple[str, str]]) -> None:
    def tagged(tag: str, words: str) -> str:
        said = words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        opening = 'a href="https://example.org/"' if tag == "a" else tag
        return f"<{opening}>{said}</{tag}>" if tag else said

    html = clean_html(f"<p>{''.join(tagged(*part) for part in parts)}</p>")
    assert clean_html(rich_text(markdown(html))) == html


@pytest.mark.parametrize(
    "html",
    [
        "<p>Plain.</p><p>Two.</p>",
        "<ul><li>one</li><li><strong>two</strong></li></ul>",
        "<ol><li>one<ul><li>in</li></ul></li><li>two</li></ol>",
        "<blockquote><p>Said.</p></blockquote>",
        '<p>So <a href="#ref-R12">[R12, section 1]</a>.</p>',
        '<p><a href="/go/a79a1fec-1934-46f8-abd0-26488232a281/">ours</a></p>',
    ],
)
def test_what_authors_write_is_written_as_markdown(html: str) -> None:
    said = markdown(html)
    assert isinstance(said, str)
    assert clean_html(rich_text(said)) == html


def test_a_film_whose_file_is_gone_is_refused() -> None:
    film = frozen.Video(id=str(uuid.uuid4()), title="x", file=frozen.MediaFile(sha256="", mime=""))
    with pytest.raises(CannotWrite, match="gone from the library"):
        Writer().body([film], uuid.uuid4())


def test_the_programme_knows_the_case_by_its_key_still(db: Any) -> None:
    site.allow_unreviewed()
    starter.load(told=[starter.M3])
    page = CasePage.objects.get(slug="the-empty-fridge")
    data = yaml.safe_load(write_case(page)["the-empty-fridge.yaml"])
    assert Activity.objects.get(key=data["key"]).title == data["title"]


@pytest.mark.django_db
def test_what_authors_keep_beside_a_case_comes_back(tmp_path: Path) -> None:
    """Notes and tags are in no edition, so the writer takes them from the page."""
    site.allow_unreviewed()
    starter.load(told=[starter.M3])
    page = CasePage.objects.get(slug="the-empty-fridge")
    content = page.freeze().content
    scenes = list(page.scenes.raw_data)
    scenes[0]["value"] |= {"tags": ["care-act-2014"], "check": "Ask a lawyer."}
    scenes[0]["value"]["narrative"].insert(1, site.block("check", {"text": "Is this so?"}))
    page.scenes = site.stream(page, "scenes", scenes)
    page.tags, page.review_months = [site.tag(year=2014)], 12
    page.save()
    assert read_again(page, tmp_path / "written") == content
    again = CasePage.objects.get(translation_key=page.translation_key)
    first = again.scenes[0].value
    assert (first["tags"], first["check"]) == (["care-act-2014"], "Ask a lawyer.")
    assert [b.value["text"] for b in first["narrative"] if b.block_type == "check"] == [
        "Is this so?"
    ]
    assert [tag.slug for tag in again.tags.all()] == ["care-act-2014"]
    assert again.review_months == 12
