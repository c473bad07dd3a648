"""A survey page's data to `curriculum.content`, with every validation. Imports no page class."""

import math

from wagtail.blocks.stream_block import StreamValue

from cms.blocks import Place
from cms.freeze import Frozen, finished, title_of
from curriculum.content import Survey, words_of
from curriculum.enums import SurveyItemKind, SurveyOccasion
from curriculum.text import clean_line, count_words, reading_minutes

ITEMS_PER_MINUTE = 4
LEAST_STEPS, MOST_STEPS = 3, 11


def freeze_survey(
    *,
    title: str,
    body: StreamValue,
    items: StreamValue,
    minutes: int | None,
    occasion: str,
    measure: str,
    about: str,
    scale: str,
    consent: str,
) -> Frozen[Survey]:
    """A survey; `scale` has a label on each line, from least to most."""
    place = Place()
    nodes = body.stream_block.freeze(body, place.at("body"))
    asked = items.stream_block.freeze(items, place.at("items"))
    when = SurveyOccasion(place.choice("occasion", occasion, SurveyOccasion.choices))
    name = place.line("measure", measure)
    if when != SurveyOccasion.OTHER and not name:
        place.at("measure").problem(
            "Name what is measured: the surveys before and after that share it are compared."
        )
    if when == SurveyOccasion.BEFORE and any(
        item.kind == SurveyItemKind.RETROSPECTIVE for item in asked
    ):
        place.at("items").problem("Nobody can look back before the programme has begun.")
    computed = math.ceil(len(asked) / ITEMS_PER_MINUTE) + reading_minutes(
        count_words(words_of(nodes))
    )
    return finished(
        Survey(
            title=title_of(title, place),
            minutes=minutes or computed,
            body=nodes,
            items=asked,
            occasion=when,
            measure=name,
            about=place.line("about", about),
            scale=_steps(scale, place.at("scale")),
            consent=place.text(
                "consent", consent, "Say what people agree to who let their answers be used."
            ),
        ),
        place,
    )


def _steps(scale: str, place: Place) -> tuple[str, ...]:
    """The labels of a scale, from least to most."""
    steps = tuple(line for text in scale.splitlines() if (line := clean_line(text)))
    if not LEAST_STEPS <= len(steps) <= MOST_STEPS or len(set(steps)) < len(steps):
        place.problem(
            f"A scale has {LEAST_STEPS} to {MOST_STEPS} labels, one on each line, no two alike."
        )
    return steps
