"""Correcting a wrong key: what is marked again, what is not, and what stays whatever happens."""

import dataclasses
from decimal import Decimal
from typing import Any

import pytest

from curriculum.content import Matching, Pair, Quiz
from curriculum.domain import attempts
from curriculum.domain.corrections import keys_of
from curriculum.domain.editions import publish_edition
from curriculum.domain.enrolment import enrol, withdraw
from curriculum.domain.errors import NothingAnswered, Refused
from curriculum.domain.regrade_preview import Preview, look, markable_editions
from curriculum.domain.regrading import Outdated, regrade
from curriculum.models import (
    Activity,
    Attempt,
    Certificate,
    Cohort,
    Completion,
    Edition,
    Enrolment,
    Regrade,
    RegradedAttempt,
    Response,
    User,
)
from tests import factories, people

pytestmark = pytest.mark.django_db


@pytest.fixture
def cohort(cora: Any) -> Cohort:
    """Cora's cohort, with a quiz of two questions in which both ask for "b"."""
    return people.cohort(factories.programme([factories.quiz()]), cora)


@pytest.fixture
def quiz(cohort: Cohort) -> Activity:
    return factories.activities(cohort.programme)[0]


def learner(cohort: Cohort, name: str) -> Enrolment:
    return enrol(cohort, people.person(name.lower(), f"{name} Bell"))


def answered(enrolment: Enrolment, quiz: Activity, *choices: str, submit: bool = True) -> Attempt:
    """An attempt with these answers to q1, q2 …"""
    quiz.refresh_from_db()
    attempt = attempts.start_attempt(enrolment, quiz)
    for number, choice in enumerate(choices, start=1):
        attempts.save_answer(attempt, f"q{number}", {"choice": choice}, origin=attempts.Origin())
    return attempts.submit_attempt(attempt) if submit else attempt


def publish(quiz: Activity, content: Quiz) -> Edition:
    """A new edition of the quiz, made current."""
    edition = publish_edition(quiz.key, content, allow_unreviewed=True)
    quiz.refresh_from_db()
    return edition


def corrected(quiz: Activity, right: str = "a") -> Edition:
    """The quiz with another key for its first question."""
    return publish(
        quiz, factories.quiz(factories.single("q1", right=right), factories.single("q2"))
    )


def preview(quiz: Activity) -> Preview:
    return look(quiz, list(markable_editions(quiz)))


def do(quiz: Activity, by: User, **fields: Any) -> Regrade:
    """Look and confirm."""
    seen = preview(quiz)
    fields = {"reason": "The first question had the wrong key.", "seen": seen.fingerprint, **fields}
    return regrade(quiz, seen.editions, by=by, **fields)


def result(attempt: Attempt) -> tuple[str, bool | None]:
    attempt.refresh_from_db()
    return f"{attempt.score:f}".rstrip("0").rstrip("."), attempt.passed


# ── Looking ───────────────────────────────────────────────────────────────
def test_the_preview_has_every_attempt_whose_result_would_change(
    cohort: Cohort, quiz: Activity
) -> None:
    lost = answered(learner(cohort, "Lea"), quiz, "b", "b")
    won = answered(learner(cohort, "Wyn"), quiz, "a", "b")
    same = answered(learner(cohort, "Sam"), quiz, "c", "b")
    corrected(quiz)
    seen = preview(quiz)
    found = [
        (r.attempt, r.score_before, r.passed_before, r.score_after, r.passes) for r in seen.results
    ]
    assert found == [
        (lost, Decimal(2), True, Decimal(1), False),
        (won, Decimal(1), False, Decimal(2), True),
    ]
    assert same not in [r.attempt for r in seen.results]
    assert (seen.newly_passing, seen.failing, seen.open) == (1, 1, 0)
    assert [(c.asked.id, c.edition.number) for c in seen.questions] == [("q1", 1)]


