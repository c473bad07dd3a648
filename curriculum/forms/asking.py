"""The pages of a quiz while it is answered, whoever keeps the answers: a learner's attempt does,
an author who tries a draft keeps none. Nothing is read from the database or saved here.
"""

from collections.abc import Mapping
from typing import Any

from django.http import QueryDict

from curriculum.content import Question, Quiz
from curriculum.content.answers import (
    Answer,
    AnswerError,
    is_finished,
    read_answer,
    what_is_missing,
)
from curriculum.domain.keys import Key
from curriculum.enums import FeedbackTiming
from curriculum.forms.questions import in_short, posted_answer, question_form


def standing(
    asked: Question, number: int, answer: Answer | None, *, address: str, **more: Any
) -> dict[str, Any]:
    """How somebody stands with one question. `address` is its page."""
    return {
        "number": number,
        "key": asked.id,
        "stem": asked.stem,
        "answer": answer,
        "is_finished": is_finished(asked, answer),
        "missing": what_is_missing(asked, answer),
        "address": address,
        "is_flagged": False,
        "saved_at": None,
        **more,
    }


def question_page(
    quiz: Quiz,
    states: list[dict[str, Any]],
    number: int,
    order: list[str],
    *,
    answer: Answer | None,
    is_final: bool,
    keys: Mapping[str, Key] | None = None,
) -> dict[str, Any]:
    """What the page of one question shows. `answer` fills its form; feedback comes only once the
    answer that is kept is final, by the question's own key unless `keys` has another."""
    here = states[number - 1]
    asked = quiz.question(here["key"])
    key = (keys or {}).get(asked.id, Key(asked))
    return {
        "number": number,
        "states": states,
        "here": here,
        "before": states[number - 2] if number > 1 else None,
        "after": states[number] if number < len(states) else None,
        "form": question_form(asked, order, answer),
        "finished": sum(state["is_finished"] for state in states),
        "explanation": key.explain(here["answer"], order) if is_final else None,
        "checks_each": quiz.feedback == FeedbackTiming.EACH,
    }


def review_page(
    quiz: Quiz, states: list[dict[str, Any]], orders: dict[str, list[str]]
) -> dict[str, Any]:
    """What the page to look over everything shows."""

    def given(state: dict[str, Any]) -> str:
        key = state["key"]
        return in_short(question_form(quiz.question(key), orders[key], state["answer"]))

    return {
        "states": [{**state, "given": given(state)} for state in states],
        "unfinished": [state for state in states if not state["is_finished"]],
        "nothing_answered": not any(state["answer"] for state in states),
    }


def result_page(
    quiz: Quiz,
    states: list[dict[str, Any]],
    orders: dict[str, list[str]],
    keys: Mapping[str, Key] | None = None,
) -> dict[str, Any]:
    """What the result shows of each question, by its own key unless `keys` has another. Only what
    is `is_shown` brings its feedback, so that an empty attempt does not harvest the answers for
    the next."""
    lines = []
    for state in states:
        asked = quiz.question(state["key"])
        key = (keys or {}).get(asked.id, Key(asked))
        shown = key.explain(state["answer"], orders[asked.id]) if state["is_shown"] else None
        lines.append({**state, "is_graded": asked.is_graded, "explanation": shown})
    return {
        "graded": [line for line in lines if line["is_graded"]],
        "ungraded": [line for line in lines if not line["is_graded"]],
    }


def readable(asked: Any, order: list[str], posted: QueryDict) -> Answer | None:
    """The answer that was posted; None where it cannot be read."""
    try:
        return read_answer(asked, posted_answer(asked, order, posted))
    except AnswerError:
        return None


def wanted(post: QueryDict, number: int, last: int) -> int | None:
    """The question to which the pressed button leads; None is the page to look over all."""
    go = "stay" if "flag" in post else post.get("go", "next")
    if go == "stay":
        return number
    if go == "previous" and number > 1:
        return number - 1
    if go.isascii() and go.isdecimal() and len(go) < 4 and 1 <= int(go) <= last:
        return int(go)
    return None if go == "review" or number == last else number + 1
