"""What the demo's learners have done so far, the same at every making."""

import datetime as dt
import random
from typing import Any

from cms.models import Service
from curriculum import clock
from curriculum.content import (
    CaseChoice,
    ConfidenceRated,
    Matching,
    Multiple,
    Ordering,
    Question,
    Ranking,
    Reflection,
)
from curriculum.domain import attempts, cases, playing, reflections
from curriculum.domain.attempts import Origin
from curriculum.domain.enrolment import enrol
from curriculum.enums import ActivityKind
from curriculum.models import Activity, Cohort, Enrolment, User
from curriculum.queries.catalogue import shelf
from curriculum.queries.progress import programme_progress

PASSAGES = (
    "I had not asked what mattered to her, and she told me only when I put the pen down.",
    "We spoke for ten minutes about the inhaler and not at all about the stairs.",
    "The social worker knew the daughter, the debt and the dog. I knew the potassium.",
    "Next time I will ring instead of writing, and say what I am asking for in one sentence.",
    "I was sure that he was not safe. He was sure that it was his kitchen. Both were true.",
    "Nobody had told him that the form was sent, so he had waited for us to call.",
    "I felt out of my depth, and noticed that I hid it by talking about results.",
)


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
    elif activity.kind == ActivityKind.REFLECTION:
        _write(enrolment, activity, chance)
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
        given = {"choice": choice.id, "confidence": sure, "entry": _entry(choice)}
        playing.decide(attempt, len(run.now.steps) + 1, given, origin=Origin())
        run = playing.run_of(attempt)


def _entry(choice: CaseChoice) -> str:
    """The directory's entry that leads to a choice, where one is to be found."""
    kinds = list(choice.found_by)
    found = Service.objects.shown().filter(kinds__slug__in=kinds).order_by("name").first()
    return str(found.uuid) if found else playing.NOBODY


def _write(enrolment: Enrolment, activity: Activity, chance: random.Random) -> None:
    """Finish what is required of a reflection; two in three share it, as the demo's tutor needs
    something to read."""
    content = activity.current_edition.content if activity.current_edition else None
    if not isinstance(content, Reflection):
        return
    for prompt in content.required:
        stages = prompt.stages
        words = {s.key: chance.choice(PASSAGES) for s in stages}
        words |= {stages[0].key: " ".join(chance.sample(PASSAGES, 3))}
        saved = reflections.save_draft(enrolment, activity, prompt.id, words, origin=Origin())
        reflections.finish(saved.writing)
        if chance.random() < 0.66:
            reflections.share(saved.writing)


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
