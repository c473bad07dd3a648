"""A school as large as they come: cohorts, learners and what they have done so far, in bulk.

Rows are written as the domain would write them (an attempt on an edition, its responses with
their scores, a completion earned on both, a module once all of it is done), but thousands at a
time. The same seed gives the same school.
"""

import copy
import datetime as dt
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction

from curriculum import clock
from curriculum.content.surveys import CONSENT, YES, Told
from curriculum.domain.certificates import issue_certificate
from curriculum.domain.layouts import lay_out, lay_out_survey
from curriculum.enums import AttemptState, SurveyOccasion
from curriculum.models import (
    Attempt,
    Certificate,
    Cohort,
    Completion,
    DueDate,
    Enrolment,
    Group,
    ModuleCompletion,
    Profession,
    Programme,
    ProgrammeCompletion,
    Response,
    SurveyConsent,
    User,
)
from elearn.demo.scale_programme import READINGS, Step, programme, steps_of

SEED = 2026
WEEKS = 14  # from the first day of a cohort to its last
GROUPS = 12
DOMAIN = "scale.demo.example"
GIVEN = ("Aisha", "Tomos", "Zofia", "Wei", "Niamh", "Olu", "Priya", "José", "Ελένη", "Hana", "Musa")
FAMILY = ("Khan", "Wynne-Ŵyn", "Wójcik", "Chen", "O’Neill", "Adebayo", "Patel", "Núñez", "Ali")


@dataclass
class Written:
    """Rows of one cohort that wait to be written together."""

    attempts: list[Attempt] = field(default_factory=list)
    responses: list[tuple[Attempt, Response]] = field(default_factory=list)
    consents: list[tuple[Attempt, SurveyConsent]] = field(default_factory=list)
    completions: list[tuple[Attempt | None, Completion]] = field(default_factory=list)
    modules: list[ModuleCompletion] = field(default_factory=list)
    programmes: list[ProgrammeCompletion] = field(default_factory=list)


def build(learners: int, cohorts: int, say: Callable[[str], Any]) -> list[Cohort]:
    """Make the school and return its cohorts; each cohort is written in one transaction."""
    chance = random.Random(SEED)  # noqa: S311 - plausible, not secret
    made_programme = programme()
    steps = list(steps_of(made_programme))
    lead = User.objects.filter(email="lead@demo.example").first()
    professions = list(Profession.objects.filter(is_active=True)[:4])
    made = []
    for number in range(cohorts):
        size = learners // cohorts + (number < learners % cohorts)
        with transaction.atomic():
            cohort = _cohort(made_programme, number, steps)
            if lead:
                cohort.leads.add(lead)
            people = _people(cohort, number, size, professions, chance)
            _live(cohort, people, steps, chance)
        say(f"{cohort.name}: {size} learners")
        made.append(cohort)
    return made


