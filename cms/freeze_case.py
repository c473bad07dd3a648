"""A case page's data to `curriculum.content.Case`, with everything that could trap a learner."""

import dataclasses
from collections.abc import Iterator

from wagtail.blocks.stream_block import StreamValue

from cms.blocks import Place
from cms.freeze import Frozen, finished, title_of
from curriculum.content import Case, Closing, ContentNote, words_of
from curriculum.domain.case_graph import faults
from curriculum.text import count_words, reading_minutes

MINUTES_PER_DECISION = 1  # to think; the words are counted apart


def freeze_case(
    *,
    title: str,
    minutes: int | None,
    content_note: str,
    content_instead: str,
    role: str,
    closing_moment: str,
    **streams: StreamValue,
) -> Frozen[Case]:
    """A case from the page's fields; `streams` are body, cast, roles, facts, scenes, debrief and
    closing_views. Its minutes are reckoned where the author has not set them."""
    place = Place()
    parts = {
        name: value.stream_block.freeze(value, place.at(name)) for name, value in streams.items()
    }
    moment, views = place.line("closing_moment", closing_moment), parts.pop("closing_views")
    if views and not moment:
        place.at("closing_moment").problem("Say which moment it is that is seen from each seat.")
    case = Case(
        title=title_of(title, place),
        minutes=minutes or 0,
        role=place.text("role", role, "Say who the learner is in this story."),
        content_note=_note(place, content_note, content_instead),
        closing=Closing(moment=moment, views=views) if moment else None,
        **parts,
    )
    for fault in faults(case):
        place.at(*fault.path).problem(fault.message)
    return finished(dataclasses.replace(case, minutes=minutes or _minutes(case)), place)


def _note(place: Place, coming: str, instead: str) -> ContentNote | None:
    text = place.line("content_note", coming)
    if not text:
        return None
    missing = "Say what those who leave this case out can do instead."
    return ContentNote(
        id="content-note", coming=text, instead=place.html("content_instead", instead, missing)
    )


def _minutes(case: Case) -> int:
    """Every scene read once, with the longest of what its choices lead to."""
    decisions = sum(scene.decision is not None for scene in case.scenes)
    return reading_minutes(count_words(_words(case))) + decisions * MINUTES_PER_DECISION


def _words(case: Case) -> Iterator[str]:
    yield from words_of(case.nodes)
    yield case.role
    for scene in case.scenes:
        if scene.decision is None:
            continue
        yield scene.decision.question
        yield from (choice.text for choice in scene.decision.choices)
        reveals = [(c.happened, *(v.text for v in c.views)) for c in scene.decision.choices]
        yield from max(reveals, key=count_words, default=())
    if case.closing:
        yield case.closing.moment
        yield from (view.text for view in case.closing.views)
