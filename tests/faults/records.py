"""Run within the service's own settings: makes learners who can begin, and says what is on record.

`python -m tests.faults.records make 50` prints a line of JSON for each learner, `… school 50` for
learners of the starter programme; `… told` prints answers, submits and certificates as the database
has them.
"""

import json
import sys
from collections.abc import Iterator
from typing import Any

import django

if __name__ == "__main__":
    django.setup()

from django.db.models import Count

from curriculum.content import Single
from curriculum.domain.attempts import start_attempt
from curriculum.domain.enrolment import enrol
from curriculum.enums import AttemptState
from curriculum.models import (
    Attempt,
    Certificate,
    Cohort,
    Profession,
    Response,
    User,
)
from tests import factories
from tests.bench.world import school, signed_in

QUESTIONS = 10


def make(many: int) -> Iterator[dict[str, Any]]:
    """Learners with an open attempt at a quiz whose submission earns the certificate."""
    questions = [factories.single(id=f"q{n}") for n in range(QUESTIONS)]
    programme = factories.programme([factories.quiz(*questions, pass_mark=0)])
    cohort = Cohort.objects.create(name=f"Under fire {Cohort.objects.count()}", programme=programme)
    (activity,) = factories.activities(programme)
    profession = Profession.objects.first()
    first = User.objects.count()
    for number in range(first, first + many):
        user = User.objects.create_user(
            f"fire{number}@demo.example", full_name=f"Lena {number}", profession=profession
        )
        attempt = start_attempt(enrol(cohort, user), activity)
        asked = attempt.edition.content
        yield {
            "session": signed_in(user),
            "attempt": str(attempt.uuid),
            "cohort": cohort.pk,
            "questions": [
                [o.id for o in asked.question(key).options] for key in attempt.layout["questions"]
            ],
        }


def school_of(many: int) -> Iterator[dict[str, Any]]:
    """Learners of the starter programme, with an attempt at its first quiz and one at a case."""
    from cms.models import ModulePage, ReadingPage

    learners = school(many)
    module = ModulePage.objects.live().get(slug="two-systems")
    readings = [page.url for page in ReadingPage.objects.live().order_by("path")[:4]]
    for learner in learners:
        asked = learner.attempt.edition.content
        chosen = enumerate(map(asked.question, learner.attempt.layout["questions"]), start=1)
        yield {
            "session": learner.session,
            "attempt": str(learner.attempt.uuid),
            "run": str(learner.run.uuid),
            "module": module.url,
            "readings": readings,
            "asked": [
                {"number": n, "options": [o.id for o in q.options]}
                for n, q in chosen
                if isinstance(q, Single)
            ],
        }


def told() -> dict[str, Any]:
    """By attempt: what is chosen by number of the question, whether it is submitted, how many
    certificates there are."""
    attempts = Attempt.objects.filter(enrolment__cohort__name__startswith="Under fire")
    places = {
        a.pk: {key: n for n, key in enumerate(a.layout["questions"], start=1)}
        for a in attempts.only("pk", "layout")
    }
    answers: dict[int, dict[int, str]] = {pk: {} for pk in places}
    for pk, key, answer in Response.objects.filter(attempt__in=places).values_list(
        "attempt", "key", "answer"
    ):
        if answer:
            answers[pk][places[pk][key]] = answer.get("choice", "")
    issued = dict(
        Certificate.objects.values_list("enrolment").annotate(many=Count("pk")).order_by()
    )
    return {
        "attempts": {
            str(a.uuid): {
                "answers": answers[a.pk],
                "submitted": a.state == AttemptState.SUBMITTED,
                "certificates": issued.get(a.enrolment_id, 0),
            }
            for a in attempts
        },
    }


if __name__ == "__main__":
    if sys.argv[1] in ("make", "school"):
        makes = make if sys.argv[1] == "make" else school_of
        for learner in makes(int(sys.argv[2])):
            print(json.dumps(learner), flush=True)
    else:
        print(json.dumps(told()))
