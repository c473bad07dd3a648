"""The sheet: right letters, right direction, tagged, closed to the network, rendered once."""

import re
import subprocess
import unicodedata
from typing import Any
from unittest import mock

import pypdf
import pytest
from weasyprint.urls import FatalURLFetchingError

from curriculum.exports import certificates as sheets
from curriculum.exports.pdf import ClosedFetcher, render_pdf
from curriculum.models import Certificate
from tests.factories import activities, complete

CSS = "curriculum/certificate_sheet.css"
MARKS = dict.fromkeys([0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)])

NAMES = {
    "Welsh": "Siân Wyn Ŵŷr",
    "Polish": "Zażółć Gęślą-Jaźń",
    "Greek": "Ελένη Παπαδοπούλου",
    "Cyrillic": "Наталья Ковальчук",
    "Arabic": "فاطمة الزهراء محمد",
    "Hebrew": "יעל בן־דוד",
    "Devanagari": "प्रिया शर्मा",
    "Chinese": "王小明",
    "Japanese": "山田 太郎さくら",
    "Korean": "김민준",
    "Vietnamese": "Nguyễn Thị Minh Khai",
    "one word": "Prince",
    "markup": "<b>Bold</b> & Co",
    "emoji": "Zoë 🎉",
    "120 characters": ("Wolfeschlegelsteinhausenbergerdorff " * 4)[:119] + "z",
    "120 without a space": "W" * 120,
}


@pytest.fixture
def certificate(enrolment: Any) -> Certificate:
    for activity in activities(enrolment.cohort.programme):
        complete(enrolment, activity)
    return Certificate.objects.get()


def named(certificate: Certificate, name: str) -> Certificate:
    certificate.facts = {**certificate.facts, "name": name}
    return certificate


def tool(name: str, pdf: bytes, *options: str) -> str:
    command = [name, *options, "-"] if name == "pdfinfo" else [name, *options, "-", "-"]
    return subprocess.run(command, input=pdf, capture_output=True, check=True).stdout.decode()


def copied(pdf: bytes) -> str:
    """The text that somebody gets who copies the sheet, without direction marks."""
    return unicodedata.normalize("NFC", tool("pdftotext", pdf).translate(MARKS))


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES.keys())
def test_a_name_is_printed_whole_and_can_be_copied_out(name: str, certificate: Certificate) -> None:
    """Known failure 17: names break, boxes instead of letters, text that cannot be copied."""
    pdf, missing = sheets.certificate_sheet(named(certificate, name))
    assert missing == set()
    lines = re.sub(r"\s+", "" if " " not in name else " ", copied(pdf))
    assert unicodedata.normalize("NFC", name) in lines
    assert len(pypdf.PdfReader(__import__("io").BytesIO(pdf)).pages) == 1


@pytest.mark.parametrize("name", ["120 characters", "120 without a space", "Arabic", "Polish"])
def test_nothing_of_the_name_leaves_the_sheet_or_runs_into_the_rest(
    name: str, certificate: Certificate
) -> None:
    pdf, _ = sheets.certificate_sheet(named(certificate, NAMES[name]))
    boxes = re.findall(
        r'<word xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)">(.*?)</word>',
        tool("pdftotext", pdf, "-bbox"),
    )
    assert boxes
    for left, top, right, bottom, _ in boxes:
        assert 25 < float(left) < float(right) < 842 - 25
        assert 25 < float(top) < float(bottom) < 595 - 25
    # The left column, which holds the name, ends before the right one begins.
    code = next(float(left) for left, *_, word in boxes if word == certificate.code)
    award = [float(right) for _, _, right, _, word in boxes if word in NAMES[name]]
    assert all(right < code for right in award)


def test_a_character_that_no_font_has_is_reported_and_the_sheet_made_all_the_same(
    certificate: Certificate, caplog: Any
) -> None:
    unassigned = "\u0378"
    pdf, missing = sheets.certificate_sheet(named(certificate, f"Lena {unassigned}"))
    assert missing == {unassigned}
    assert "Lena" in copied(pdf)


def test_an_operator_is_warned_of_a_missing_character_without_the_name(
    certificate: Certificate, caplog: Any
) -> None:
    unassigned = "\u0378"
    Certificate.objects.update(facts={**certificate.facts, "name": f"Lena {unassigned}"})
    certificate.refresh_from_db()
    with sheets.open_pdf(certificate):
        pass
    certificate.refresh_from_db()
    assert certificate.missing_glyphs == unassigned
    assert "U+0378" in caplog.text
    assert "Lena" not in caplog.text


