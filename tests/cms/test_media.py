"""Pictures and recordings that an edition shows stay as they were, whatever the library does."""

import io
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.test import Client
from django.urls import reverse
from PIL import Image
from wagtail.documents.models import Document

from cms.freeze import CannotPublish
from cms.models import Picture, Recording
from curriculum.domain.editions import NotSignedOff
from curriculum.domain.files import copy_widths, frozen_name
from curriculum.models import Activity, FrozenFile, Module
from curriculum.templatetags.curriculum import body
from tests.cms import site
from tests.cms.site import block

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _open() -> None:
    site.allow_unreviewed()


def png(width: int = 1200, height: int = 600, colour: str = "teal") -> ContentFile[bytes]:
    out = io.BytesIO()
    Image.new("RGB", (width, height), colour).save(out, "PNG")
    return ContentFile(out.getvalue(), name="picture.png")


def picture(**fields: Any) -> Picture:
    return Picture.objects.create(title="A door", file=png(**fields))


def figure(image: Any, **fields: Any) -> dict[str, Any]:
    value = {
        "image": image.pk if image else None,
        "alternative": "A door.",
        "decorative": False,
        "caption": "",
        "source": "",
        "source_url": "",
    }
    return block("figure", {**value, **fields}, "fig")


def frozen_of(page: Any) -> Any:
    return Activity.objects.get(key=page.translation_key).current_edition.content.body[0]


def test_a_picture_is_kept_under_its_hash_with_smaller_copies() -> None:
    node = frozen_of(site.reading_page(body=[figure(picture())]))
    assert (node.file.width, node.file.height, node.file.mime) == (1200, 600, "image/png")
    assert copy_widths(node.file) == (480, 960)
    for width in (0, 480, 960):
        assert default_storage.exists(frozen_name(node.file, width))
    with default_storage.open(frozen_name(node.file, 480)) as copy, Image.open(copy) as small:
        assert small.size == (480, 240)
    html = body((node,))
    assert 'alt="A door."' in html
    assert 'width="1200" height="600"' in html
    assert "960w" in html


def test_replacing_or_deleting_the_picture_leaves_the_edition_alone() -> None:
    image = picture()
    page = site.reading_page(body=[figure(image)])
    node = frozen_of(page)
    kept = default_storage.open(frozen_name(node.file)).read()
    image.file.delete(save=False)
    image.file = png(colour="red")
    image.save()
    assert default_storage.open(frozen_name(node.file)).read() == kept
    page.refresh_from_db()
    page.save_revision().publish()  # the replaced picture is new content
    assert frozen_of(page).file.sha256 != node.file.sha256
    image.delete()
    assert default_storage.open(frozen_name(node.file)).read() == kept
    assert FrozenFile.objects.count() == 2


def test_a_picture_on_a_modules_page_stays_until_that_page_is_published_again() -> None:
    image = picture()
    module = site.module_page()
    site.draft(module, body=[figure(image)]).publish()
    before = Module.objects.get().overview
    image.file.delete(save=False)
    image.file = png(colour="red")
    image.save()
    site.reading_page(module)  # brings the outline in step
    assert Module.objects.get().overview == before
    image.delete()
    site.reading_page(module)
    assert Module.objects.get().overview == before
    site.draft(module, body=[site.text()]).publish()
    assert Module.objects.get().overview != before


def test_a_standard_page_goes_through_the_gate_and_keeps_its_pictures(client: Client) -> None:
    image = picture()
    page = site.standard_page(body=[figure(image)])
    shown = client.get(page.url).content.decode()
    assert "/frozen/" in shown
    image.file.delete(save=False)
    image.delete()
    assert client.get(page.url).content.decode() == shown
    for bare in (figure(None), figure(picture(), alternative="")):
        with pytest.raises(CannotPublish):
            site.draft(page, body=[bare]).publish()
    assert client.get(page.url).content.decode() == shown


def test_a_draft_of_a_standard_page_is_seen_in_its_preview_alone(tom: Any, client: Client) -> None:
    page = site.standard_page(body=[site.text("<p>Live words.</p>")])
    site.draft(page, body=[site.text("<p>Draft words.</p>"), figure(picture())])
    client.force_login(tom)
    draft = client.get(reverse("wagtailadmin_pages:view_draft", args=[page.pk])).content
    assert b"Draft words." in draft
    assert b"/original_images/" in draft
    assert b"Live words." in client.get(page.url).content


