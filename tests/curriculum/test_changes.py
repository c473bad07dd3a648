"""What an edit changes, in words."""

import dataclasses
from collections.abc import Iterator
from enum import Enum
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curriculum import content
from curriculum.content import codec
from curriculum.domain.changes import Change, compare, is_material
from tests import factories
from tests.curriculum.test_content import ALL_BLOCKS

OVERVIEW = content.ModuleOverview(
    title="Two systems", summary="What it is.", outcomes=("one", "two"), body=ALL_BLOCKS.body
)
CASE = factories.case(
    body=ALL_BLOCKS.body,
    roles=(content.Role(profession="Nursing student", text="You are new here."),),
    content_note=content.ContentNote(id="n", coming="A fall.", instead="<p>Read on.</p>"),
    closing=content.Closing(moment="Friday", views=(content.View(who="win", text="I am home."),)),
)
QUIZ = factories.quiz(
    *factories.every_kind(),
    factories.single("q8", reference=content.Source(text="Care Act"), outcomes=("one",)),
    body=ALL_BLOCKS.body,
)
REFLECTION = factories.reflection(body=ALL_BLOCKS.body)
CONTENTS = (ALL_BLOCKS, QUIZ, CASE, REFLECTION, OVERVIEW)


def question(quiz: content.Quiz, number: int, **fields: Any) -> content.Quiz:
    """The quiz with other fields in one of its questions."""
    questions = list(quiz.questions)
    questions[number] = dataclasses.replace(questions[number], **fields)
    return dataclasses.replace(quiz, questions=tuple(questions))


def test_contents_that_are_the_same_have_no_changes() -> None:
    for one in CONTENTS:
        assert compare(one, codec.load(codec.dump(one))) == ()


def test_contents_of_two_kinds_are_not_compared() -> None:
    with pytest.raises(TypeError):
        compare(QUIZ, CASE)


def test_a_reworded_feedback_is_a_minor_change_with_its_place_in_words() -> None:
    before = factories.quiz()
    options = before.questions[0].options
    reworded = dataclasses.replace(options[0], feedback="Not quite.")
    after = question(before, 0, options=(reworded, *options[1:]))
    assert compare(before, after) == (
        Change("Question 1 · option “A” · feedback", "Feedback on a.", "Not quite.", False),
    )


def test_another_key_is_material() -> None:
    before = factories.quiz(factories.single("q1", right="b"))
    after = factories.quiz(factories.single("q1", right="c"))
    assert compare(before, after) == (
        Change("Question 1 · option “B” · right answer", "yes", "no", True),
        Change("Question 1 · option “C” · right answer", "no", "yes", True),
    )


def test_added_and_removed_options_are_told_with_all_that_they_say() -> None:
    before = factories.quiz(factories.single())
    kept = before.questions[0].options[:2]
    new = content.Option(id="n", text="Ring the duty team", feedback="Yes.", correct=True)
    assert compare(before, question(before, 0, options=(*kept, new))) == (
        Change(
            "Question 1 · option “Ring the duty team”",
            "",
            "Ring the duty team · Yes. · right answer: yes",
            True,
        ),
        Change("Question 1 · option “C”", "C · Feedback on c.", "", True),
    )


def test_a_moved_question_is_said_to_have_moved_and_nothing_else() -> None:
    one, two, three = (factories.single(f"q{n}") for n in (1, 2, 3))
    assert compare(factories.quiz(one, two, three), factories.quiz(three, one, two)) == (
        Change("Question 1 · moved", "Place 3", "Place 1", False),
    )


def test_another_order_of_the_steps_to_put_in_order_is_another_key() -> None:
    before = factories.quiz(factories.ordering())
    after = question(before, 0, items=before.questions[0].items[::-1])
    assert is_material(compare(before, after))


def test_a_question_of_another_kind_under_the_same_id_is_replaced() -> None:
    (found,) = compare(
        factories.quiz(factories.single("q1")),
        QUIZ.__class__(
            title="Check what you know", minutes=5, questions=(factories.true_false("q1"),)
        ),
    )
    assert (found.where, found.is_material) == ("Question 1", True)
    assert found.before.startswith("Stem q1? · A · Feedback on a.")
    assert "the statement is true: yes" in found.after


def test_in_a_case_links_and_facts_are_named_and_material() -> None:
    before = factories.case()
    door = before.scenes[0]
    choices = list(door.decision.choices)
    choices[1] = dataclasses.replace(choices[1], leads_to="table", sets="")
    decision = dataclasses.replace(door.decision, choices=tuple(choices))
    after = dataclasses.replace(
        before, scenes=(dataclasses.replace(door, decision=decision), *before.scenes[1:])
    )
    where = "Scene “The door” · choice 2"
    assert compare(before, after) == (
        Change(f"{where} · leads to", "The sorry", "The table", True),
        Change(f"{where} · fact that it sets", "You pushed her", "", True),
    )


