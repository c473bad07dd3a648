"""Answering: saved as it is given; nothing lost, doubled or silently overwritten."""

import datetime as dt
import random
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from curriculum import clock
from curriculum.content.answers import AnswerError
from curriculum.domain import attempts
from curriculum.domain.adjustments import credit
from curriculum.domain.attempts import Origin
from curriculum.domain.enrolment import withdraw
from curriculum.domain.errors import (
    AnswerCommitted,
    AttemptClosed,
    NoAttemptsLeft,
    NothingAnswered,
    NotRecording,
    Refused,
)
from curriculum.enums import AttemptState
from curriculum.models import Attempt, Response
from tests import factories, people


@pytest.fixture
def quiz(enrolment: Any) -> Any:
    return factories.activities(enrolment.cohort.programme)[1]


@pytest.fixture
def attempt(enrolment: Any, quiz: Any) -> Attempt:
    return attempts.start_attempt(enrolment, quiz)


def save(attempt: Attempt, choice: str, key: str = "q1", **origin: Any) -> attempts.Saved:
    return attempts.save_answer(attempt, key, {"choice": choice}, origin=Origin(**origin))


def stored(attempt: Attempt, key: str = "q1") -> Any:
    return Response.objects.get(attempt=attempt, key=key).answer


# ── Starting ──────────────────────────────────────────────────────────────
def test_starting_twice_gives_the_one_open_attempt(enrolment: Any, quiz: Any) -> None:
    assert attempts.start_attempt(enrolment, quiz) == attempts.start_attempt(enrolment, quiz)
    assert Attempt.objects.count() == 1


def test_the_database_refuses_a_second_open_attempt(attempt: Attempt) -> None:
    """Known failure 4: a constraint, not only a check."""
    with pytest.raises(IntegrityError), transaction.atomic():
        Attempt.objects.create(
            enrolment=attempt.enrolment,
            activity=attempt.activity,
            edition=attempt.edition,
            number=2,
        )


def test_the_attempts_that_a_quiz_allows_run_out(enrolment: Any, lena: Any) -> None:
    made = factories.programme([factories.quiz(attempts_allowed=1)])
    from curriculum.domain.enrolment import enrol

    other = enrol(people.cohort(made), lena)
    activity = factories.activities(made)[0]
    first = attempts.start_attempt(other, activity)
    save(first, "a")
    attempts.submit_attempt(first)
    with pytest.raises(NoAttemptsLeft):
        attempts.start_attempt(other, activity)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"ends_on": dt.date(2020, 1, 1)}, "has ended"),
        ({"starts_on": dt.date(2999, 1, 1)}, "has not started"),
        ({"archived_at": timezone.now()}, "has ended"),
    ],
)
def test_nothing_starts_in_a_cohort_that_is_not_open(
    enrolment: Any, quiz: Any, fields: dict[str, Any], said: str
) -> None:
    for name, value in fields.items():
        setattr(enrolment.cohort, name, value)
    enrolment.cohort.save()
    with pytest.raises(NotRecording, match=said):
        attempts.start_attempt(enrolment, quiz)


def test_nothing_is_recorded_for_those_who_left_or_work_here(
    enrolment: Any, quiz: Any, lena: Any
) -> None:
    from django.contrib.auth.models import Group

    lena.groups.add(Group.objects.get(name="Tutors"))
    enrolment.learner = type(lena).objects.get(pk=lena.pk)
    with pytest.raises(NotRecording, match="staff role"):
        attempts.start_attempt(enrolment, quiz)
    lena.groups.clear()
    enrolment.learner = type(lena).objects.get(pk=lena.pk)
    with pytest.raises(NotRecording, match="left this cohort"):
        attempts.start_attempt(withdraw(enrolment), quiz)
    assert not Attempt.objects.exists()