def test_looking_changes_nothing(cohort: Cohort, quiz: Activity) -> None:
    attempt = answered(learner(cohort, "Wyn"), quiz, "a", "b")
    corrected(quiz)
    preview(quiz)
    assert result(attempt) == ("1", False)
    assert not Regrade.objects.exists()
    assert not Completion.objects.exists()


def test_only_markable_editions_that_somebody_has_attempted_are_offered(
    cohort: Cohort, quiz: Activity
) -> None:
    assert list(markable_editions(quiz)) == []
    answered(learner(cohort, "Wyn"), quiz, "a", "b")
    corrected(quiz)
    corrected(quiz, "c")  # nobody has attempted the one before
    assert [edition.number for edition in markable_editions(quiz)] == [1]


@pytest.mark.parametrize("many", [1, 3])
def test_the_preview_takes_the_same_queries_however_many_attempts(
    many: int, cohort: Cohort, quiz: Activity, django_assert_num_queries: Any
) -> None:
    for number in range(many):
        answered(learner(cohort, f"N{number}"), quiz, "a", "b")
    corrected(quiz)
    editions = list(markable_editions(quiz))
    look(quiz, editions)
    with django_assert_num_queries(3):
        look(quiz, editions)


# ── Who gains ─────────────────────────────────────────────────────────────
def test_who_passes_by_the_corrected_key_passes_and_completes_from_now_on(
    cohort: Cohort, quiz: Activity, cora: User
) -> None:
    enrolment = learner(cohort, "Wyn")
    attempt = answered(enrolment, quiz, "a", "b")
    assert not Completion.objects.exists()
    corrected(quiz)
    made = do(quiz, cora)
    assert result(attempt) == ("2", True)
    done = Completion.objects.get()
    assert (done.enrolment, done.attempt, done.edition.number) == (enrolment, attempt, 1)
    assert (done.basis, done.completed_at) == ("earned", made.at)
    assert Certificate.objects.get().enrolment == enrolment


def test_one_completion_for_somebody_who_passes_twice(
    cohort: Cohort, quiz: Activity, cora: User
) -> None:
    enrolment = learner(cohort, "Wyn")
    first = answered(enrolment, quiz, "a", "b")
    answered(enrolment, quiz, "a", "b")
    corrected(quiz)
    assert do(quiz, cora).now_pass == 2
    assert Completion.objects.get().attempt == first


def test_nothing_is_completed_in_an_enrolment_that_was_withdrawn(
    cohort: Cohort, quiz: Activity, cora: User
) -> None:
    enrolment = learner(cohort, "Wyn")
    attempt = answered(enrolment, quiz, "a", "b")
    withdraw(enrolment)
    corrected(quiz)
    do(quiz, cora)
    assert result(attempt) == ("2", True)
    assert not Completion.objects.exists()


# ── Who would lose ────────────────────────────────────────────────────────
def test_nobody_who_had_passed_is_failed_by_it(cohort: Cohort, quiz: Activity, cora: User) -> None:
    attempt = answered(learner(cohort, "Lea"), quiz, "b", "b")
    corrected(quiz)
    made = do(quiz, cora)
    assert result(attempt) == ("1", True)
    row = RegradedAttempt.objects.get()
    assert (row.passed_before, row.passed_after, row.kept_pass) == (True, True, True)
    assert made.now_fail == 0


def test_who_says_so_expressly_fails_them_and_what_is_complete_stays_complete(
    cohort: Cohort, quiz: Activity, cora: User
) -> None:
    attempt = answered(learner(cohort, "Lea"), quiz, "b", "b")
    done, award = Completion.objects.values().get(), Certificate.objects.values().get()
    corrected(quiz)
    made = do(quiz, cora, fails_too=True)
    assert result(attempt) == ("1", False)
    assert (made.now_fail, RegradedAttempt.objects.get().kept_pass) == (1, False)
    assert Completion.objects.values().get() == done
    assert Certificate.objects.values().get() == award


