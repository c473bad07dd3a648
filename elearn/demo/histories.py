"""What the demo's learners have done so far, the same at every making."""

import datetime as dt
import random
from typing import Any

from curriculum import clock
from curriculum.content import ConfidenceRated, Matching, Multiple, Ordering, Question, Ranking
from curriculum.domain import attempts, cases, playing
from curriculum.domain.attempts import Origin
from curriculum.domain.enrolment import enrol
from curriculum.enums import ActivityKind
from curriculum.models import Activity, Cohort, Enrolment, User
from curriculum.queries.catalogue import shelf
from curriculum.queries.progress import programme_progress


def live_through(cohort: Cohort, learner: User, chance: random.Random, zeal: float) -> None:
    """Enrol a learner some weeks ago and let them do a share `zeal` (0 to 1) of the programme."""
    day = clock.now() - dt.timedelta(days=chance.randint(20, 34), hours=chance.randint(0, 9))
    with clock.at(day):
        enrolment = enrol(cohort, learner)
    progress = programme_progress(cohort.programme, None, shelf())
    todo = [row.activity for module in progress.modules for row in module.required]
    for activity in todo[: round(len(todo) * zeal)]:
        day += dt.timedelta(minutes=chance.randint(6, 40), hours=chance.choice([0, 0, 0, 21, 50]))
        with clock.at(min(day, clock.now())):
            _do(enrolment, activity, chance)


def _do(enrolment: Enrolment, activity: Activity, chance: random.Random) -> None:
    if activity.kind == ActivityKind.READING:
        attempts.mark_as_read(enrolment, activity)
    elif activity.kind == ActivityKind.CASE:
        _play(enrolment, activity, chance)
    elif activity.kind == ActivityKind.QUIZ:
        for skill in (chance.uniform(0.45, 0.95), 0.9, 1.0):
            attempt = attempts.start_attempt(enrolment, activity)
            quiz = attempt.edition.content
            for key in attempt.layout["questions"]:
                answer = _answer(quiz.question(key), chance, skill)
                attempts.save_answer(attempt, key, answer, origin=Origin())
            if attempts.submit_attempt(attempt).passed:
                return


def _play(enrolment: Enrolment, activity: Activity, chance: random.Random) -> None:
    """Walk a case to an ending, mostly well."""
    attempt = attempts.start_attempt(enrolment, activity)
    run = playing.run_of(attempt)
    while not run.is_over:
        offered = cases.offered(run.case, run.now)
        weights = [{"strong": 6, "partly": 3, "poor": 2}[choice.quality] for choice in offered]
        (choice,) = chance.choices(offered, weights)
        sure = chance.choice(["sure", "fairly-sure", "fairly-sure", "guessing"])
        given = {"choice": choice.id, "confidence": sure}
        playing.decide(attempt, len(run.now.steps) + 1, given, origin=Origin())
        run = playing.run_of(attempt)


def _answer(question: Question, chance: random.Random, skill: float) -> dict[str, Any]:
    knows = chance.random() < skill
    if isinstance(question, Matching):
        lefts = [pair.id for pair in question.pairs]
        rights = lefts if knows else lefts[1:] + lefts[:1]
        return {"matches": dict(zip(lefts, rights, strict=True))}
    if isinstance(question, Ordering | Ranking):
        ids = (
            list(question.gp_key)
            if isinstance(question, Ranking)
            else [item.id for item in question.items]
        )
        if not knows:
            ids[0], ids[-1] = ids[-1], ids[0]
        return {"places": {id: place for place, id in enumerate(ids, start=1)}}
    right = [option.id for option in question.options if option.correct]
    wrong = [option.id for option in question.options if not option.correct]
    if isinstance(question, Multiple):
        return {"choices": right if knows else [*right[:1], *wrong[:1]]}
    chosen = chance.choice(right if knows else wrong)
    if isinstance(question, ConfidenceRated):
        sure = ["sure", "fairly-sure"] if knows else ["fairly-sure", "guessing", "sure"]
        return {"choice": chosen, "confidence": chance.choice(sure)}
    return {"choice": chosen}