def test_in_a_case_a_view_is_followed_by_whose_it_is() -> None:
    before = factories.case()
    knows = content.View(who="gp", text="She lost seven kilograms.")
    door = dataclasses.replace(before.scenes[0], knows=(knows,))
    after = dataclasses.replace(before, scenes=(door, *before.scenes[1:]))
    assert compare(before, after) == (
        Change(
            "Scene “The door” · what Gp knows",
            "She lost six kilograms.",
            "She lost seven kilograms.",
            False,
        ),
    )


def test_the_order_of_a_ranking_is_told_with_the_words_of_its_items() -> None:
    before = factories.quiz(factories.ranking())
    after = question(before, 0, gp_key=("r2", "r1", "r3", "r4"))
    (found,) = compare(before, after)
    assert found.where == "Question 1 · the GP’s order"
    assert found.before == "1. Action 1  2. Action 2  3. Action 3  4. Action 4"
    assert found.is_material


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("<p>Ask <strong>who</strong> pays.</p>", "<p>Ask who pays.</p>"),
        ("<p>Ask.</p><p>Listen.</p>", "<ul><li>Ask.</li><li>Listen.</li></ul>"),
    ],
)
def test_other_markup_of_the_same_words_is_said_to_be_that(before: str, after: str) -> None:
    (found,) = compare(factories.reading(text=before), factories.reading(text=after))
    assert found.where.endswith("(same words)")
    assert not found.is_material


def test_a_link_that_leads_elsewhere_is_seen() -> None:
    (found,) = compare(
        factories.reading(text='<p><a href="/go/a/">Read</a></p>'),
        factories.reading(text='<p><a href="/go/b/">Read</a></p>'),
    )
    assert (found.before, found.after) == ("Read (/go/a/)", "Read (/go/b/)")


@pytest.mark.parametrize(
    ("fields", "where"),
    [
        ({"pass_mark": 80}, "Pass mark"),
        ({"attempts_allowed": 2}, "Attempts allowed (0: any number)"),
        ({"draw": 1}, "Questions drawn (0: all)"),
    ],
)
def test_thresholds_are_material(fields: dict[str, Any], where: str) -> None:
    (found,) = compare(factories.quiz(), factories.quiz(**fields))
    assert (found.where, found.is_material) == (where, True)


def test_whether_a_prompt_is_required_is_material() -> None:
    before = factories.reflection()
    free = dataclasses.replace(before.prompts[0], is_required=False)
    (found,) = compare(before, dataclasses.replace(before, prompts=(free, before.prompts[1])))
    assert found == Change("Prompt 1 · required", "yes", "no", True)


# ── Nothing is left out ───────────────────────────────────────────────────
Path = tuple[str | int, ...]


def spots(value: Any, path: Path = ()) -> Iterator[Path]:
    """Where something stands that can be changed."""
    if isinstance(value, tuple):
        yield path
        for number, item in enumerate(value):
            yield from spots(item, (*path, number))
    elif dataclasses.is_dataclass(value):
        for field in dataclasses.fields(value):
            yield from spots(getattr(value, field.name), (*path, field.name))
    else:
        yield path


def change_at(value: Any, path: Path, other: Any) -> Any:
    """The content with something else at this place."""
    if not path:
        return other(value)
    head, *rest = path
    if isinstance(head, int):
        items = list(value)
        items[head] = change_at(items[head], tuple(rest), other)
        return tuple(items)
    return dataclasses.replace(value, **{head: change_at(getattr(value, head), tuple(rest), other)})


@st.composite
def edited(draw: st.DrawFn) -> tuple[Any, Any]:
    """A content, and what some edits have made of it, sound or not."""
    before = after = draw(st.sampled_from(CONTENTS))
    for _ in range(draw(st.integers(1, 4))):
        path = draw(st.sampled_from(sorted(spots(after), key=str)))
        after = change_at(after, path, lambda value: draw(_edits(value)))
    return before, after


def _edits(value: Any) -> st.SearchStrategy[Any]:
    if isinstance(value, tuple):
        return st.permutations(value).flatmap(
            lambda items: st.integers(0, len(items)).map(lambda n: tuple(items[:n]))
        )
    if isinstance(value, Enum):
        return st.sampled_from(list(type(value)))
    if isinstance(value, bool):
        return st.booleans()
    if isinstance(value, int):
        return st.integers(0, 9)
    if value is None:
        return st.none()
    return st.sampled_from(["", value, f"{value} more", f"<em>{value}</em>", "gone"])


@given(edited())
def test_whatever_changes_the_digest_is_told(pair: tuple[Any, Any]) -> None:
    before, after = pair
    found = compare(before, after)
    assert bool(found) == (codec.digest(before) != codec.digest(after))
    for change in found:
        assert change.where
        assert change.before != change.after or change.where.endswith("(same words)")
