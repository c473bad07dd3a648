"""Answering a draft's questions as students do. No attempt is made; the answers stay in the
author's session, and only those of the last few quizzes.
"""

import random
import secrets
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import cached_property
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from cms.admin.drafts import own_draft
from cms.admin.trying import trying
from cms.models import QuizPage
from curriculum.content import Matching, Multiple, Ordering, Question, Quiz, Ranking
from curriculum.content.answers import Answer, AnswerError, is_finished, read_answer
from curriculum.domain.layouts import lay_out
from curriculum.domain.marking import total
from curriculum.enums import CompletesOn, FeedbackTiming
from curriculum.forms import posted_answer
from curriculum.forms.asking import (
    question_page,
    readable,
    result_page,
    review_page,
    standing,
    wanted,
)

SESSION_KEY = "trying_quizzes"
MOST = 3  # quizzes that one session remembers


@dataclass
class Run:
    """How far an author has come. Answers are known by question id, so a draft that changes
    meanwhile does no harm: what no longer fits counts as not answered."""

    seed: int
    answers: dict[str, Any] = field(default_factory=dict)
    flagged: list[str] = field(default_factory=list)
    committed: list[str] = field(default_factory=list)
    is_submitted: bool = False


class Tried:
    """One request of an author who tries a quiz. Raises Http404 for who may not edit it."""

    def __init__(self, request: HttpRequest, page: int) -> None:
        self.request = request
        self.draft = own_draft(request, page, QuizPage)
        kept = request.session.get(SESSION_KEY, {}).get(str(page))
        self.run = Run(**kept) if kept else None

    @cached_property
    def quiz(self) -> Quiz:
        """The draft without the questions that are too unfinished to be asked."""
        quiz: Quiz = self.draft.freeze().content
        return replace(quiz, questions=tuple(filter(is_askable, quiz.questions)))

    @cached_property
    def has_begun(self) -> bool:
        """Whether there is a run, and still something in the draft that can be asked."""
        return self.run is not None and bool(self.quiz.questions)

    @cached_property
    def layout(self) -> dict[str, Any]:
        assert self.run is not None
        return lay_out(self.quiz, random.Random(self.run.seed))  # noqa: S311 - an order, no secret

    def keep(self, run: Run) -> None:
        """Remember this run; the one that was begun longest ago goes first."""
        self.run = run
        runs = self.request.session.get(SESSION_KEY, {})
        runs.pop(str(self.draft.pk), None)
        runs[str(self.draft.pk)] = asdict(run)
        self.request.session[SESSION_KEY] = dict(list(runs.items())[-MOST:])

    def answer(self, question: Question) -> Answer | None:
        kept = self.run.answers.get(question.id) if self.run else None
        try:
            return read_answer(question, kept) if kept else None
        except AnswerError:
            return None  # the draft has changed since

    def address(self, name: str, *more: Any) -> str:
        return reverse(name, args=[self.draft.pk, *more])

    @cached_property
    def states(self) -> list[dict[str, Any]]:
        run, states = self.run or Run(0), []
        for number, key in enumerate(self.layout["questions"], start=1):
            asked = self.quiz.question(key)
            answer, address = self.answer(asked), self.address("try_question", number)
            is_shown = bool(answer) and (run.is_submitted or key in run.committed)
            flagged = key in run.flagged
            states.append(
                standing(
                    asked, number, answer, address=address, is_flagged=flagged, is_shown=is_shown
                )
            )
        return states

    def render(self, name: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
        """A page of the learners, with where it leads while it is tried out."""
        here = trying(self.draft, self.request.user)
        unfinished = (state["address"] for state in self.states if not state["is_finished"])
        around = {
            "page": self.draft,
            "quiz": self.quiz,
            "trying": here,
            "unreviewed": True,
            "next_title": here.next.title if here.next else "",
            "to": {
                "home": here.home,
                "resume": next(unfinished, self.address("try_question", 1)),
                "review": self.address("try_review"),
                "submit": self.address("try_submit"),
                "again": self.address("try_start"),
                "module": here.module_home or here.home,
                "next": here.next.address if here.next else "",
            },
        }
        return render(
            self.request, f"cms/pages/try_{name}.html", {**around, **context}, status=status
        )


def is_askable(question: Question) -> bool:
    """Whether a question of a draft has enough in it to be answered and marked."""
    if isinstance(question, Matching):
        return len(question.pairs) > 1
    if isinstance(question, Ordering | Ranking):
        return len(question.items) > 1
    if isinstance(question, Multiple) and not any(option.correct for option in question.options):
        return False
    return len(question.options) > 1


@require_POST
def try_start(request: HttpRequest, page: int) -> HttpResponse:
    """Begin afresh."""
    tried = Tried(request, page)
    if not tried.quiz.questions:
        messages.warning(request, "There is no question yet that is finished enough to be asked.")
        return redirect("try_out", page=page)
    if left := len(tried.draft.questions) - len(tried.quiz.questions):
        is_one = left == 1
        said = "1 question is" if is_one else f"{left} questions are"
        it = "it is" if is_one else "they are"
        messages.info(request, f"{said} not asked: {it} not finished enough to be marked.")
    tried.keep(Run(secrets.randbelow(2**31)))
    return redirect("try_question", page=page, number=1)


@never_cache
def try_question(request: HttpRequest, page: int, number: int) -> HttpResponse:
    """Show one question, or take its answer and go where the button says."""
    tried = Tried(request, page)
    if tried.run is None or not tried.has_begun:
        return redirect("try_out", page=page)
    if tried.run.is_submitted:
        return redirect("try_result", page=page)
    keys = tried.layout["questions"]
    if not 1 <= number <= len(keys):
        raise Http404("The draft has no such question.")
    if request.method == "POST" and keys[number - 1] not in tried.run.committed:
        return _take(tried, tried.run, number, keys[number - 1])
    return _show(tried, number)


def _take(tried: Tried, run: Run, number: int, key: str) -> HttpResponse:
    post, asked = tried.request.POST, tried.quiz.question(key)
    try:
        answer = read_answer(asked, posted_answer(asked, tried.layout["options"][key], post))
    except AnswerError as error:
        return _show(tried, number, error=str(error))
    run.answers.pop(key, None)
    if answer:
        run.answers[key] = answer.as_json()
    if "flag" in post:
        run.flagged = [k for k in run.flagged if k != key] + [key] * (post["flag"] == "1")
    checks = "check" in post and tried.quiz.feedback == FeedbackTiming.EACH
    if checks and is_finished(asked, answer):
        run.committed.append(key)
    tried.keep(run)
    if checks and not is_finished(asked, answer):
        return _show(tried, number, error="Finish the answer before you check it.")
    target = number if checks else wanted(post, number, len(tried.layout["questions"]))
    if target is None:
        return redirect("try_review", page=tried.draft.pk)
    return redirect("try_question", page=tried.draft.pk, number=target)


def _show(tried: Tried, number: int, error: str = "") -> HttpResponse:
    here = tried.states[number - 1]
    order, answer = tried.layout["options"][here["key"]], here["answer"]
    if error:
        answer = readable(tried.quiz.question(here["key"]), order, tried.request.POST) or answer
    shown = question_page(
        tried.quiz, tried.states, number, order, answer=answer, is_final=here["is_shown"]
    )
    return tried.render("question", {**shown, "error": error}, 422 if error else 200)


@never_cache
@require_GET
def try_review(request: HttpRequest, page: int) -> HttpResponse:
    """Everything at a glance before submitting."""
    tried = Tried(request, page)
    if tried.run is None or not tried.has_begun:
        return redirect("try_out", page=page)
    if tried.run.is_submitted:
        return redirect("try_result", page=page)
    return tried.render("review", review_page(tried.quiz, tried.states, tried.layout["options"]))


@require_POST
def try_submit(request: HttpRequest, page: int) -> HttpResponse:
    """Close the run, so that its result may be seen. Nothing is marked for anybody's record."""
    tried = Tried(request, page)
    if tried.run is None or not tried.has_begun:
        return redirect("try_out", page=page)
    if not any(state["answer"] for state in tried.states):
        messages.error(request, "Answer at least one question before you submit.")
        return redirect("try_review", page=page)
    tried.keep(replace(tried.run, is_submitted=True))
    return redirect("try_result", page=page)


@never_cache
@require_GET
def try_result(request: HttpRequest, page: int) -> HttpResponse:
    """What was right, what was not and why, as students would see it."""
    tried = Tried(request, page)
    if tried.run is None or not tried.run.is_submitted or not tried.has_begun:
        return redirect("try_out", page=page)
    marks = total(tried.quiz, {state["key"]: state["answer"] for state in tried.states})
    passed = marks.passes(tried.quiz.pass_mark)
    context = {
        **result_page(tried.quiz, tried.states, tried.layout["options"]),
        "total": marks,
        "passed": passed,
        "score": marks.score,
        "out_of": marks.out_of,
        "can_try_again": True,
        "is_complete": passed or tried.quiz.completes_on == CompletesOn.SUBMITTED,
    }
    return tried.render("result", context)