def test_saying_so_later_fails_those_whose_pass_was_kept(
    cohort: Cohort, quiz: Activity, cora: User
) -> None:
    attempt = answered(learner(cohort, "Lea"), quiz, "b", "b")
    corrected(quiz)
    do(quiz, cora)
    do(quiz, cora, fails_too=True)
    assert result(attempt) == ("1", False)


# ── What is recorded ──────────────────────────────────────────────────────
def test_each_change_is_recorded_with_before_and_after_and_never_changed(
    cohort: Cohort, quiz: Activity, cora: User
) -> None:
    attempt = answered(learner(cohort, "Wyn"), quiz, "a", "b")
    edition = attempt.edition
    new = corrected(quiz)
    made = do(quiz, cora, reason="  A council decides,\x00 not a GP.  ")
    assert (made.number, made.name, made.reason) == (
        1,
        "Cora Lindqvist",
        "A council decides, not a GP.",
    )
    assert (made.corrected, list(made.editions.all())) == (new, [edition])
    assert (made.changed, made.now_pass, made.now_fail) == (1, 1, 0)
    row = RegradedAttempt.objects.get()
    assert (row.score_before, row.score_after) == (Decimal(1), Decimal(2))
    assert (row.passed_before, row.passed_after) == (False, True)
    assert Response.objects.get(key="q1").score == Decimal(1)
    for record in (made, row):
        with pytest.raises(Exception, match="never changed"):
            record.save()


def test_a_reason_is_required_and_has_a_length(cohort: Cohort, quiz: Activity, cora: User) -> None:
    answered(learner(cohort, "Wyn"), quiz, "a", "b")
    corrected(quiz)
    with pytest.raises(NothingAnswered, match="Say what was wrong"):
        do(quiz, cora, reason=" \n ")
    with pytest.raises(Refused, match="500"):
        do(quiz, cora, reason="x" * 501)
    assert not Regrade.objects.exists()


def test_confirming_twice_makes_one_regrade(cohort: Cohort, quiz: Activity, cora: User) -> None:
    answered(learner(cohort, "Wyn"), quiz, "a", "b")
    corrected(quiz)
    seen = preview(quiz)
    given: dict[str, Any] = {"by": cora, "reason": "Wrong.", "seen": seen.fingerprint}
    assert regrade(quiz, seen.editions, **given) == regrade(quiz, seen.editions, **given)
    assert Regrade.objects.count() == RegradedAttempt.objects.count() == 1


def test_the_same_again_is_refused_because_nothing_would_change(
    cohort: Cohort, quiz: Activity, cora: User
) -> None:
    attempt = answered(learner(cohort, "Wyn"), quiz, "a", "b")
    corrected(quiz)
    do(quiz, cora)
    before = Attempt.objects.values().get(pk=attempt.pk)
    assert preview(quiz).does_nothing
    with pytest.raises(Refused, match="already"):
        do(quiz, cora)
    assert Attempt.objects.values().get(pk=attempt.pk) == before


def test_what_has_changed_since_the_preview_is_looked_at_again(
    cohort: Cohort, quiz: Activity, cora: User
) -> None:
    one = answered(learner(cohort, "Wyn"), quiz, "a", "b")
    other = answered(learner(cohort, "Una"), quiz, "a", "b", submit=False)
    corrected(quiz)
    seen = preview(quiz).fingerprint
    attempts.submit_attempt(other)
    with pytest.raises(Outdated, match="Look again"):
        do(quiz, cora, seen=seen)
    corrected(quiz, "c")
    with pytest.raises(Outdated):
        do(quiz, cora, seen=seen)
    assert result(one) == ("1", False)


# ── What can be marked again ──────────────────────────────────────────────
def test_a_question_whose_options_came_or_went_is_left_as_it_was_marked(
    cohort: Cohort, quiz: Activity, cora: User
) -> None:
    attempt = answered(learner(cohort, "Wyn"), quiz, "a", "a")
    shorter = dataclasses.replace(
        factories.single("q1", right="a"), options=factories.options("a", "b", right=["a"])
    )
    publish(quiz, factories.quiz(shorter, factories.single("q2", right="a")))
    seen = preview(quiz)
    assert [question.id for _, question in seen.left_out] == ["q1"]
    assert [c.asked.id for c in seen.questions] == ["q2"]
    do(quiz, cora)
    assert result(attempt) == ("1", False)


