"""A small module with one of everything, for tests of taking modules out and in."""

import io
import uuid
import zipfile
from typing import Any

from django.core.files.base import ContentFile
from PIL import Image
from wagtail.documents.models import Document

from cms.models import ModulePage, Picture, ReadingPage, Recording, ReflectionPage
from tests.cms import site
from tests.cms.site import block, item, stream

DRAWING = (
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 360 90"><title>Two</title>'
    b'<defs><g id="one"><path class="fill-gp" d="M0 0"/></g></defs><use href="#one"/></svg>'
)
FILM = b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom" + bytes(64)
SOUND = b"ID3\x04\x00\x00\x00\x00\x00\x00" + bytes(64)


def id() -> str:
    return str(uuid.uuid4())


def png(colour: str = "teal") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (600, 300), colour).save(out, "PNG")
    return out.getvalue()


def media_blocks() -> list[dict[str, Any]]:
    """A picture, a drawing, a film with captions and transcript, and sound."""
    picture = Picture(title="A door: to the ward", description="A door")
    picture.file = ContentFile(png(), name="door.png")
    picture.save()
    picture.get_file_hash()  # as the library's own form keeps it
    picture.tags.add("home", "council")
    drawing = Picture.objects.create(title="Two", file=ContentFile(DRAWING, name="two.svg"))
    drawing.get_file_hash()
    film = Recording.objects.create(
        title="A visit", type="video", duration=61, width=640, file=ContentFile(FILM, name="v.mp4")
    )
    sound = Recording.objects.create(
        title="A call", type="audio", duration=30.5, file=ContentFile(SOUND, name="a.mp3")
    )
    vtt = Document.objects.create(title="Words", file=ContentFile(b"WEBVTT\n", name="c.vtt"))
    vtt.get_file_hash()
    figure = {"decorative": False, "caption": "A “door”", "source": "Us", "source_url": ""}
    return [
        block("figure", {**figure, "image": picture.pk, "alternative": "A door.\nIt is open."}),
        block("figure", {**figure, "image": drawing.pk, "alternative": "Two lanes."}),
        block(
            "video",
            {
                "video": film.pk,
                "title": "A visit",
                "captions": vtt.pk,
                "transcript": "<p>Hello <b>there</b>.</p>",
            },
        ),
        block("audio", {"audio": sound.pk, "title": "A call", "transcript": "<p>Hi.</p>"}),
    ]


def reference(key: str, text: str) -> dict[str, Any]:
    return block(
        "references", {"references": [item({"key": key, "text": text, "url": "https://e.org/"})]}
    )


def module(programme: Any = None) -> ModulePage:
    """A live module: a reading with media, a quiz that leads back to it, a reflection."""
    page: ModulePage = site.module_page(programme, title="Doors", slug="doors", summary="On doors.")
    cites = '<p>So <a href="#ref-R1">[R1]</a>.</p>'
    body = [block("text", cites), *media_blocks(), reference("R1", "First, 2020.")]
    reading = site.reading_page(page, body, title="Read me", slug="read-me", minutes_override=7)
    link = f'<p>See <a href="/go/{reading.translation_key}/">that page</a>.</p>'
    second = [block("text", cites), block("text", link), reference("R1", "Another, 2021.")]
    site.reading_page(page, second, title="Module", slug="module", is_required=False)
    options = [site.option(id()), site.option(id(), correct=True)]
    question = site.single(id(), *options, revisit=reading.pk, source="Us, 2022")
    questions = [question, ranking(), site.true_false(id(), answer="false")]
    site.quiz_page(page, questions, title="Ask me", slug="ask-me", draw=2, pass_mark=0)
    _reflection(page)
    return page


def ranking() -> dict[str, Any]:
    rows = [
        item({"text": f"Do {n}", "feedback": f"Why {n}", "gp_rank": n, "social_worker_rank": 4 - n})
        for n in (1, 2, 3)
    ]
    return block("ranking", site.after(stem="Which first?", items=rows))


def _reflection(parent: ModulePage) -> None:
    prompt = {
        "question": "What did you\nsee?",
        "model": "gibbs",
        "is_required": False,
        "guidance": "",
        "words_from": 100,
        "words_to": 200,
        "least": 12,
        "instead": "Or this?",
        "gp": "<p>Care.</p>",
        "social_worker": "<p>Rights.</p>",
        "exemplar": "Once.\n\nTwice.",
        "outcomes": [item("PLO1", id())],
    }
    page = ReflectionPage(title="Think", slug="think")
    page.prompts = stream(page, "prompts", [block("prompt", prompt)])
    parent.add_child(instance=page)


def contents(top: ModulePage) -> list[Any]:
    """The frozen content of a module and of what stands in it, in order, as last saved."""
    top = ModulePage.objects.get(pk=top.pk)
    pages = [top, *top.get_children().specific()]
    return [page.get_latest_revision_as_object().freeze().content for page in pages]


def zipped(files: dict[str, bytes]) -> io.BytesIO:
    """An archive of these files, as anybody might make one."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    out.seek(0)
    return out


def unzipped(archive: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(archive)) as found:
        return {name: found.read(name) for name in found.namelist()}


def first_reading(top: ModulePage) -> ReadingPage:
    return ReadingPage.objects.child_of(top).order_by("path")[0]
