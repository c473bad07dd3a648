"""The body of a page: every block an author may use, composed last."""

import dataclasses
from typing import Any

from cms.blocks.base import FreezableStream, Place
from cms.blocks.callouts import CalloutBlock, ContentNoteBlock, KeyFactBlock
from cms.blocks.media import AudioBlock, FigureBlock, VideoBlock
from cms.blocks.roles import RoleCardBlock, TwoViewsBlock
from cms.blocks.services import ServicesHereBlock
from cms.blocks.structure import ReferencesBlock, StepsBlock, TableBlock
from cms.blocks.text import HeadingBlock, TextBlock
from cms.blocks.upkeep import CheckBlock
from curriculum.content import BodyNode, ContentNote, Heading


class BodyBlock(FreezableStream):
    """What a reading, a quiz's introduction and a module's own page are made of."""

    heading = HeadingBlock()
    text = TextBlock()
    figure = FigureBlock()
    video = VideoBlock()
    audio = AudioBlock()
    callout = CalloutBlock()
    content_note = ContentNoteBlock()
    key_fact = KeyFactBlock()
    role_card = RoleCardBlock()
    two_views = TwoViewsBlock()
    table = TableBlock()
    steps = StepsBlock()
    references = ReferencesBlock()
    services_here = ServicesHereBlock()
    check = CheckBlock()

    def freeze(self, value: Any, place: Place) -> tuple[BodyNode, ...]:
        nodes = super().freeze(value, place)
        covers = place.findings.covers
        return tuple(
            dataclasses.replace(node, skip_to=_after(nodes, position, covers.get(node.id, "")))
            if isinstance(node, ContentNote)
            else node
            for position, node in enumerate(nodes)
        )


def _after(nodes: tuple[BodyNode, ...], position: int, covers: str) -> str:
    """The id of the heading that follows the section which a content note covers."""
    if covers == "page":
        return ""
    headings = [node for node in nodes[position + 1 :] if isinstance(node, Heading)]
    if headings and headings[0] is nodes[position + 1]:
        headings = headings[1:]  # the note stands before the heading of the section it covers
    return headings[0].id if headings else ""