def test_a_page_that_is_refused_leaves_no_file_behind() -> None:
    image = picture()
    site.allow_unreviewed(False)
    with pytest.raises(NotSignedOff):
        site.reading_page(body=[figure(image)])
    assert not default_storage.exists("frozen")
    assert not FrozenFile.objects.exists()


def test_the_same_picture_is_kept_once() -> None:
    image = picture()
    site.reading_page(body=[figure(image)])
    site.reading_page(body=[figure(image)])
    assert FrozenFile.objects.count() == 1


@pytest.mark.parametrize(
    ("fields", "sound"),
    [
        ({"alternative": ""}, False),
        ({"alternative": "", "decorative": True}, True),
        ({"alternative": "  "}, False),
    ],
)
def test_a_picture_has_an_alternative_or_is_marked_decorative(
    fields: dict[str, Any], sound: bool
) -> None:
    page = site.reading_page(body=[figure(picture(), **fields)], live=False)
    assert (page.freeze().problems == []) is sound


def test_a_picture_that_is_gone_keeps_the_page_from_being_published() -> None:
    with pytest.raises(CannotPublish, match="Choose a picture"):
        site.reading_page(body=[figure(None)])


def test_a_drawing_stands_inside_the_page_with_its_words() -> None:
    svg = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 360 9"><g class="fill-gp"/></svg>'
    image = Picture.objects.create(
        title="Lanes", file=ContentFile(svg.encode(), name="lanes.svg"), width=360, height=9
    )
    node = frozen_of(site.reading_page(body=[figure(image, alternative='Two "lanes".')]))
    html = body((node,))
    assert '<svg role="img" aria-label="Two &quot;lanes&quot;."' in html
    assert "The drawing in words" in html
    assert 'class="fill-gp"' in html


def recording(kind: str, name: str) -> Recording:
    return Recording.objects.create(
        title="A visit", type=kind, duration=61, file=ContentFile(b"data", name=name)
    )


def test_a_film_has_captions_or_a_transcript_and_counts_its_minutes() -> None:
    film = {"video": recording("video", "v.mp4").pk, "title": "A visit", "transcript": ""}
    bare = block("video", {**film, "captions": None}, "v")
    with pytest.raises(CannotPublish, match="captions or a transcript"):
        site.reading_page(body=[bare])
    vtt = Document.objects.create(title="Captions", file=ContentFile(b"WEBVTT", name="c.vtt"))
    page = site.reading_page(body=[block("video", {**film, "captions": vtt.pk}, "v")])
    node = frozen_of(page)
    html = body((node,))
    assert '<track kind="captions"' in html
    assert "/frozen/" in html
    assert page.freeze().content.minutes == 1 + 2  # a minute of reading, 61 seconds of film


def test_sound_has_a_transcript() -> None:
    sound = {"audio": recording("audio", "a.mp3").pk, "title": "A call"}
    with pytest.raises(CannotPublish, match="Add a transcript"):
        site.reading_page(body=[block("audio", {**sound, "transcript": ""}, "a")])
    page = site.reading_page(body=[block("audio", {**sound, "transcript": "<p>Hi.</p>"}, "a")])
    assert "Transcript" in body((frozen_of(page),))


# ── Drawings ──────────────────────────────────────────────────────────────
DRAWING = (
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 900 900"><path class="fill-gp"/></svg>'
)


def test_a_drawing_has_colours_in_the_library_and_takes_the_pages_in_a_page() -> None:
    """Without its page's classes a drawing is solid black."""
    drawing = Picture.objects.create(title="Two", file=ContentFile(DRAWING, name="two.svg"))
    shown = drawing.get_rendition("max-165x165").file.read().decode()
    assert "<style xmlns" in shown
    assert ".fill-gp { fill: var(--voice-gp); }" in shown
    assert "--voice-gp: light-dark(#1d4f91" in shown
    drawing.file.open("rb")
    assert drawing.file.read() == DRAWING  # what is frozen is the drawing itself
    node = frozen_of(site.reading_page(body=[figure(drawing)]))
    assert "<style" not in node.svg
    assert "<style" not in body((node,))
