"""The data to measure with: the starter programme with a class, and a large cohort."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.utils import timezone

from cms.models import SiteSettings
from cms.starter import load_starter
from curriculum.domain.attempts import start_attempt
from curriculum.domain.enrolment import enrol
from curriculum.enums import ActivityKind
from curriculum.models import (
    Activity,
    Attempt,
    Cohort,
    Completion,
    Enrolment,
    Inclusion,
    ModuleCompletion,
    Profession,
    Programme,
    User,
)
from tests import factories

MODULES, ACTIVITIES = 8, 5


@dataclass
class Learner:
    """Somebody signed in, with an open attempt at the quiz and one at a case."""

    session: str
    attempt: Attempt
    run: Attempt


def school(learners: int) -> list[Learner]:
    """The starter programme and a class that is on its way through it."""
    site = SiteSettings.load()
    site.allow_unreviewed = True
    site.save()
    list(load_starter())
    programme = Programme.objects.get(is_live=True)
    cohort = Cohort.objects.create(name="Measured", programme=programme)
    quiz = Activity.objects.filter(kind=ActivityKind.QUIZ).earliest("pk")
    case = Activity.objects.filter(kind=ActivityKind.CASE).earliest("pk")
    made = []
    for number in range(learners):
        user = User.objects.create_user(f"measured{number}@demo.example", full_name="Lena Okoro")
        enrolment = enrol(cohort, user)
        attempts = [start_attempt(enrolment, activity) for activity in (quiz, case)]
        made.append(Learner(signed_in(user), *attempts))
    return made


def signed_in(user: User) -> str:
    """The key of a session that belongs to this person."""
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    return str(session.session_key)


def large_cohort(learners: int) -> Cohort:
    """A cohort half-way through a programme of eight modules of five activities each.

    Written in bulk: what is measured is reading it.
    """
    modules = [
        [factories.reading(f"Reading {m}.{a}") for a in range(ACTIVITIES)] for m in range(MODULES)
    ]
    programme = factories.programme(*modules)
    cohort = Cohort.objects.create(name="Year 3, autumn", programme=programme)
    professions = list(Profession.objects.all()[:3])
    now = timezone.now()
    users = User.objects.bulk_create(
        User(
            email=f"learner{n}@large.example",
            full_name=f"Siân Łukasz {n}",
            student_number=f"{900000 + n}",
            profession=professions[n % 3],
            password="!",
        )
        for n in range(learners)
    )
    enrolments = Enrolment.objects.bulk_create(
        Enrolment(cohort=cohort, learner=user, last_active_at=now) for user in users
    )
    _histories(programme, enrolments, now)
    return cohort


def _histories(programme: Programme, enrolments: list[Enrolment], now: dt.datetime) -> None:
    done: list[Any] = []
    finished: list[Any] = []
    modules = [
        (i.module, list(Activity.objects.filter(requirements__module=i.module)))
        for i in Inclusion.objects.filter(programme=programme).select_related("module")
    ]
    for n, enrolment in enumerate(enrolments):
        left = n % (MODULES * ACTIVITIES)
        for module, activities in modules:
            done += [
                Completion(
                    enrolment=enrolment,
                    activity=activity,
                    edition_id=activity.current_edition_id,
                    completed_at=now,
                )
                for activity in activities[:left]
            ]
            left -= len(activities)
            if left < 0:
                break
            finished.append(ModuleCompletion(enrolment=enrolment, module=module, completed_at=now))
    Completion.objects.bulk_create(done, batch_size=2000)
    ModuleCompletion.objects.bulk_create(finished, batch_size=2000)
