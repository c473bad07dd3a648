"""Things that happen at the same instant, with real threads on both databases."""

import contextlib
import threading
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, connections, transaction

from curriculum.domain import attempts
from curriculum.domain.attempts import Origin
from curriculum.domain.editions import publish_edition
from curriculum.domain.enrolment import enrol
from curriculum.domain.regrade_preview import look, markable_editions
from curriculum.domain.regrading import Outdated, regrade
from curriculum.exports import certificates as sheets
from curriculum.models import (
    Attempt,
    Certificate,
    Completion,
    Edition,
    Enrolment,
    ModuleCompletion,
    ProgrammeCompletion,
    Regrade,
    RegradedAttempt,
    Response,
)
from tests import factories, people

pytestmark = [
    pytest.mark.race,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
    # One worker at a time: these tests empty the whole database afterwards.
    pytest.mark.xdist_group("races"),
]

THREADS = 6


def at_once(*actions: Callable[[], Any]) -> list[Any]:
    """Run the actions in threads of their own, released together; what each gave or raised."""
    gate = threading.Barrier(len(actions))
    results: list[Any] = [None] * len(actions)

    def run(number: int, action: Callable[[], Any]) -> None:
        try:
            gate.wait(timeout=30)
            results[number] = action()
        except Exception as error:
            results[number] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=row) for row in enumerate(actions)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert not any(thread.is_alive() for thread in threads)
    return results


def no_errors(results: list[Any]) -> None:
    assert [r for r in results if isinstance(r, Exception)] == []


@pytest.fixture
def ready() -> tuple[Enrolment, list[Any]]:
    """Lena with two readings and a quiz before her."""
    made = factories.programme([factories.reading("A"), factories.reading("B")])
    enrolment = enrol(people.cohort(made), people.lena())
    return enrolment, factories.activities(made)


def test_starting_at_once_opens_one_attempt(ready: Any) -> None:
    """Known failure 4."""
    made = factories.programme([factories.quiz()])
    enrolment = enrol(people.cohort(made, name="Quiz"), people.person("maya", "Maya"))
    quiz = factories.activities(made)[0]
    results = at_once(*[lambda: attempts.start_attempt(enrolment, quiz)] * THREADS)
    no_errors(results)
    assert Attempt.objects.count() == 1
    assert len({attempt.pk for attempt in results}) == 1


def test_submitting_at_once_marks_and_completes_once() -> None:
    """Known failure 4: a double click or two parallel submits make two marks."""
    made = factories.programme([factories.quiz()])
    enrolment = enrol(people.cohort(made), people.lena())
    attempt = attempts.start_attempt(enrolment, factories.activities(made)[0])
    for key in ("q1", "q2"):
        attempts.save_answer(attempt, key, {"choice": "b"}, origin=Origin())
    results = at_once(*[lambda: attempts.submit_attempt(attempt)] * THREADS)
    no_errors(results)
    assert len({(a.ended_at, a.score) for a in results}) == 1
    assert Completion.objects.count() == Certificate.objects.count() == 1


def test_saving_at_once_from_two_pages_loses_neither_in_silence() -> None:
    """Known failure 3."""
    made = factories.programme([factories.quiz()])
    enrolment = enrol(people.cohort(made), people.lena())
    attempt = attempts.start_attempt(enrolment, factories.activities(made)[0])
    results = at_once(
        *(
            lambda choice=choice: attempts.save_answer(
                attempt, "q1", {"choice": choice}, origin=Origin(page=choice)
            )
            for choice in ("a", "b", "c")
        )
    )
    no_errors(results)
    assert sorted(saved.is_conflict for saved in results) == [False, True, True]
    assert Response.objects.get().version == 1


def test_an_answer_and_the_submission_at_once_leave_no_answer_after_it() -> None:
    made = factories.programme([factories.quiz()])
    enrolment = enrol(people.cohort(made), people.lena())
    attempt = attempts.start_attempt(enrolment, factories.activities(made)[0])
    attempts.save_answer(attempt, "q1", {"choice": "b"}, origin=Origin())
    save, submit = at_once(
        lambda: attempts.save_answer(attempt, "q2", {"choice": "b"}, origin=Origin()),
        lambda: attempts.submit_attempt(attempt),
    )
    assert isinstance(submit, Attempt)
    saved_first = not isinstance(save, Exception)
    assert submit.score == (2 if saved_first else 1)
    assert Response.objects.count() == (2 if saved_first else 1)


def test_two_last_activities_at_once_complete_once(ready: Any) -> None:
    """Known failure 12: two last items at the same instant: no completion, or two."""
    enrolment, (first, second) = ready
    results = at_once(
        lambda: attempts.mark_as_read(enrolment, first),
        lambda: attempts.mark_as_read(enrolment, second),
    )
    no_errors(results)
    assert ModuleCompletion.objects.count() == 1
    assert ProgrammeCompletion.objects.count() == 1
    assert Certificate.objects.count() == 1


