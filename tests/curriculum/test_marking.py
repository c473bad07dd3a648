"""How answers are marked: a table of cases for each kind, and what holds for every answer."""

import itertools
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curriculum.content import Question
from curriculum.content.answers import AnswerError, is_finished, read_answer
from curriculum.domain.attempts import to_decimal
from curriculum.domain.marking import Total, mark, total
from tests import factories

F = Fraction


def marked(question: Question, data: Any) -> Fraction:
    return mark(question, read_answer(question, data)).score


@pytest.mark.parametrize(
    ("data", "score"),
    [({"choice": "b"}, 1), ({"choice": "a"}, 0), ({"choice": ""}, 0), ({}, 0)],
)
def test_a_single_best_answer_is_right_or_not(data: Any, score: int) -> None:
    assert marked(factories.single(), data) == score


@pytest.mark.parametrize(
    ("choices", "score"),
    [
        (["a", "b"], F(1)),
        (["a"], F(1, 2)),
        (["a", "b", "c"], F(1, 2)),  # a wrong tick takes a right one away
        (["a", "c"], F(0)),
        (["c", "d"], F(0)),  # never below nothing
        (["a", "b", "c", "d"], F(0)),
        ([], F(0)),
    ],
)
def test_a_multiple_response_counts_right_ticks_less_wrong_ones(
    choices: list[str], score: Fraction
) -> None:
    assert marked(factories.multiple(), {"choices": choices}) == score


@pytest.mark.parametrize(
    ("is_true", "choice", "score"),
    [(True, "true", 1), (True, "false", 0), (False, "false", 1), (False, "true", 0)],
)
def test_true_or_false_is_right_or_not(is_true: bool, choice: str, score: int) -> None:
    assert marked(factories.true_false(is_true=is_true), {"choice": choice}) == score


@pytest.mark.parametrize(
    ("choice", "confidence", "calibration"),
    [
        ("b", "sure", F(2)),
        ("b", "fairly-sure", F(3, 2)),
        ("b", "guessing", F(1)),
        ("a", "sure", F(-2)),
        ("a", "fairly-sure", F(-1, 2)),
        ("a", "guessing", F(0)),
    ],
)
def test_confidence_gives_calibration_and_no_grade(
    choice: str, confidence: str, calibration: Fraction
) -> None:
    question = factories.confidence()
    found = mark(question, read_answer(question, {"choice": choice, "confidence": confidence}))
    assert (found.score, found.out_of, found.calibration) == (0, 0, calibration)


def test_confidence_without_a_rating_says_nothing() -> None:
    question = factories.confidence()
    answer = read_answer(question, {"choice": "b"})
    assert mark(question, answer).calibration is None
    assert not is_finished(question, answer)


@pytest.mark.parametrize(
    ("matches", "score"),
    [
        ({"p1": "p1", "p2": "p2", "p3": "p3", "p4": "p4"}, F(1)),
        ({"p1": "p1", "p2": "p3", "p3": "p2", "p4": "p4"}, F(1, 2)),
        ({"p1": "p1"}, F(1, 4)),
        ({"p1": "p2"}, F(0)),
        ({}, F(0)),
    ],
)
def test_matching_earns_the_share_of_right_pairs(matches: dict[str, str], score: Fraction) -> None:
    assert marked(factories.matching(), {"matches": matches}) == score


@pytest.mark.parametrize(
    ("order", "score"),
    [
        ([1, 2, 3, 4], F(1)),
        ([2, 1, 3, 4], F(2, 3)),  # one step of three is out of order
        ([2, 3, 4, 1], F(2, 3)),
        ([4, 3, 2, 1], F(0)),
        ([1, 1, 1, 1], F(0)),  # a shared place keeps no step
    ],
)
def test_ordering_earns_the_share_of_steps_kept(order: list[int], score: Fraction) -> None:
    places = {f"i{item}": place for place, item in enumerate(order, start=1)}
    if len(places) < 4:
        places = {f"i{n}": 1 for n in range(1, 5)}
    assert marked(factories.ordering(), {"places": places}) == score


@pytest.mark.parametrize(
    ("order", "score"),
    [
        ("r1 r2 r3 r4", F(1)),  # the GP's key
        ("r2 r1 r3 r4", F(1)),  # the social worker's key
        ("r1 r3 r2 r4", F(14, 16)),  # two items one place away from the GP's key
        ("r4 r3 r2 r1", F(8, 16)),
        ("r4 r3 r1 r2", F(8, 16)),
    ],
)
def test_a_ranking_is_marked_by_closeness_to_the_nearer_key(order: str, score: Fraction) -> None:
    places = {item: place for place, item in enumerate(order.split(), start=1)}
    assert marked(factories.ranking(), {"places": places}) == score


