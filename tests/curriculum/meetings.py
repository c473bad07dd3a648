"""A cohort that meets: what tests of meetings begin with."""

import datetime as dt
from typing import Any

from curriculum import clock
from curriculum.domain.enrolment import enrol
from curriculum.domain.meetings import Plan, open_code, plan_meetings
from curriculum.models import Activity, Cohort, Enrolment, Group, Meeting, User
from tests import factories, people

HOUR = dt.timedelta(hours=1)


def cohort_that_meets(*leads: User, optional: tuple[str, ...] = (), **fields: Any) -> Cohort:
    """A cohort whose programme is a reading and a session."""
    made = factories.programme(
        [factories.reading("Before you come"), factories.session()], optional=optional
    )
    return people.cohort(made, *leads, **fields)


def the_session() -> Activity:
    return Activity.objects.get(kind="session")


def planned(
    cohort: Cohort, *groups: Group | None, after: dt.timedelta = dt.timedelta(), **fields: Any
) -> Meeting:
    """A meeting of an hour that begins now, or so long after; the first one made."""
    starts = clock.now() + after
    plan = Plan(**{"starts_at": starts, "ends_at": starts + HOUR, "place": "Room 4", **fields})
    planner = cohort.leads.first() or people.person("planner", "Pat Planner")
    return plan_meetings(cohort, the_session(), plan, groups or (None,), planner=planner)[0]


def opened(meeting: Meeting) -> Meeting:
    return open_code(meeting, 10)


def learner(cohort: Cohort, name: str, group: Group | None = None, **fields: Any) -> Enrolment:
    """Somebody enrolled, in a group."""
    made = enrol(cohort, people.person(name.lower(), f"{name} Bell", **fields))
    made.group = group
    made.save()
    return made
