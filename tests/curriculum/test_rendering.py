"""Frozen content as a page shows it."""

import re

from curriculum.content import Callout, References, Table, Text
from curriculum.content.body import BodyNode, Reference
from curriculum.templatetags.curriculum import body


def cite(key: str, more: str = "") -> str:
    return f'<a href="#ref-{key}">[{key}{more}]</a>'


SOURCES = References(
    id="s",
    references=tuple(
        Reference(id=key, key=key, text=f"Source {key}") for key in ("R4", "R12", "R50", "R99")
    ),
)


def page(*nodes: BodyNode) -> str:
    return str(body((*nodes, SOURCES)))


def test_sources_are_numbered_as_they_are_cited_and_lead_back() -> None:
    html = page(
        Text(id="a", html=f"<p>One {cite('R50')}, two {cite('R12', ', page 4')}.</p>"),
        Callout(id="b", tone="law", title="Law", html=f"<p>Again {cite('R50')}.</p>"),
    )
    text, sources = html.split('class="references"')
    assert re.findall(r">(\[[^<]*\])<", text) == ["[1]", "[2, page 4]", "[1]"]
    assert text.count('id="cite-R50"') == 1
    listed = re.findall(r'<li id="ref-(\w+)".*?class="key">(\d+)<', sources)
    assert listed == [("R50", "1"), ("R12", "2"), ("R4", "3"), ("R99", "4")]
    assert re.findall(r'href="#cite-(\w+)"', sources) == ["R50", "R12"]  # and nowhere that is not
    assert "[R" not in html


def test_each_page_numbers_from_one() -> None:
    first = page(Text(id="a", html=f"<p>{cite('R99')}</p>"))
    assert first == page(Text(id="a", html=f"<p>{cite('R99')}</p>"))
    assert "[1]" in first


def test_words_of_ones_own_in_a_citation_stay() -> None:
    html = page(Text(id="a", html='<p><a href="#ref-R4">the Act</a></p>'))
    assert ">the Act</a>" in html


def test_a_bare_number_keeps_its_columns_name_where_there_are_no_columns() -> None:
    table = Table(
        id="t", caption="Duties", headers=("Section", "Duty"), rows=(("9", "a"), ("Long name", "b"))
    )
    html = str(body((table,)))
    assert '<th scope="row" data-label="Section">9</th>' in html
    assert '<th scope="row">Long name</th>' in html
