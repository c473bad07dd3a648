"""What a learner has still to finish by a day, over all their cohorts."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from curriculum import clock
from curriculum.models import Enrolment
from curriculum.queries.progress import ModuleProgress, ProgrammeProgress


@dataclass(frozen=True)
class Due:
    """One module that is not done, with the day by whose end it should be."""

    due_on: dt.date
    enrolment: Enrolment
    module: ModuleProgress


def what_is_due(courses: Iterable[tuple[Enrolment, ProgrammeProgress]]) -> list[Due]:
    """The modules with a due day that are not done, the soonest first.

    Nothing of a cohort in which nothing is recorded any more: nobody could do anything about it.
    """
    today = clock.today()
    found = [
        Due(module.due_on, enrolment, module)
        for enrolment, progress in courses
        if enrolment.last_day is None or enrolment.last_day >= today
        for module in progress.modules
        if module.due_on
    ]
    return sorted(found, key=lambda due: due.due_on)  # stable: the programme's order on one day
