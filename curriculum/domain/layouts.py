"""What one attempt asks, and in what order it is shown. Drawn once, then stored. Pure."""

import random
from typing import Any

from curriculum.content import Case, Matching, Ordering, Question, Quiz, Ranking, Survey


def lay_out(content: Quiz | Case, chance: random.Random) -> dict[str, Any]:
    """The layout of one attempt at a quiz or a case."""
    return _quiz(content, chance) if isinstance(content, Quiz) else _case(content, chance)


def lay_out_survey(survey: Survey, profession: str, side: str) -> dict[str, Any]:
    """Whose wording of each item somebody of this profession reads; items without one are left out.
    The order is the author's, the same for everybody and every time."""
    whose = {item.key: item.wording_for(profession, side) for item in survey.items}
    return {"wordings": {key: who for key, who in whose.items() if who}}


def _case(case: Case, chance: random.Random) -> dict[str, Any]:
    """For each scene its choices in an order of this attempt's own, so that no place tells."""
    orders = {}
    for scene in case.scenes:
        if scene.decision:
            orders[scene.id] = [choice.id for choice in scene.decision.choices]
            chance.shuffle(orders[scene.id])
    return {"options": orders}


def _quiz(quiz: Quiz, chance: random.Random) -> dict[str, Any]:
    """Which questions an attempt asks, in what order, with what order of options."""
    questions = list(quiz.questions)
    if quiz.draw:
        drawn = {q.id for q in chance.sample(questions, quiz.asks)}
        questions = [q for q in questions if q.id in drawn]
    if quiz.shuffle_questions:
        chance.shuffle(questions)
    return {
        "questions": [question.id for question in questions],
        "options": {q.id: _order(q, chance, quiz.shuffle_options) for q in questions},
    }


def _order(question: Question, chance: random.Random, may_shuffle: bool) -> list[str]:
    if isinstance(question, Matching):
        ids = [pair.id for pair in question.pairs]
    elif isinstance(question, Ordering | Ranking):
        ids = [item.id for item in question.items]
    else:
        ids = [option.id for option in question.options]
        if may_shuffle and ids != ["true", "false"]:
            chance.shuffle(ids)
        return ids
    given = list(ids)
    chance.shuffle(ids)
    # Left in the order of the key a question would give itself away, whatever the setting says.
    return ids if ids != given or len(ids) < 2 else ids[1:] + ids[:1]
