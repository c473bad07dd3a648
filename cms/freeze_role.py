"""A page about a role, frozen: its fields as the sections of one text. Imports no page class."""

from dataclasses import dataclass
from typing import Any

from wagtail.blocks.stream_block import StreamValue

from cms.blocks import Place
from cms.freeze import Frozen, finished, title_of
from curriculum.content import BodyNode, Callout, Heading, Reading, Text


@dataclass(frozen=True)
class Section:
    """One field of the page: its heading, and what an author is told who leaves it empty."""

    name: str
    heading: str
    missing: str = ""


# What somebody in a hurry needs comes first.
CALL = Section("call_when", "Ring them when", "Say when to ring them.")
SECTIONS = (
    CALL,
    Section("have_ready", "What to say, and have ready"),
    Section("does", "What they do", "Say what they do."),
    Section("decides", "What they decide", "Say what they decide, or that it is nothing."),
    Section("cannot", "What they cannot do", "Say what they cannot do."),
    Section("mistaken_for", "Who they are not"),
    Section("wish_doctors", "What they wish doctors knew"),
    Section("wish_social_workers", "What they wish social workers knew"),
)


def freeze_role(
    *, title: str, lines: dict[str, str], sections: dict[str, Any], body: StreamValue
) -> Frozen[Reading]:
    """The page as a text to read. `lines` must not be empty: field name → plain text."""
    place = Place()
    for name, text in lines.items():
        place.line(name, text, "Write this in one line.")
    nodes: list[BodyNode] = []
    for section in SECTIONS:
        nodes += _section(
            section, place.html(section.name, sections[section.name], section.missing)
        )
    nodes += body.stream_block.freeze(body, place.at("body"))
    return finished(Reading(title=title_of(title, place), minutes=1, body=tuple(nodes)), place)


def _section(section: Section, html: str) -> list[BodyNode]:
    if not html:
        return []
    if section is CALL:
        return [Callout(id=section.name, tone="practice", title=section.heading, html=html)]
    heading = Heading(id=section.name, text=section.heading)
    return [heading, Text(id=f"{section.name}-text", html=html)]
