"""The large demo is what the domain would have written: its ledger adds up."""

from typing import Any

import pytest
from django.core.management import CommandError, call_command

from curriculum.domain.surveys import answers_of, unanswered
from curriculum.exports.evaluation import pairs_of
from curriculum.exports.survey_counts import count_answers
from curriculum.models import (
    Attempt,
    Certificate,
    Cohort,
    Completion,
    Enrolment,
    ModuleCompletion,
    Programme,
    ProgrammeCompletion,
    Response,
    SurveyConsent,
)
from elearn.demo import scale_programme


@pytest.fixture
def school(db: Any, settings: Any) -> None:
    settings.DEMO = True
    call_command("demo_at_scale", learners=60, cohorts=3, verbosity=0)


def test_the_ledger_of_the_large_demo_adds_up(school: Any) -> None:
    assert Cohort.objects.count() == 3
    assert Enrolment.objects.count() == 60
    each = scale_programme.READINGS + 1
    for enrolment in Enrolment.objects.all():
        done = enrolment.completions.count()
        assert enrolment.module_completions.count() == done // each
        assert hasattr(enrolment, "programme_completion") == (
            done == scale_programme.MODULES * each
        )
        assert (enrolment.last_active_at is None) == (done == 0)
    assert ModuleCompletion.objects.exists()
    assert Certificate.objects.count() == ProgrammeCompletion.objects.count() > 0
    quizzes = Completion.objects.filter(activity__kind="quiz")
    assert not quizzes.filter(attempt=None).exists()
    assert not quizzes.filter(attempt__passed=False).exists()
    taken = Attempt.objects.filter(activity__kind="quiz")
    for attempt in taken:
        assert attempt.score == sum(r.score for r in attempt.responses.all())
    scored = Response.objects.filter(attempt__in=taken)
    assert scored.count() == taken.count() * scale_programme.QUESTIONS


def test_its_surveys_are_answered_with_and_without_consent_and_counted_with_it(
    school: Any,
) -> None:
    answered = Attempt.objects.filter(activity__kind="survey")
    assert 0 < SurveyConsent.objects.count() < answered.count()
    for attempt in answered:
        assert not unanswered(attempt.edition.content, answers_of(attempt))
        assert Completion.objects.get(attempt=attempt).activity == attempt.activity
    programme = Programme.objects.get(title=scale_programme.TITLE)
    (pair,) = pairs_of(programme)
    cohorts = list(Cohort.objects.all())
    first = pair.before.activity
    counted = count_answers(pair.before, cohorts, [cohort.pk for cohort in cohorts])
    assert counted.people == SurveyConsent.objects.filter(attempt__activity=first).count()


def test_it_is_made_once_and_only_in_a_demo(school: Any, settings: Any) -> None:
    with pytest.raises(CommandError, match="already"):
        call_command("demo_at_scale", learners=60, cohorts=3, verbosity=0)
    settings.DEMO = False
    with pytest.raises(CommandError, match="DEMO"):
        call_command("demo_at_scale", verbosity=0)
