"""Terms found in text: once a page, whole words, the longest that fits, and not everywhere."""

import re
from typing import Any

import pytest

from curriculum.content import Callout, Heading, References, Text
from curriculum.content.body import Reference
from curriculum.glossing import Gloss, Glossary, Marker, glossary_of, role_names
from curriculum.templatetags.curriculum import body


def gloss(slug: str, *spellings: str) -> Gloss:
    return Gloss(slug=slug, term=spellings[0], definition=f"What {slug} is.", spellings=spellings)


WORDS = glossary_of(
    [
        gloss("carer", "carer", "carers"),
        gloss("carers-assessment", "carer’s assessment"),
        gloss("iro", "independent reviewing officer", "IRO"),
        gloss("r-and-r", "rest & respite"),
    ]
)


def marked(html: str, words: Glossary = WORDS) -> str:
    return Marker(words, "/glossary/").marked(html)


def found(html: str) -> list[tuple[str, str]]:
    """(slug, words) of every mark, in order."""
    return re.findall(r'href="/glossary/#([\w-]+)"[^>]*>([^<]*)</a>', marked(html))


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<p>A carer, and another carer.</p>", [("carer", "carer")]),
        ("<p>Carers and the carer.</p>", [("carer", "Carers")]),
        ("<p>A carer’s assessment.</p>", [("carers-assessment", "carer’s assessment")]),
        ("<p>A carer&#x27;s  assessment.</p>", [("carers-assessment", "carer&#x27;s  assessment")]),
        ("<p>Ask the IRO, not iron or iro.</p>", [("iro", "IRO")]),
        ("<p>The Independent Reviewing Officer.</p>", [("iro", "Independent Reviewing Officer")]),
        ("<p>Rest &amp; respite.</p>", [("r-and-r", "Rest &amp; respite")]),
        ("<p>scarer, carer-led, young-carer, carer2</p>", []),
        ('<p><a href="/x">carer</a> <em>carer</em></p>', [("carer", "carer")]),
        ("<h3>The carer</h3><p>none</p>", []),
        ("<blockquote><p>Any carer.</p></blockquote><p>x</p>", []),
        ('<svg aria-label="carer"><text>carer</text></svg>', []),
        ('<p class="source">Carers UK</p><p>The carers.</p>', [("carer", "carers")]),
        ('<img alt="a carer" src="x"><p>no</p>', []),
    ],
)
def test_where_terms_are_found(html: str, expected: list[tuple[str, str]]) -> None:
    assert found(html) == expected


def test_nothing_else_of_the_page_changes() -> None:
    html = '<p>A <b>carer</b> &amp; an IRO<br>&nbsp;<svg viewBox="0 0 1 1"/></p>'
    assert re.sub(r'<a class="term"[^>]*>([^<]*)</a>', r"\1", marked(html)) == html


def test_no_term_stands_inside_another() -> None:
    words = glossary_of([gloss("home", "home"), gloss("ch", "care home"), gloss("c", "care")])
    html = marked("<p>A care home is a home with care.</p>", words)
    assert re.findall(r"#([\w-]+)\"[^>]*>([^<]*)<", html) == [
        ("ch", "care home"),
        ("home", "home"),
        ("c", "care"),
    ]


def test_a_page_marks_each_term_once_and_explains_it_below() -> None:
    nodes: tuple[Any, ...] = (
        Heading(id="h", text="The carer"),
        Callout(id="c", tone="law", title="Law", html="<p>A carer has rights.</p>"),
        Text(id="a", html="<p>A carer.</p>"),
        Text(id="b", html="<p>Another carer, and the IRO.</p>"),
        References(id="r", references=(Reference(id="1", key="R1", text="IRO handbook"),)),
    )
    html = str(body(nodes, words=WORDS))
    assert re.findall(r'data-term="gloss-([\w-]+)"', html) == ["carer", "iro"]
    assert re.findall(r'<div class="gloss" id="gloss-([\w-]+)"', html) == ["carer", "iro"]
    assert html.index("has rights") < html.index("data-term")
    assert "What carer is." in html
    assert "gloss" not in str(body(nodes))


def test_the_mark_tells_one_glossary_from_another() -> None:
    one, other = glossary_of([gloss("a", "a")]), glossary_of([gloss("a", "b")])
    assert one == glossary_of([gloss("a", "a")])
    assert one != other
    assert marked("<p>a</p>", glossary_of([])) == "<p>a</p>"


# ── Roles ─────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    ("name", "ways"),
    [
        ("Social worker (adults)", ["social worker"]),
        (
            "Care coordinator, or care navigator",
            ["care coordinator, or care navigator", "care coordinator", "care navigator"],
        ),
        ("Community (district) nurse", ["community nurse"]),
        ("Social worker in a hospital", ["social worker in a hospital"]),
        ("(adults)", []),
    ],
)
def test_a_role_can_be_called_in_several_ways(name: str, ways: list[str]) -> None:
    assert role_names(name) == ways


def test_the_page_of_a_role_is_found_by_any_of_them_and_changes_the_mark() -> None:
    words = glossary_of([], {"care navigator": "/go/1/"})
    assert words.page_of("Care coordinator, or care navigator (PCN)") == "/go/1/"
    assert words.page_of("Navigator") == ""
    assert words.mark != glossary_of([]).mark