def test_an_activity_of_another_programme_cannot_be_started(enrolment: Any) -> None:
    other = factories.activities(factories.programme())[1]
    with pytest.raises(Refused, match="not part of your programme"):
        attempts.start_attempt(enrolment, other)


# ── Layout ────────────────────────────────────────────────────────────────
def test_the_layout_is_stored_and_does_not_change_within_an_attempt(
    enrolment: Any, lena: Any
) -> None:
    from curriculum.domain.enrolment import enrol

    content = factories.quiz(*factories.every_kind(), draw=4, shuffle_questions=True)
    made = factories.programme([content])
    attempt = attempts.start_attempt(
        enrol(people.cohort(made), lena), factories.activities(made)[0]
    )
    assert len(attempt.layout["questions"]) == len(set(attempt.layout["questions"])) == 4
    assert Attempt.objects.get(pk=attempt.pk).layout == attempt.layout


@pytest.mark.parametrize("seed", range(20))
def test_what_is_to_be_arranged_is_never_shown_in_the_order_of_the_key(seed: int) -> None:
    quiz = factories.quiz(*factories.every_kind(), shuffle_options=False)
    orders = attempts.lay_out(quiz, random.Random(seed))["options"]
    assert orders["q5"] != ["p1", "p2", "p3", "p4"]
    assert orders["q6"] != ["i1", "i2", "i3", "i4"]
    assert orders["q7"] != ["r1", "r2", "r3", "r4"]
    assert orders["q1"] == ["a", "b", "c"]  # options keep theirs where the setting says so
    assert orders["q3"] == ["true", "false"]


# ── Saving ────────────────────────────────────────────────────────────────
def test_an_answer_is_kept_and_may_be_changed(attempt: Attempt) -> None:
    assert save(attempt, "a").response.version == 1
    assert save(attempt, "b", seen=1).response.version == 2
    assert stored(attempt) == {"choice": "b"}


def test_saving_the_same_answer_again_changes_nothing(attempt: Attempt) -> None:
    """Known failure 4: a double click."""
    first = save(attempt, "a")
    again = save(attempt, "a")
    assert (again.response.version, again.is_conflict) == (1, False)
    assert again.response.saved_at == first.response.saved_at


def test_a_second_tab_does_not_silently_win(attempt: Attempt) -> None:
    """Known failure 3: two tabs save different answers."""
    save(attempt, "a", page="tab-one", seen=0)
    second = save(attempt, "b", page="tab-two", seen=0)
    assert second.is_conflict
    assert stored(attempt) == {"choice": "a"}
    assert not save(attempt, "b", page="tab-two", seen=second.response.version).is_conflict
    assert stored(attempt) == {"choice": "b"}


def test_a_page_does_not_come_into_conflict_with_its_own_background_saves(
    attempt: Attempt,
) -> None:
    save(attempt, "a", page="p", sequence=1, seen=0)
    assert not save(attempt, "b", page="p", sequence=2, seen=0).is_conflict
    assert stored(attempt) == {"choice": "b"}


def test_a_late_background_save_does_not_undo_a_newer_one(attempt: Attempt) -> None:
    save(attempt, "b", page="p", sequence=2, seen=0)
    late = save(attempt, "a", page="p", sequence=1, seen=0)
    assert not late.is_conflict
    assert stored(attempt) == {"choice": "b"}


def test_an_old_page_on_which_nothing_was_chosen_overwrites_nothing(attempt: Attempt) -> None:
    save(attempt, "a")
    assert not save(attempt, "", seen=0).is_conflict
    assert stored(attempt) == {"choice": "a"}


@pytest.mark.parametrize(("page", "sequence"), [("p", 1), ("p", 9), ("q", 9)])
def test_an_old_form_of_any_page_does_not_blank_an_answer(
    page: str, sequence: int, attempt: Attempt
) -> None:
    """The browser's Back shows a form from before the answer was given."""
    save(attempt, "a", page="p", sequence=2, seen=0)
    assert not save(attempt, "", page=page, sequence=sequence, seen=0).is_conflict
    assert stored(attempt) == {"choice": "a"}


