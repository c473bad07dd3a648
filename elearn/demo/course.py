"""What surrounds the demo's learners: due dates, mixed groups, a taught hour, surveys."""

import datetime as dt
import random

from curriculum import clock
from curriculum.content.surveys import CONSENT, YES
from curriculum.domain import attempts, attendance, grouping, meetings, surveys
from curriculum.domain.attempts import Origin
from curriculum.domain.cohorts import programme_modules, set_due_dates
from curriculum.enums import Hindsight, SurveyItemKind, SurveyOccasion
from curriculum.models import Activity, Cohort, Enrolment, User
from curriculum.queries.meetings import sessions_of
from curriculum.queries.surveys import surveys_of

DAYS_BETWEEN = 9  # due dates: the first ones are over, the others to come
PLACE = "Seminar room 2, Alder House"
BOX = (
    "I will ring before I write.",
    "Ask who else is in the house, and how they are.",
    "I know now whom to ask, and that I may.",
    "Say what I am asking for in the first sentence.",
    "Not promise what somebody else has to assess.",
    "Learn the name of our link worker.",
)


def set_the_course(cohort: Cohort, lead: User) -> None:
    """Due dates of the modules in turn, groups of about five, an hour last week and one to come."""
    first = clock.today() - dt.timedelta(days=3 * DAYS_BETWEEN)
    places = programme_modules(cohort)
    set_due_dates(
        cohort,
        {p.module: first + dt.timedelta(days=n * DAYS_BETWEEN) for n, p in enumerate(places)},
    )
    groups = grouping.make_groups(cohort, 3)
    for hour in sessions_of(cohort.programme_id):
        for days, group in ((-6, groups[0]), (5, groups[1]), (6, groups[2])):
            start = meetings.instant(clock.today() + dt.timedelta(days=days), dt.time(14))
            plan = meetings.Plan(
                starts_at=start,
                ends_at=meetings.end_after(start, 60),
                place=PLACE,
                facilitators="Tom Ashby and Sol Brandt",
            )
            (meeting,) = meetings.plan_meetings(cohort, hour, plan, [group], planner=lead)
            if days < 0:
                here_by_then = group.enrolments.filter(enrolled_at__lt=start)
                there = list(here_by_then.values_list("pk", flat=True))[:-1]
                attendance.save_list(meeting, was=[], now=there, recorder=lead)


def answer_surveys(enrolment: Enrolment, chance: random.Random, *, is_done: bool) -> None:
    """Rate oneself on the first day and, once everything is done, a little higher on the last."""
    level = chance.uniform(1.6, 3.4)
    for asked in surveys_of(enrolment.cohort.programme_id):
        if asked.occasion == SurveyOccasion.AFTER and not is_done:
            continue
        after = asked.occasion == SurveyOccasion.AFTER
        day = enrolment.last_active_at if after else enrolment.enrolled_at
        with clock.at(min(day or clock.now(), clock.now())):
            attempt = attempts.start_attempt(enrolment, Activity.objects.get(pk=asked.activity))
            given = {CONSENT: YES if chance.random() < 0.9 else "no"}
            for item in attempt.edition.content.items:
                if item.kind == SurveyItemKind.RETROSPECTIVE:
                    given[item.key] = chance.choice(Hindsight.values)
                elif item.kind == SurveyItemKind.TEXT:
                    given[item.key] = chance.choice(BOX)
                else:
                    better = (0.9 if after else 0) * (-1 if item.reverse else 1)
                    rating = round(chance.gauss(level + better, 0.6))
                    given[item.key] = str(min(5, max(1, rating)))
            surveys.save_answers(attempt, given, {}, origin=Origin())
            surveys.hand_in(attempt)