def test_a_question_that_is_gone_or_of_another_kind_is_left_as_it_was_marked(
    cohort: Cohort, quiz: Activity
) -> None:
    answered(learner(cohort, "Wyn"), quiz, "a", "b")
    publish(quiz, factories.quiz(factories.true_false("q1"), factories.single("q3")))
    seen = preview(quiz)
    assert [question.id for _, question in seen.left_out] == ["q1", "q2"]
    assert seen.does_nothing


def test_other_words_without_another_key_change_no_result(cohort: Cohort, quiz: Activity) -> None:
    answered(learner(cohort, "Wyn"), quiz, "a", "b")
    reworded = dataclasses.replace(
        factories.single("q1"), stem="Otherwise?", explanation="<p>x</p>"
    )
    publish(quiz, factories.quiz(reworded, factories.single("q2")))
    assert preview(quiz).does_nothing


def test_the_pass_mark_of_their_own_edition_counts(
    cohort: Cohort, quiz: Activity, cora: User
) -> None:
    attempt = answered(learner(cohort, "Wyn"), quiz, "a", "a")
    publish(
        quiz,
        factories.quiz(factories.single("q1", right="a"), factories.single("q2"), pass_mark=10),
    )
    do(quiz, cora)
    assert result(attempt) == ("1", False)


def pairs(*rights: str) -> Matching:
    made = tuple(
        Pair(id=f"p{n}", left=f"Left {n}", right=right) for n, right in enumerate(rights, start=1)
    )
    return Matching(id="q1", stem="Who?", pairs=made, feedback="Ask.")


KINDS = [
    (factories.single("q1"), factories.single("q1", right="a"), {"choice": "a"}),
    (factories.multiple("q1"), factories.multiple("q1", ["c"]), {"choices": ["c"]}),
    (factories.true_false("q1"), factories.true_false("q1", False), {"choice": "false"}),
    # What a learner matched was words: they count, in whichever pair they stand now.
    (
        pairs("council", "NHS"),
        pairs("NHS", "council"),
        {"matches": {"p1": "p2", "p2": "p1"}},
    ),
    (
        factories.ordering("q1"),
        dataclasses.replace(factories.ordering("q1"), items=factories.ordering().items[::-1]),
        {"places": {"i1": 4, "i2": 3, "i3": 2, "i4": 1}},
    ),
    (
        factories.ranking("q1"),
        dataclasses.replace(factories.ranking("q1"), gp_key=("r4", "r3", "r2", "r1")),
        {"places": {"r1": 4, "r2": 3, "r3": 2, "r4": 1}},
    ),
]


@pytest.mark.parametrize(("wrong", "right", "answer"), KINDS, ids=lambda v: getattr(v, "KIND", ""))
def test_every_graded_kind_of_question_can_be_corrected(
    wrong: Any, right: Any, answer: Any, cohort: Cohort, cora: User
) -> None:
    made = factories.programme([factories.quiz(wrong)])
    quiz = factories.activities(made)[0]
    attempt = attempts.start_attempt(enrol(people.cohort(made, cora), people.lena()), quiz)
    attempts.save_answer(attempt, "q1", answer, origin=attempts.Origin())
    attempt = attempts.submit_attempt(attempt)
    assert not attempt.passed
    publish(quiz, factories.quiz(right))
    do(quiz, cora)
    assert result(attempt) == ("1", True)
    line = keys_of(attempt.edition)["q1"].explain(
        attempts.answers_of(attempt)["q1"], attempt.layout["options"]["q1"]
    )
    assert line.verdict == "Right"
    assert line.stem == wrong.stem