def test_nothing_chosen_among_radio_buttons_never_blanks_an_answer(attempt: Attempt) -> None:
    save(attempt, "a")
    save(attempt, "", seen=1)
    assert stored(attempt) == {"choice": "a"}


def test_what_can_be_cleared_is_cleared_from_a_page_that_showed_it(
    enrolment: Any, lena: Any
) -> None:
    from curriculum.domain.enrolment import enrol

    made = factories.programme([factories.quiz(factories.matching("m"))])
    attempt = attempts.start_attempt(
        enrol(people.cohort(made), lena), factories.activities(made)[0]
    )
    given, cleared = {"matches": {"p2": "p1"}}, {"matches": {}}
    attempts.save_answer(attempt, "m", given, origin=Origin("p", 1, 0))
    attempts.save_answer(attempt, "m", cleared, origin=Origin("p", 2, 0))
    assert stored(attempt, "m") == given  # it does not know of what it would clear
    attempts.save_answer(attempt, "m", cleared, origin=Origin("p", 3, 1))
    assert stored(attempt, "m") is None


def test_an_answer_that_does_not_fit_is_refused_and_nothing_is_saved(attempt: Attempt) -> None:
    with pytest.raises(AnswerError):
        save(attempt, "not-an-option")
    with pytest.raises(KeyError):
        save(attempt, "a", key="not-a-question")
    assert not Response.objects.exists()


def test_an_unfinished_answer_is_kept_as_it_stands(enrolment: Any, lena: Any) -> None:
    from curriculum.domain.enrolment import enrol

    made = factories.programme([factories.quiz(factories.matching("m"))])
    attempt = attempts.start_attempt(
        enrol(people.cohort(made), lena), factories.activities(made)[0]
    )
    attempts.save_answer(attempt, "m", {"matches": {"p2": "p1"}}, origin=Origin())
    assert stored(attempt, "m") == {"matches": {"p2": "p1"}}


def test_a_flag_is_set_and_taken_away_without_touching_the_answer(attempt: Attempt) -> None:
    save(attempt, "a")
    assert attempts.set_flag(attempt, "q1", True).is_flagged
    assert not attempts.set_flag(attempt, "q1", False).is_flagged
    assert stored(attempt) == {"choice": "a"}


# ── Submitting ────────────────────────────────────────────────────────────
def test_submitting_marks_passes_and_completes(attempt: Attempt) -> None:
    for key in ("q1", "q2"):
        save(attempt, "b", key)
    submitted = attempts.submit_attempt(attempt)
    assert (submitted.state, submitted.score, submitted.out_of, submitted.passed) == (
        AttemptState.SUBMITTED,
        2,
        2,
        True,
    )
    assert submitted.completion.completed_at == submitted.ended_at


def test_submitting_twice_gives_the_same_result(attempt: Attempt) -> None:
    """Known failures 4 and 5: parallel submits, a refresh that submits."""
    save(attempt, "b")
    first = attempts.submit_attempt(attempt)
    again = attempts.submit_attempt(attempt)
    assert (first.ended_at, first.score) == (again.ended_at, again.score)


def test_after_submitting_nothing_changes(attempt: Attempt) -> None:
    save(attempt, "a")
    attempts.submit_attempt(attempt)
    with pytest.raises(AttemptClosed):
        save(attempt, "b", seen=1)
    assert stored(attempt) == {"choice": "a"}


def test_an_empty_attempt_is_not_submitted(attempt: Attempt) -> None:
    """Known failure 8: a blank submission harvests the answers for the next try."""
    with pytest.raises(NothingAnswered):
        attempts.submit_attempt(attempt)
    attempt.refresh_from_db()
    assert attempt.is_open


