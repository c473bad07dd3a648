"""What people type, cleaned."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curriculum import text


@pytest.mark.parametrize(
    ("typed", "clean"),
    [
        ("  Lena \t Okoro\n", "Lena Okoro"),
        ("Sia\u0302n", "Siân"),  # composed
        ("a\x00b\x07c", "abc"),
        ("\u202egnol\u202c", "gnol"),  # a direction override could make one name read as another
        ("Zoë 👩🏽\u200d⚕️", "Zoë 👩🏽\u200d⚕️"),  # joiners make one picture of several
        ("فاطمة", "فاطمة"),
        ("<b>Bold</b>", "<b>Bold</b>"),  # a name is text; templates escape it
    ],
)
def test_a_line_is_composed_and_holds_no_control_characters(typed: str, clean: str) -> None:
    assert text.clean_line(typed) == clean


@pytest.mark.parametrize(
    ("given_html", "clean"),
    [
        (
            "<p>Hello <b>you</b> <i>there</i></p>",
            "<p>Hello <strong>you</strong> <em>there</em></p>",
        ),
        ('<p data-block-key="x1">Hi</p>', "<p>Hi</p>"),
        ("<p>a</p>\n\n<p>b</p>", "<p>a</p><p>b</p>"),
        ("<p>one\ntwo</p>", "<p>one two</p>"),
        ("<p></p><p> </p><p>x</p>", "<p>x</p>"),
        ("<script>alert(1)</script><p>x</p>", "alert(1)<p>x</p>"),
        ('<p onclick="x()">x</p>', "<p>x</p>"),
        ('<a href="javascript:alert(1)">x</a>', "<a>x</a>"),
        ('<a href="//evil.example/">x</a>', "<a>x</a>"),
        ('<a href="/\\evil.example/">x</a>', "<a>x</a>"),
        ('<a href="#ref-R1">x</a>', '<a href="#ref-R1">x</a>'),
        ('<a href="/go/1/">x</a>', '<a href="/go/1/">x</a>'),
        (
            '<a href="https://example.org/?a=1&amp;b=2">x</a>',
            '<a href="https://example.org/?a=1&amp;b=2">x</a>',
        ),
        ("<p>5 < 6 & 7</p>", "<p>5 &lt; 6 &amp; 7</p>"),
        ("<img src=x onerror=alert(1)>", ""),
        ("<!-- note --><p>x</p>", "<p>x</p>"),
        ('<svg><a xlink:href="javascript:x">y</a></svg>', "<a>y</a>"),
    ],
)
def test_rich_text_keeps_what_is_allowed_and_the_words_of_the_rest(
    given_html: str, clean: str
) -> None:
    assert text.clean_html(given_html) == clean


@given(st.text(max_size=80))
def test_cleaning_rich_text_twice_changes_nothing(value: str) -> None:
    once = text.clean_html(f"<p>{value}</p>")
    assert text.clean_html(once) == once


def test_words_are_counted_without_tags() -> None:
    assert text.count_words(["<p>one two</p><ul><li>three</li></ul>", "four&nbsp;five"]) == 5


@pytest.mark.parametrize(("words", "minutes"), [(0, 1), (1, 1), (200, 1), (201, 2), (1000, 5)])
def test_minutes_are_whole_and_at_least_one(words: int, minutes: int) -> None:
    assert text.reading_minutes(words) == minutes