def test_a_ranking_that_puts_everything_in_one_place_earns_nothing() -> None:
    assert marked(factories.ranking(), {"places": {f"r{n}": 2 for n in range(1, 5)}}) == 0


# ── What holds for every answer ───────────────────────────────────────────
def answers_to(question: Question) -> st.SearchStrategy[Any]:
    kind = question.KIND  # type: ignore[union-attr]
    if kind == "matching":
        ids = [pair.id for pair in question.pairs]  # type: ignore[union-attr]
        given = st.dictionaries(st.sampled_from(ids), st.sampled_from(ids))
        return st.fixed_dictionaries({"matches": given})
    if kind in {"ordering", "ranking"}:
        ids = [item.id for item in question.items]  # type: ignore[union-attr]
        given = st.dictionaries(st.sampled_from(ids), st.integers(1, len(ids)))
        return st.fixed_dictionaries({"places": given})
    ids = [option.id for option in question.options]  # type: ignore[union-attr]
    if kind == "multiple-response":
        return st.fixed_dictionaries({"choices": st.lists(st.sampled_from(ids), unique=True)})
    return st.fixed_dictionaries(
        {
            "choice": st.sampled_from([*ids, ""]),
            "confidence": st.sampled_from(["sure", "fairly-sure", "guessing", ""]),
        }
    )


any_question = st.sampled_from(factories.every_kind())


@given(data=st.data(), question=any_question)
def test_any_answer_marks_between_nothing_and_full(data: st.DataObject, question: Question) -> None:
    found = mark(question, read_answer(question, data.draw(answers_to(question))))
    assert 0 <= found.score <= found.out_of <= 1


@given(question=any_question)
def test_the_key_marks_full(question: Question) -> None:
    answer = read_answer(question, factories.right_answer(question))
    assert mark(question, answer).is_full
    assert is_finished(question, answer)


@given(data=st.data(), question=st.sampled_from([factories.single(), factories.multiple()]))
def test_the_order_of_options_is_irrelevant(data: st.DataObject, question: Any) -> None:
    import dataclasses

    shuffled = dataclasses.replace(
        question, options=tuple(data.draw(st.permutations(question.options)))
    )
    given_answer = data.draw(answers_to(question))
    assert marked(question, given_answer) == marked(shuffled, given_answer)


@given(data=st.data(), question=any_question)
def test_an_answer_survives_storing(data: st.DataObject, question: Question) -> None:
    answer = read_answer(question, data.draw(answers_to(question)))
    if answer is not None:
        assert read_answer(question, answer.as_json()) == answer


HOSTILE = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=9),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["choice", "choices", "matches", "places", "confidence", "i1", "p1"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(data=HOSTILE, question=any_question)
def test_hostile_data_are_read_or_refused_and_nothing_else(data: Any, question: Question) -> None:
    try:
        answer = read_answer(question, data)
    except AnswerError:
        return
    assert 0 <= mark(question, answer).score <= 1


# ── Totals ────────────────────────────────────────────────────────────────
def test_a_total_counts_what_was_asked_and_is_exact_at_the_pass_mark() -> None:
    quiz = factories.quiz(*(factories.single(f"q{n}") for n in range(1, 6)))
    right, wrong = {"choice": "b"}, {"choice": "a"}
    answers = {
        f"q{n}": read_answer(quiz.question(f"q{n}"), right if n <= 3 else wrong)
        for n in range(1, 6)
    }
    found = total(quiz, answers)
    assert found == Total(score=F(3), out_of=F(5))
    assert found.passes(60)
    assert not found.passes(61)


def test_per_cent_is_rounded_down_so_that_a_near_miss_does_not_look_like_a_pass() -> None:
    assert Total(F(599, 10), F(100)).per_cent == 59
    assert not Total(F(599, 10), F(100)).passes(60)


def test_a_quiz_with_nothing_graded_passes() -> None:
    quiz = factories.quiz(factories.confidence("q1"))
    assert total(quiz, {"q1": None}).passes(100)


def test_thirds_are_stored_to_four_places() -> None:
    assert [str(to_decimal(F(n, 3))) for n in range(4)] == ["0.0000", "0.3333", "0.6667", "1.0000"]


def test_every_order_of_four_steps_earns_a_share_of_three() -> None:
    question = factories.ordering()
    scores = [
        marked(question, {"places": {f"i{n}": place for n, place in enumerate(order, start=1)}})
        for order in itertools.permutations(range(1, 5))
    ]
    assert set(scores) == {F(0), F(1, 3), F(2, 3), F(1)}
    assert scores.count(F(1)) == scores.count(F(0)) == 1