def test_an_untouched_attempt_has_no_score_and_does_not_vanish(attempt: Attempt) -> None:
    """Known failure 6: untouched attempts are scored 0, or vanish."""
    kept = Attempt.objects.get(pk=attempt.pk)
    assert (kept.state, kept.score, kept.passed) == (AttemptState.OPEN, None, None)
    with pytest.raises(IntegrityError), transaction.atomic():
        Attempt.objects.filter(pk=attempt.pk).update(score=0)


def test_a_failed_attempt_completes_only_where_submitting_is_enough(
    enrolment: Any, lena: Any
) -> None:
    from curriculum.domain.enrolment import enrol

    for completes_on, completes in (("passed", False), ("submitted", True)):
        made = factories.programme([factories.quiz(completes_on=completes_on)])
        attempt = attempts.start_attempt(
            enrol(people.cohort(made), lena), factories.activities(made)[0]
        )
        save(attempt, "a")
        submitted = attempts.submit_attempt(attempt)
        assert not submitted.passed
        assert hasattr(submitted, "completion") is completes


# ── Feedback after each question ──────────────────────────────────────────
@pytest.fixture
def each(enrolment: Any, lena: Any) -> Attempt:
    from curriculum.domain.enrolment import enrol

    made = factories.programme([factories.quiz(feedback="each")])
    return attempts.start_attempt(enrol(people.cohort(made), lena), factories.activities(made)[0])


def test_checking_an_answer_makes_it_final_and_opens_its_feedback_alone(each: Attempt) -> None:
    save(each, "a")
    response = attempts.commit_answer(each, "q1")
    assert attempts.shows_feedback(each, response)
    assert response.score == 0
    with pytest.raises(AnswerCommitted):
        save(each, "b", seen=1)
    save(each, "a", "q2")
    assert not attempts.shows_feedback(each, Response.objects.get(attempt=each, key="q2"))


def test_nothing_is_shown_for_nothing(each: Attempt, attempt: Attempt) -> None:
    """Known failure 8, a question at a time."""
    with pytest.raises(NothingAnswered):
        attempts.commit_answer(each, "q1")
    with pytest.raises(Refused, match="at the end"):
        attempts.commit_answer(attempt, "q1")


def test_a_submitted_attempt_shows_feedback_only_on_what_was_answered(attempt: Attempt) -> None:
    save(attempt, "a")
    submitted = attempts.submit_attempt(attempt)
    responses = {r.key: r for r in submitted.responses.all()}
    assert attempts.shows_feedback(submitted, responses["q1"])
    assert not attempts.shows_feedback(submitted, responses.get("q2"))


# ── Activity ──────────────────────────────────────────────────────────────
def test_answering_and_reading_say_when_the_learner_was_last_active(
    enrolment: Any, attempt: Attempt
) -> None:
    instant = timezone.now() + dt.timedelta(hours=1)
    with clock.at(instant):
        save(attempt, "a")
    enrolment.refresh_from_db()
    assert enrolment.last_active_at == instant
    with clock.at(instant + dt.timedelta(hours=1)):
        attempts.mark_as_read(enrolment, factories.activities(enrolment.cohort.programme)[0])
    enrolment.refresh_from_db()
    assert enrolment.last_active_at == instant + dt.timedelta(hours=1)


def test_marking_as_read_what_was_given_leaves_no_trace_that_a_report_as_at_a_day_would_miss(
    enrolment: Any, cora: Any
) -> None:
    reading = factories.activities(enrolment.cohort.programme)[0]
    credit(enrolment, reading, actor=cora, reason="Did this on placement.")
    attempts.mark_as_read(enrolment, reading)
    enrolment.refresh_from_db()
    assert enrolment.last_active_at is None


def test_a_quiz_is_not_marked_as_read(enrolment: Any, quiz: Any) -> None:
    with pytest.raises(Refused, match="not a reading"):
        attempts.mark_as_read(enrolment, quiz)
