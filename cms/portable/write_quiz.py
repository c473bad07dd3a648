"""A quiz written as a file."""

from typing import Any

from cms.models import QuizPage
from cms.portable.notes import upkeep, with_notes
from cms.portable.text import markdown
from cms.portable.write import Writer, without_empty
from curriculum import content as frozen
from curriculum.content import Quiz

KINDS: dict[type, str] = {
    frozen.Single: "single-best-answer",
    frozen.Multiple: "multiple-response",
    frozen.TrueFalse: "true-false",
    frozen.ConfidenceRated: "confidence-rated",
    frozen.Matching: "matching",
    frozen.Ordering: "ordering",
    frozen.Ranking: "situational-judgement",
}


def quiz_data(page: QuizPage, quiz: Quiz, writer: Writer) -> dict[str, Any]:
    """The fields of the file that are a quiz's own. Raises CannotWrite."""
    kept = {child.id: child.value for child in page.questions}
    body = with_notes(quiz.body, page.body)
    return {
        **without_empty({"introduction": writer.body(body, page.translation_key)}),
        "feedback": quiz.feedback.value,
        "completes_on": quiz.completes_on.value,
        "pass_mark": quiz.pass_mark,
        "attempts": quiz.attempts_allowed,
        "draw": quiz.draw,
        "shuffle_questions": quiz.shuffle_questions,
        "shuffle_options": quiz.shuffle_options,
        "questions": [_question(q, kept[q.id], writer) for q in quiz.questions],
    }


def _question(question: Any, kept: Any, writer: Writer) -> dict[str, Any]:
    again = question.revisit
    after = {
        "explanation": markdown(question.explanation),
        "reference": writer.source(question.reference),
        "revisit": again and writer.pages.get(again.key, f"key:{again.key}"),
        "outcomes": list(question.outcomes),
    }
    kind = KINDS[type(question)]
    head = {"id": question.id, "kind": kind, "stem": question.stem}
    return {**head, **_own(question), **without_empty(after), **upkeep(kept)}


def _own(question: Any) -> dict[str, Any]:
    match question:
        case frozen.TrueFalse():
            return {
                "answer": question.is_true,
                "feedback_true": question.feedback_true,
                "feedback_false": question.feedback_false,
            }
        case frozen.Matching():
            pairs = [{"id": p.id, "left": p.left, "right": p.right} for p in question.pairs]
            return {"pairs": pairs, "feedback": question.feedback}
        case frozen.Ordering():
            items = [{"id": item.id, "text": item.text} for item in question.items]
            return {"items": items, "feedback": question.feedback}
        case frozen.Ranking():
            rows = [{"id": i.id, "text": i.text, "feedback": i.feedback} for i in question.items]
            keys = {
                "gp": list(question.gp_key),
                "social_worker": list(question.social_worker_key),
            }
            return {"items": rows, **keys}
    return {
        "options": [
            {
                "id": option.id,
                "text": option.text,
                "feedback": option.feedback,
                **without_empty({"correct": option.correct}),
            }
            for option in question.options
        ]
    }