# ── Open attempts, and later ones ─────────────────────────────────────────
def test_an_attempt_open_on_a_corrected_edition_is_marked_by_the_corrected_key(
    cohort: Cohort, quiz: Activity, cora: User
) -> None:
    attempt = answered(learner(cohort, "Wyn"), quiz, "a", "b", submit=False)
    corrected(quiz)
    assert preview(quiz).open == 1
    do(quiz, cora)
    attempts.submit_attempt(attempt)
    assert result(attempt) == ("2", True)
    assert not RegradedAttempt.objects.exists()


def test_a_second_correction_goes_on_from_the_first(
    cohort: Cohort, quiz: Activity, cora: User
) -> None:
    attempt = answered(learner(cohort, "Wyn"), quiz, "a", "b")
    corrected(quiz)
    do(quiz, cora)
    corrected(quiz, "c")
    made = do(quiz, cora)
    assert made.number == 2
    assert result(attempt) == ("1", True)  # it had passed by then
    rows = RegradedAttempt.objects.order_by("pk").values_list("score_before", "score_after")
    assert list(rows) == [(1, 2), (2, 1)]


def test_a_key_can_be_set_back(cohort: Cohort, quiz: Activity, cora: User) -> None:
    """Publishing the first content again makes its edition current; that edition, corrected once,
    gets its own key back."""
    lea = answered(learner(cohort, "Lea"), quiz, "b", "b")
    first = lea.edition.content
    corrected(quiz)
    una = answered(learner(cohort, "Una"), quiz, "a", "b")
    do(quiz, cora)
    assert result(lea) == ("1", True)
    publish(quiz, first)
    assert [edition.number for edition in markable_editions(quiz)] == [2, 1]
    do(quiz, cora)
    assert (result(lea), result(una)) == (("2", True), ("1", True))
    assert keys_of(lea.edition).correction("q1") is None


def test_a_later_edition_without_the_question_leaves_its_correction_standing(
    cohort: Cohort, quiz: Activity, cora: User
) -> None:
    attempt = answered(learner(cohort, "Wyn"), quiz, "a", "a")
    corrected(quiz)
    do(quiz, cora)
    publish(quiz, factories.quiz(factories.single("q2", right="a"), factories.single("q3")))
    do(quiz, cora)
    assert result(attempt) == ("2", True)


# ── Bystanders ────────────────────────────────────────────────────────────
def test_other_editions_activities_and_learners_are_left_alone(
    cohort: Cohort, quiz: Activity, cora: User
) -> None:
    answered(learner(cohort, "Wyn"), quiz, "a", "b")
    second = learner(cohort, "Una")
    corrected(quiz)
    current = answered(second, quiz, "b", "b")
    other_programme = factories.programme([factories.quiz()])
    other = factories.activities(other_programme)[0]
    theirs = answered(
        enrol(people.cohort(other_programme, name="Other"), people.lena()), other, "b", "b"
    )
    before = list(Attempt.objects.filter(pk__in=[current.pk, theirs.pk]).values())
    do(quiz, cora)
    assert list(Attempt.objects.filter(pk__in=[current.pk, theirs.pk]).values()) == before
    assert set(
        RegradedAttempt.objects.values_list("attempt__enrolment__learner__full_name", flat=True)
    ) == {"Wyn Bell"}


def test_what_was_asked_and_answered_is_never_rewritten(
    cohort: Cohort, quiz: Activity, cora: User
) -> None:
    attempt = answered(learner(cohort, "Wyn"), quiz, "a", "b")
    kept = Attempt.objects.values("edition", "layout", "ended_at", "number", "out_of").get()
    sources = list(Edition.objects.filter(number=1).values_list("source", flat=True))
    answers = list(Response.objects.values_list("key", "answer", "version"))
    corrected(quiz)
    do(quiz, cora)
    assert Attempt.objects.values("edition", "layout", "ended_at", "number", "out_of").get() == kept
    assert list(Edition.objects.filter(number=1).values_list("source", flat=True)) == sources
    assert list(Response.objects.values_list("key", "answer", "version")) == answers
    assert attempts.asked(attempt, "q1").options[1].correct