# ── Who learns it ─────────────────────────────────────────────────────────
def _cohort(programme: Programme, number: int, steps: list[Step]) -> Cohort:
    first = clock.today() - dt.timedelta(weeks=4 + number * 7 % 20)
    cohort = Cohort.objects.create(
        name=f"Scale {number + 1:02}, {first:%B %Y}",
        programme=programme,
        starts_on=first,
        ends_on=first + dt.timedelta(weeks=WEEKS),
    )
    Group.objects.bulk_create(
        Group(cohort=cohort, name=f"Group {n}", position=n) for n in range(1, GROUPS + 1)
    )
    modules = list(dict.fromkeys(step.module for step in steps))
    DueDate.objects.bulk_create(
        DueDate(
            cohort=cohort,
            module=module,
            due_on=first + dt.timedelta(weeks=WEEKS * (place + 1) // len(modules)),
        )
        for place, module in enumerate(modules)
    )
    return cohort


def _people(
    cohort: Cohort, number: int, size: int, professions: list[Profession], chance: random.Random
) -> list[Enrolment]:
    weights = [12, 4, 3, 1][: len(professions)]
    users = User.objects.bulk_create(
        User(
            email=f"c{number + 1}.{n + 1}@{DOMAIN}",
            full_name=f"{chance.choice(GIVEN)} {chance.choice(FAMILY)}",
            student_number=f"SC{number + 1:02}{n + 1:04}",
            profession=chance.choices(professions, weights)[0],
            password="!",  # noqa: S106 - nobody signs in with it
        )
        for n in range(size)
    )
    groups = list(cohort.groups.all())
    begun = dt.datetime.combine(cohort.starts_on or clock.today(), dt.time(9), tzinfo=dt.UTC)
    return Enrolment.objects.bulk_create(
        Enrolment(
            cohort=cohort,
            learner=user,
            group=groups[n % len(groups)],
            enrolled_at=begun + dt.timedelta(minutes=n),
        )
        for n, user in enumerate(users)
    )


# ── What they have done ───────────────────────────────────────────────────
def _live(
    cohort: Cohort, people: list[Enrolment], steps: list[Step], chance: random.Random
) -> None:
    written, now = Written(), clock.now()
    for enrolment in people:
        _history(enrolment, steps, chance, written, now)
    Attempt.objects.bulk_create(written.attempts, batch_size=2000)
    for attempt, response in written.responses:
        response.attempt = attempt
    Response.objects.bulk_create((r for _, r in written.responses), batch_size=2000)
    for attempt, consent in written.consents:
        consent.attempt = attempt
    SurveyConsent.objects.bulk_create((c for _, c in written.consents), batch_size=2000)
    for done_in, completion in written.completions:
        completion.attempt = done_in
    Completion.objects.bulk_create((c for _, c in written.completions), batch_size=2000)
    ModuleCompletion.objects.bulk_create(written.modules, batch_size=2000)
    ProgrammeCompletion.objects.bulk_create(written.programmes, batch_size=2000)
    Enrolment.objects.bulk_update(people, ["last_active_at"], batch_size=500)
    _certify(cohort, written.programmes)


def _history(
    enrolment: Enrolment,
    steps: list[Step],
    chance: random.Random,
    written: Written,
    now: dt.datetime,
) -> None:
    """One learner's way: some never begin, some stop somewhere, most go on until today."""
    pace = chance.choice([0, 0.35, 0.6, 0.9, 1, 1.1, 1.3])  # 1: in step with the due dates
    stops_after = chance.choice([len(steps)] * 4 + [chance.randrange(1, len(steps) + 1)])
    skill = chance.uniform(0.45, 0.97)
    if not pace:
        return
    span = dt.timedelta(weeks=WEEKS) / (len(steps) * pace)
    at = enrolment.enrolled_at + dt.timedelta(days=chance.uniform(0, 6))
    done = 0
    for step in steps[:stops_after]:
        at += span * chance.uniform(0.3, 1.6)
        if at > now:
            break
        at = _do(enrolment, step, chance, written, at, skill)
        enrolment.last_active_at = at
        done += 1
        if done % (READINGS + 1) == 0:
            written.modules.append(
                ModuleCompletion(enrolment=enrolment, module=step.module, completed_at=at)
            )
    if done == len(steps):
        written.programmes.append(ProgrammeCompletion(enrolment=enrolment, completed_at=at))


def _do(
    enrolment: Enrolment,
    step: Step,
    chance: random.Random,
    written: Written,
    at: dt.datetime,
    skill: float,
) -> dt.datetime:
    attempt = None
    if step.survey is not None:
        attempt = _answer(enrolment, step, chance, written, at, skill)
    if step.quiz is not None:
        for number in (1, 2, 3):
            attempt = _attempt(enrolment, step, number, chance, written, at, skill)
            if attempt.passed:
                break
            at, skill = at + dt.timedelta(minutes=20), 1.0
    completion = Completion(
        enrolment=enrolment,
        activity=step.activity,
        edition=step.activity.current_edition,
        completed_at=at,
    )
    written.completions.append((attempt, completion))
    return at


def _attempt(
    enrolment: Enrolment,
    step: Step,
    number: int,
    chance: random.Random,
    written: Written,
    at: dt.datetime,
    skill: float,
) -> Attempt:
    quiz = step.quiz
    if quiz is None or step.activity.current_edition is None:
        raise ValueError("Only a published quiz is attempted.")
    score = 0
    attempt = Attempt(
        enrolment=enrolment,
        activity=step.activity,
        edition=step.activity.current_edition,
        number=number,
        layout=lay_out(quiz, chance),
        state=AttemptState.SUBMITTED,
        started_at=at - dt.timedelta(minutes=7),
        ended_at=at,
    )
    for question in quiz.questions:
        right = chance.random() < skill
        score += right
        answer = {"choice": "b" if right else chance.choice("acd")}
        response = Response(
            key=question.id, answer=answer, version=1, saved_at=at, score=int(right)
        )
        written.responses.append((attempt, response))
    attempt.score, attempt.out_of = score, len(quiz.questions)
    attempt.passed = 100 * score >= quiz.pass_mark * len(quiz.questions)
    written.attempts.append(attempt)
    return attempt


def _answer(
    enrolment: Enrolment,
    step: Step,
    chance: random.Random,
    written: Written,
    at: dt.datetime,
    skill: float,
) -> Attempt:
    """A survey handed in; nine in ten allow its use."""
    survey, whose = step.survey, enrolment.learner.profession
    if survey is None or whose is None or step.activity.current_edition is None:
        raise ValueError("Only a published survey is answered.")
    attempt = Attempt(
        enrolment=enrolment,
        activity=step.activity,
        edition=step.activity.current_edition,
        number=1,
        layout=lay_out_survey(survey, whose.name, whose.side),
        state=AttemptState.SUBMITTED,
        started_at=at - dt.timedelta(minutes=3),
        ended_at=at,
    )
    written.attempts.append(attempt)
    most = len(survey.scale)
    rise = chance.uniform(-0.5, 1.5) * (survey.occasion == SurveyOccasion.AFTER)
    told = {
        item.key: Told(str(min(most, max(1, round(most * skill + rise + chance.uniform(-1, 1))))))
        for item in survey.rated
    }
    if chance.random() < 0.9:
        told[CONSENT] = Told(YES)
        written.consents.append((attempt, SurveyConsent(given_at=at)))
    for key, each in told.items():
        answer = each.as_json(attempt.layout["wordings"].get(key, ""))
        written.responses.append(
            (attempt, Response(key=key, answer=answer, version=1, saved_at=at))
        )
    return attempt


def _certify(cohort: Cohort, finished: list[ProgrammeCompletion]) -> None:
    """Certificates for those who have finished: the first as the domain states it, the others with
    the same facts but for the name and the day."""
    if not finished:
        return
    facts = _facts_of(finished[0].enrolment)
    rows = []
    for done in finished:
        own = copy.copy(facts)
        own["name"] = done.enrolment.learner.full_name
        own["completed_at"] = done.completed_at.isoformat()
        rows.append(Certificate(enrolment=done.enrolment, facts=own, issued_at=done.completed_at))
    Certificate.objects.bulk_create(rows, batch_size=1000)


def _facts_of(enrolment: Enrolment) -> dict[str, Any]:
    """What the domain would print for this learner, found out and taken back."""
    issued = issue_certificate(enrolment)
    if issued is None:
        raise ValueError("Nobody who works here is in this school.")
    facts: dict[str, Any] = issued.facts
    issued.delete()
    return facts