def test_two_requests_for_a_sheet_at_once_render_it_once(ready: Any, monkeypatch: Any) -> None:
    """Known failure 16."""
    enrolment, readings = ready
    for activity in readings:
        attempts.mark_as_read(enrolment, activity)
    calls = []
    render = sheets.render_pdf
    monkeypatch.setattr(sheets, "render_pdf", lambda *args: calls.append(1) or render(*args))
    results = at_once(*[lambda: sheets.open_pdf(Certificate.objects.get()).read()] * 3)
    no_errors(results)
    assert len(set(results)) == 1
    assert len(calls) == 1


def test_enrolling_at_once_enrols_once(ready: Any) -> None:
    enrolment, _ = ready
    maya = people.person("maya", "Maya")
    results = at_once(*[lambda: enrol(enrolment.cohort, maya)] * THREADS)
    no_errors(results)
    assert Enrolment.objects.filter(learner=maya).count() == 1


def test_publishing_at_once_makes_one_edition() -> None:
    key = uuid.uuid4()
    results = at_once(
        *[lambda: publish_edition(key, factories.reading(), allow_unreviewed=True)] * THREADS
    )
    no_errors(results)
    assert Edition.objects.count() == 1


def impatiently(action: Callable[[], Any]) -> Any:
    """The action, waiting for no lock (on PostgreSQL)."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL lock_timeout = '200ms'")
        return action()


def test_who_completes_an_activity_does_not_wait_for_its_publisher(ready: Any) -> None:
    """Publishing holds the activity and goes on to enrolments; a learner holds their enrolment
    and goes on to rows that refer to the activity. They must not wait for one another."""
    if connection.vendor != "postgresql":
        pytest.skip("SQLite locks the whole database for a writer.")
    enrolment, (first, _) = ready
    with transaction.atomic():
        publish_edition(first.key, factories.reading("Reworded"), allow_unreviewed=True)
        results = at_once(lambda: impatiently(lambda: attempts.mark_as_read(enrolment, first)))
    no_errors(results)
    assert Completion.objects.get().edition.number == 1


def test_the_lock_is_really_taken_where_the_database_has_row_locks(ready: Any) -> None:
    """A race test that could not fail would prove nothing: the enrolment's row blocks others."""
    from django.db.utils import OperationalError

    from curriculum.domain.completion import lock_enrolment

    if connection.vendor != "postgresql":
        pytest.skip("SQLite locks the whole database for a writer.")
    enrolment, _ = ready

    with transaction.atomic():
        lock_enrolment(enrolment)
        (refused,) = at_once(lambda: impatiently(lambda: lock_enrolment(enrolment)))
    assert isinstance(refused, OperationalError)


def test_a_regrade_and_a_submission_at_once_leave_nobody_marked_by_the_wrong_key() -> None:
    """Whoever gets there first, the attempt ends marked by the corrected key, and is complete."""
    made = factories.programme([factories.quiz(factories.single("q1"))])
    quiz, cora = factories.activities(made)[0], people.cora()
    cohort = people.cohort(made, cora)
    begun = []
    for number in range(4):
        attempt = attempts.start_attempt(enrol(cohort, people.person(f"n{number}", "Nia")), quiz)
        attempts.save_answer(attempt, "q1", {"choice": "a"}, origin=Origin())
        begun.append(attempt)
    publish_edition(
        quiz.key, factories.quiz(factories.single("q1", right="a")), allow_unreviewed=True
    )
    quiz.refresh_from_db()
    editions = list(markable_editions(quiz))

    def correct() -> Any:
        while True:  # a submission that is stored while one looks makes the look outdated
            seen = look(quiz, editions).fingerprint
            with contextlib.suppress(Outdated):
                return regrade(quiz, editions, by=cora, reason="Wrong.", seen=seen)

    results = at_once(
        correct, *(lambda attempt=attempt: attempts.submit_attempt(attempt) for attempt in begun)
    )
    no_errors(results)
    assert set(Attempt.objects.values_list("score", "passed")) == {(1, True)}
    assert Completion.objects.count() == len(begun)


def test_confirming_a_regrade_at_once_makes_one() -> None:
    """Known failure 4, for those who correct."""
    made = factories.programme([factories.quiz()])
    quiz, cora = factories.activities(made)[0], people.cora()
    enrolment = enrol(people.cohort(made, cora), people.lena())
    attempt = attempts.start_attempt(enrolment, quiz)
    for key, choice in (("q1", "a"), ("q2", "b")):
        attempts.save_answer(attempt, key, {"choice": choice}, origin=Origin())
    attempts.submit_attempt(attempt)
    new = factories.quiz(factories.single("q1", right="a"), factories.single("q2"))
    publish_edition(quiz.key, new, allow_unreviewed=True)
    quiz.refresh_from_db()
    editions = list(markable_editions(quiz))
    seen = look(quiz, editions).fingerprint
    results = at_once(
        *[lambda: regrade(quiz, editions, by=cora, reason="Wrong.", seen=seen)] * THREADS
    )
    no_errors(results)
    assert len({made.pk for made in results}) == 1
    assert Regrade.objects.count() == RegradedAttempt.objects.count() == 1
    assert Completion.objects.count() == Certificate.objects.count() == 1
