"""Forms: questions and decisions as learners meet them, and what people say about themselves."""

from curriculum.forms.decisions import DecisionForm, decision_form
from curriculum.forms.people import WHEN_EMPTY, PlainWords, ProfileForm, VerifyForm
from curriculum.forms.questions import (
    QuestionForm,
    in_short,
    layout_of,
    posted_answer,
    question_form,
)

__all__ = [
    "WHEN_EMPTY",
    "DecisionForm",
    "PlainWords",
    "ProfileForm",
    "QuestionForm",
    "VerifyForm",
    "decision_form",
    "in_short",
    "layout_of",
    "posted_answer",
    "question_form",
]
