"""What the large school learns: eight modules of four readings and a quiz each, where a survey
takes the place of the first reading and of the last.
"""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from curriculum.content import (
    ModuleOverview,
    Option,
    Quiz,
    Reading,
    Single,
    Survey,
    SurveyItem,
    Text,
)
from curriculum.domain.editions import publish_edition
from curriculum.domain.outline import (
    ActivityPlan,
    ModulePlan,
    ProgrammePlan,
    publish_overview,
    synchronise,
)
from curriculum.enums import SurveyOccasion
from curriculum.models import Activity, Inclusion, Programme

MODULES, READINGS, QUESTIONS = 8, 4, 4  # a module: four readings and a quiz of four questions
DOMAINS, STATEMENTS = ("Roles", "Referral", "Working together"), 9
TITLE = "Working with social care, at scale"


@dataclass
class Step:
    """One activity as it is completed: which, where, on what."""

    activity: Activity
    module: Any
    quiz: Quiz | None
    survey: Survey | None


def programme() -> Programme:
    """The programme, published and live; made once."""
    modules = tuple(_module(number) for number in range(1, MODULES + 1))
    return synchronise(
        ProgrammePlan(
            key=uuid.uuid5(uuid.NAMESPACE_URL, TITLE),
            title=TITLE,
            covers=("who does what in social care",),
            certificate_scope="programme",
            is_live=True,
            modules=modules,
        )
    )


def _module(number: int) -> ModulePlan:
    def key(part: str) -> uuid.UUID:
        return uuid.uuid5(uuid.NAMESPACE_URL, f"{TITLE}/{number}/{part}")

    contents: list[Reading | Quiz | Survey] = [
        Reading(
            title=f"Module {number}, page {page}",
            minutes=3,
            body=(Text(id="words", html=f"<p>Page {page} of module {number}.</p>"),),
        )
        for page in range(1, READINGS + 1)
    ]
    contents.append(
        Quiz(
            title=f"Check module {number}",
            minutes=6,
            questions=tuple(_question(number, n) for n in range(1, QUESTIONS + 1)),
        )
    )
    if number == 1:
        contents[0] = _survey(SurveyOccasion.BEFORE)
    if number == MODULES:
        contents[-2] = _survey(SurveyOccasion.AFTER)
    activities = []
    for place, content in enumerate(contents):
        edition = publish_edition(key(str(place)), content, allow_unreviewed=True)
        activities.append(ActivityPlan(edition.activity.key, True))
    overview = ModuleOverview(title=f"Module {number}", summary="", outcomes=("know it",))
    module = publish_overview(key("overview"), overview)
    return ModulePlan(module.key, True, tuple(activities))


def _question(module: int, number: int) -> Single:
    options = tuple(
        Option(id=id, text=f"Answer {id}", feedback="Why.", correct=id == "b") for id in "abcd"
    )
    return Single(id=f"q{number}", stem=f"Question {module}.{number}?", options=options)


def _survey(occasion: SurveyOccasion) -> Survey:
    items = tuple(
        SurveyItem(
            id=f"s{n}",
            key=f"scale-{n}",
            statement=f"I can do thing {n}.",
            domain=DOMAINS[n % len(DOMAINS)],
        )
        for n in range(1, STATEMENTS + 1)
    )
    return Survey(
        title=f"How sure are you, {occasion.label.lower()}",
        minutes=3,
        items=items,
        occasion=occasion,
        measure="Confidence, at scale",
        about="Made up; it measures nothing.",
        consent="My answers may be used to evaluate the programme.",
    )


def steps_of(programme: Programme) -> Iterator[Step]:
    """Its activities in order."""
    for inclusion in Inclusion.objects.filter(programme=programme, until=None).order_by("position"):
        rows = inclusion.module.requirements.filter(until=None).order_by("position")
        for row in rows.select_related("activity__current_edition"):
            edition = row.activity.current_edition
            content = edition.content if edition else None
            quiz = content if isinstance(content, Quiz) else None
            survey = content if isinstance(content, Survey) else None
            yield Step(row.activity, inclusion.module, quiz, survey)
