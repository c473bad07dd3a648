"""Page data to `curriculum.content`, with every validation. Imports no page class.

Freezing never fails half-way: it always gives content, and beside it the problems found. The
editor shows them at their fields; the gate in `ActivityPage.save` refuses to publish because of
them.
"""

import math
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.core.exceptions import NON_FIELD_ERRORS, PermissionDenied, ValidationError
from wagtail.blocks.list_block import ListBlockValidationError, ListValue
from wagtail.blocks.stream_block import StreamBlockValidationError, StreamValue
from wagtail.blocks.struct_block import StructBlockValidationError, StructValue
from wagtail.contrib.typed_table_block.blocks import TypedTable, TypedTableBlockValidationError

from cms.blocks import Findings, Place, Problem
from curriculum.content import (
    ActivityContent,
    ModuleOverview,
    Quiz,
    Reading,
    Reflection,
    seconds_of,
    words_of,
)
from curriculum.text import clean_line, count_words, reading_minutes

MINUTES_PER_QUESTION = 1.5
WORDS_WRITTEN_PER_MINUTE = 15  # thinking and looking back included

Content = TypeVar("Content", bound=ActivityContent | ModuleOverview)


class CannotPublish(PermissionDenied):
    """The page has problems; nothing was published. `problems` says where and why."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = problems
        super().__init__(" ".join(dict.fromkeys(problem.message for problem in problems)))


@dataclass(frozen=True)
class Frozen(Generic[Content]):
    """What freezing gave: content, what is wrong with it, and the files that it shows."""

    content: Content
    problems: list[Problem]
    files: dict[str, Any]  # sha256 → the author's file
    drawings: dict[str, Any]  # id of a figure → the author's file of the drawing in it

    def require_sound(self) -> "Frozen[Content]":
        """Itself. Raises CannotPublish where there are problems."""
        if self.problems:
            raise CannotPublish(self.problems)
        return self


def freeze_reading(*, title: str, body: StreamValue, minutes: int | None) -> Frozen[Reading]:
    """A reading; its minutes are computed where the author has not set them."""
    place = Place()
    nodes = body.stream_block.freeze(body, place.at("body"))
    if not nodes:
        place.at("body").problem("Write at least one block.")
    computed = reading_minutes(count_words(words_of(nodes))) + math.ceil(seconds_of(nodes) / 60)
    return finished(
        Reading(title=title_of(title, place), minutes=minutes or computed, body=nodes), place
    )


def freeze_quiz(
    *, title: str, body: StreamValue, questions: StreamValue, minutes: int | None, **settings: Any
) -> Frozen[Quiz]:
    """A quiz; its minutes are reckoned from the questions that one attempt asks."""
    place = Place()
    nodes = body.stream_block.freeze(body, place.at("body"))
    asked = questions.stream_block.freeze(questions, place.at("questions"))
    if settings["draw"] > len(asked):
        place.at("draw").problem(f"The quiz has {len(asked)} questions, so it cannot draw more.")
    if not 0 <= settings["pass_mark"] <= 100:
        place.at("pass_mark").problem("The pass mark is a per cent from 0 to 100.")
    many = settings["draw"] or len(asked)
    return finished(
        Quiz(
            title=title_of(title, place),
            minutes=minutes or max(1, math.ceil(many * MINUTES_PER_QUESTION)),
            body=nodes,
            questions=asked,
            **settings,
        ),
        place,
    )


def freeze_reflection(
    *, title: str, body: StreamValue, prompts: StreamValue, minutes: int | None
) -> Frozen[Reflection]:
    """A reflection; its minutes are reckoned from what its required prompts suggest to write."""
    place = Place()
    nodes = body.stream_block.freeze(body, place.at("body"))
    asked = prompts.stream_block.freeze(prompts, place.at("prompts"))
    wanted = [prompt for prompt in asked if prompt.is_required] or list(asked[:1])
    writing = sum(prompt.words_from or prompt.least for prompt in wanted) / WORDS_WRITTEN_PER_MINUTE
    computed = reading_minutes(count_words(words_of(nodes))) + math.ceil(writing)
    return finished(
        Reflection(
            title=title_of(title, place), minutes=minutes or computed, body=nodes, prompts=asked
        ),
        place,
    )


def freeze_overview(
    *, title: str, summary: str, outcomes: list[str], body: StreamValue
) -> Frozen[ModuleOverview]:
    """What a module's own page says."""
    place = Place()
    nodes = body.stream_block.freeze(body, place.at("body"))
    lines = tuple(clean_line(text) for text in outcomes)
    if not any(lines):
        # No path: the outcomes are chosen in a form of their own beside the page's.
        place.problem("Choose at least one outcome: what learners can do by the end.")
    return finished(
        ModuleOverview(
            title=title_of(title, place),
            summary=place.text("summary", summary),
            outcomes=tuple(line for line in lines if line),
            body=nodes,
        ),
        place,
    )


def finished(content: Content, place: Place) -> Frozen[Content]:
    """The content with everything that was found on the way."""
    found = place.findings
    require_listed(found)
    return Frozen(content, found.problems, found.files, found.drawings)


def require_listed(findings: Findings) -> None:
    """Add a problem for what is cited and not listed; known only once everything was read."""
    for key, there in findings.cited:
        if key not in findings.listed:
            there.problem(f"{key} is cited here but stands in no list of references.")


def title_of(title: str, place: Place) -> str:
    """The page's title; empty is a problem."""
    return place.line("title", title, "Give the page a title.")


# ── Problems as form errors ───────────────────────────────────────────────
def form_errors(problems: list[Problem], values: dict[str, Any]) -> dict[str, ValidationError]:
    """The problems as errors that Wagtail's editor shows at the very field.

    `values` holds the page's value for each field name that a problem's path may begin with.
    """
    by_field: dict[str, list[tuple[tuple[str, ...], str]]] = {}
    for problem in problems:
        name, *rest = problem.path or (NON_FIELD_ERRORS,)
        by_field.setdefault(name, []).append((tuple(rest), problem.message))
    return {name: _error(values.get(name), found) for name, found in by_field.items()}


def _error(value: Any, found: list[tuple[tuple[str, ...], str]]) -> ValidationError:
    own = list(dict.fromkeys(message for path, message in found if not path))
    deeper: dict[str, list[tuple[tuple[str, ...], str]]] = {}
    for path, message in found:
        if path:
            deeper.setdefault(path[0], []).append((path[1:], message))
    if isinstance(value, StreamValue):
        children = {child.id: (n, child.value) for n, child in enumerate(value)}
        return StreamBlockValidationError(_indexed(children, deeper), own)
    if isinstance(value, ListValue):
        children = {child.id: (n, child.value) for n, child in enumerate(value.bound_blocks)}
        return ListBlockValidationError(_indexed(children, deeper), own)
    if isinstance(value, StructValue):
        errors = {name: _error(value.get(name), rest) for name, rest in deeper.items()}
        return StructBlockValidationError(errors, own)
    if isinstance(value, TypedTable):
        return TypedTableBlockValidationError(non_block_errors=own)
    return ValidationError(own or [message for _, message in found])


def _indexed(
    children: dict[str, tuple[int, Any]], deeper: dict[str, list[tuple[tuple[str, ...], str]]]
) -> dict[int, ValidationError]:
    return {
        children[id][0]: _error(children[id][1], found)
        for id, found in deeper.items()
        if id in children
    }
