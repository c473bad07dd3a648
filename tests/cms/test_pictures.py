"""Pictures are drawn anew at upload: what a camera or an attacker put beside the pixels is gone."""

import hashlib
import io
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from cms.models import Picture
from cms.pictures import MOST_FRAMES, re_encoded

SECRET = b"Ward 4, bed 2"
GPS, ORIENTATION, MAKER = 0x8825, 0x0112, 0x010F


def photograph(kind: str = "JPEG", **options: Any) -> bytes:
    """A picture 40 by 20 with a place, a maker and a way to turn it written beside the pixels."""
    picture = Image.new("RGB", (40, 20), "teal")
    exif = Image.Exif()
    exif[MAKER] = SECRET.decode()
    exif[ORIENTATION] = 6  # lying on its side
    exif.get_ifd(GPS).update({1: "N", 2: (51.0, 30.0, 0.0)})
    out = io.BytesIO()
    picture.save(out, kind, exif=exif, **options)
    return out.getvalue()


def commented() -> bytes:
    about = PngInfo()
    about.add_itxt("Comment", SECRET.decode())
    out = io.BytesIO()
    Image.new("RGBA", (4, 4), (0, 0, 0, 0)).save(out, "PNG", pnginfo=about)
    return out.getvalue()


def moving(frames: int = 3) -> bytes:
    pictures = [Image.new("RGB", (8, 8), (n % 256, n // 256, 9)) for n in range(frames)]
    out = io.BytesIO()
    pictures[0].save(
        out, "GIF", save_all=True, append_images=pictures[1:], duration=40, comment=SECRET
    )
    return out.getvalue()


@pytest.mark.parametrize(
    "source",
    [
        photograph(),
        photograph(comment=SECRET),
        photograph("PNG"),
        photograph("WEBP"),
        commented(),
        moving(),
        photograph() + b"PK\x03\x04" + SECRET,  # an archive behind a photograph
        moving() + b"<script>" + SECRET,
    ],
)
def test_nothing_stays_but_the_picture(source: bytes) -> None:
    """Known failure 33: a file that is two things at once."""
    assert SECRET in source
    kept = re_encoded(source)
    assert SECRET not in kept
    with Image.open(io.BytesIO(source)) as before, Image.open(io.BytesIO(kept)) as after:
        assert after.format == before.format
        assert dict(after.getexif()) == {}
        assert "comment" not in after.info


def test_a_photograph_stands_upright_and_keeps_its_colours() -> None:
    with Image.open(io.BytesIO(re_encoded(photograph()))) as after:
        assert after.size == (20, 40)
        assert after.convert("RGB").getpixel((10, 10)) == pytest.approx((0, 128, 128), abs=3)


def test_what_moves_goes_on_moving_and_what_is_clear_stays_clear() -> None:
    with Image.open(io.BytesIO(re_encoded(moving()))) as after:
        assert after.n_frames == 3  # type: ignore[attr-defined]
        assert after.info["duration"] == 40
    with Image.open(io.BytesIO(re_encoded(commented()))) as after:
        assert after.mode == "RGBA"
        assert after.getpixel((0, 0))[3] == 0  # type: ignore[index]


@pytest.mark.parametrize(
    "source",
    [
        b"",
        b"<svg/>",
        b"GIF89a",
        b"\x89PNG\r\n\x1a\n" + bytes(40),
        photograph()[:200],
        b"\xff\xd8\xff\xe0<html><script>alert(1)</script>",
        b"BM" + bytes(60),
        moving(MOST_FRAMES + 1),
    ],
)
def test_what_is_no_picture_is_refused_in_words(source: bytes) -> None:
    with pytest.raises(ValidationError):
        re_encoded(source)


def test_a_picture_larger_than_can_be_drawn_is_refused(monkeypatch: Any) -> None:
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 100)
    with pytest.raises(ValidationError):
        re_encoded(photograph())


def test_drawing_it_anew_twice_changes_nothing_more() -> None:
    once = re_encoded(commented())
    assert re_encoded(once) == once


@pytest.mark.django_db
def test_an_author_s_upload_loses_its_place_on_the_way_in(ada: Any, client: Client) -> None:
    client.force_login(ada)
    file = SimpleUploadedFile("ward.jpg", photograph(), "image/jpeg")
    posted = {"title": "The ward", "file": file, "tags": "", "collection": 1, "description": ""}
    answer = client.post(reverse("wagtailimages:add"), posted)
    assert answer.status_code == 302, answer.context["form"].errors
    kept = Picture.objects.get()
    with kept.file.open("rb") as stored:
        data = stored.read()
    assert SECRET not in data
    assert (kept.width, kept.height) == (20, 40)
    assert kept.file_size == len(data)
    assert kept.file_hash == hashlib.sha1(data).hexdigest()


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["page.html", "page.svg.html", "run.exe", "no-ending"])
def test_what_does_not_say_that_it_is_a_picture_is_not_taken(
    name: str, ada: Any, client: Client
) -> None:
    client.force_login(ada)
    file = SimpleUploadedFile(name, photograph(), "image/jpeg")
    answer = client.post(
        reverse("wagtailimages:add"), {"title": "x", "file": file, "collection": 1}
    )
    assert answer.status_code == 200
    assert "file" in answer.context["form"].errors
    assert not Picture.objects.exists()
