"""Questions that were read, at the end of a quiz's draft. What is live is never touched."""

import hashlib
import json
import uuid
from collections import Counter
from collections.abc import Sequence
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from wagtail.models import Page

from cms.models import QuizPage
from curriculum.content import Matching, Multiple, Ordering, Question, Single, TrueFalse

KINDS: dict[type[Any], str] = {
    Single: "single",
    Multiple: "multiple",
    TrueFalse: "true_false",
    Matching: "matching",
    Ordering: "ordering",
}


class DraftChanged(Exception):
    """Somebody has changed the draft since this was looked over."""


def stored(question: Question) -> dict[str, Any]:
    """A question as the quiz's field stores it, with new ids throughout."""
    value: dict[str, Any] = {
        "stem": question.stem,
        "explanation": question.explanation,
        "source": "",
        "source_url": "",
        "revisit": None,
        "outcomes": [],
    }
    match question:
        case Single(options=options) | Multiple(options=options):
            value["options"] = [
                _item(text=o.text, feedback=o.feedback, correct=o.correct) for o in options
            ]
        case TrueFalse():
            value["answer"] = "true" if question.is_true else "false"
            value["feedback_true"] = question.feedback_true
            value["feedback_false"] = question.feedback_false
        case Matching(pairs=pairs, feedback=feedback):
            value["pairs"] = [_item(left=pair.left, right=pair.right) for pair in pairs]
            value["feedback"] = feedback
        case Ordering(items=items, feedback=feedback):
            value["items"] = [_item(text=item.text) for item in items]
            value["feedback"] = feedback
    return {"type": KINDS[type(question)], "value": value, "id": str(uuid.uuid4())}


def _item(**value: Any) -> dict[str, Any]:
    return {"type": "item", "value": value, "id": str(uuid.uuid4())}


def with_questions(draft: QuizPage, rows: Sequence[dict[str, Any]]) -> QuizPage:
    """The draft with these stored questions at its end. Nothing is saved."""
    field: Any = draft._meta.get_field("questions")
    draft.questions = field.to_python([*draft.questions.raw_data, *rows])
    return draft


def problems_of(draft: QuizPage, rows: Sequence[dict[str, Any]]) -> list[list[str]]:
    """For each of these questions, what publishing `draft` will ask for before it goes live."""
    found: dict[str, list[str]] = {row["id"]: [] for row in rows}
    for problem in draft.freeze().problems:
        if problem.path[:1] == ("questions",) and problem.path[1:2]:
            found.get(problem.path[1], []).append(problem.message)
    return [_counted(found[row["id"]]) for row in rows]


def _counted(messages: list[str]) -> list[str]:
    return [
        message if many == 1 else f"{message} ({many} times)"
        for message, many in Counter(messages).items()
    ]


def fingerprint(page: QuizPage) -> str:
    """Changes with anything in the page's newest draft; an autosave writes over a revision."""
    latest = page.get_latest_revision()
    content = latest.content if latest else page.serializable_data()
    said = json.dumps(content, sort_keys=True, cls=DjangoJSONEncoder)
    return hashlib.sha256(said.encode()).hexdigest()


@transaction.atomic
def append(page: QuizPage, questions: Sequence[Question], *, seen: str, user: Any) -> None:
    """Add these questions to the newest draft as a new revision.

    Raises DraftChanged where the draft is not the one whose fingerprint is `seen`.
    """
    Page.objects.select_for_update().get(pk=page.pk)
    current = QuizPage.objects.get(pk=page.pk)
    if fingerprint(current) != seen:
        raise DraftChanged
    draft = with_questions(
        current.get_latest_revision_as_object(), [stored(question) for question in questions]
    )
    # A draft may be as unfinished as its author likes, so it is not cleaned.
    draft.save_revision(user=user, clean=False, log_action=True)