def test_the_document_is_tagged_titled_and_in_english(certificate: Certificate) -> None:
    pdf, _ = sheets.certificate_sheet(certificate)
    info = tool("pdfinfo", pdf)
    assert re.search(r"Tagged:\s+yes", info)
    assert "Certificate of completion: Lena Okoro" in info
    assert re.search(r"Page size:\s+841\.89 x 595\.27", info)
    catalogue: Any = pypdf.PdfReader(__import__("io").BytesIO(pdf)).trailer["/Root"]
    assert catalogue["/Lang"] == "en-GB"
    assert catalogue["/ViewerPreferences"]["/DisplayDocTitle"]
    assert b"pdfuaid:part" in catalogue["/Metadata"].get_data()
    structure = tool("pdfinfo", pdf, "-struct-text")
    order = [structure.index(word) for word in ("Certificate of", "Lena Okoro", "completed the")]
    assert order == sorted(order)


def test_unreviewed_content_is_printed_as_such(certificate: Certificate) -> None:
    pdf, _ = sheets.certificate_sheet(certificate)
    assert "not yet reviewed by a GP and a social worker" in " ".join(copied(pdf).split())


def test_the_qr_code_leads_to_the_verification_address(certificate: Certificate) -> None:
    import segno

    from curriculum.identity import site_identity

    address = sheets.verify_url(certificate, site_identity())
    assert address.endswith(f"/verify/{certificate.code}/")
    expected = segno.make_qr(address, error="m", mask=sheets.QR_MASK)
    assert sheets.qr_code(address) == expected.svg_inline(
        border=2, omitsize=True, dark="#16232f", svgclass=None, lineclass=None
    )


# ── Once ──────────────────────────────────────────────────────────────────
def test_the_same_facts_are_never_rendered_twice(certificate: Certificate) -> None:
    with mock.patch.object(sheets, "render_pdf", wraps=sheets.render_pdf) as render:
        first = sheets.open_pdf(certificate).read()
        again = sheets.open_pdf(Certificate.objects.get()).read()
        # Somebody who loaded the row before it was rendered does not render it again either.
        stale = Certificate.objects.get()
        stale.pdf = ""
        assert sheets.open_pdf(stale).read() == first == again
    assert render.call_count == 1


def test_a_sheet_that_was_lost_is_made_again(certificate: Certificate) -> None:
    from django.core.files.storage import storages

    sheets.open_pdf(certificate).close()
    storages["records"].delete(certificate.pdf)
    assert sheets.open_pdf(Certificate.objects.get()).read().startswith(b"%PDF")


# ── Closed ────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "http://169.254.169.254/latest/meta-data/",
        "https://example.org/picture.png",
        "ftp://example.org/x",
        "data:text/plain,hello",
        "static:../../manage.py",
        "static:/etc/passwd",
        "static:nothing.svg",
        "gopher://x",
        "",
    ],
)
def test_nothing_but_our_own_files_is_fetched(url: str) -> None:
    """Known failure 20: file://, a metadata address, a redirect, a stylesheet's @import."""
    with pytest.raises((FatalURLFetchingError, Exception)) as refusal:
        ClosedFetcher().fetch(url)
    assert "own files" in str(refusal.value) or "static" in str(refusal.value).lower()


def test_our_own_files_are_fetched() -> None:
    assert b"<svg" in ClosedFetcher().fetch("static:elearn/favicon.svg").read()


@pytest.mark.parametrize(
    "markup",
    [
        '<img src="file:///etc/passwd" alt="">',
        '<img src="http://127.0.0.1:1/" alt="">',
        '<link rel="stylesheet" href="http://127.0.0.1:1/x.css">',
        '<style>@import url("http://127.0.0.1:1/x.css");</style>',
        '<style>body { background: url("http://127.0.0.1:1/x.png") }</style>',
        '<object data="file:///etc/passwd"></object>',
    ],
)
def test_a_document_that_asks_for_more_is_not_made(markup: str, db: Any) -> None:
    with pytest.raises(FatalURLFetchingError):
        render_pdf(f"<html lang='en'><body>{markup}</body></html>", CSS)


def test_a_picture_within_a_drawing_is_left_out(db: Any) -> None:
    drawing = '<svg><image href="http://127.0.0.1:1/x.png" width="9" height="9"/></svg>'
    pdf, _ = render_pdf(f"<html lang='en'><body>{drawing}</body></html>", CSS)
    assert b"/Subtype /Image" not in pdf
