"""Being there twice at one instant, with real threads."""

from typing import Any

import pytest

from curriculum.domain.attempts import mark_as_read
from curriculum.domain.attendance import attend_by_code, save_list
from curriculum.domain.enrolment import enrol
from curriculum.models import Activity, Attendance, Certificate, Completion, ModuleCompletion
from tests import people
from tests.curriculum.meetings import cohort_that_meets, opened, planned
from tests.curriculum.test_races import THREADS, at_once, no_errors

pytestmark = [
    pytest.mark.race,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
    pytest.mark.xdist_group("races"),
]


@pytest.fixture
def ready() -> Any:
    cora = people.cora()
    cohort = cohort_that_meets(cora)
    return enrol(cohort, people.lena()), opened(planned(cohort)), cora


def test_a_code_typed_twice_at_once_counts_once(ready: Any) -> None:
    """Known failures 4 and 12."""
    enrolment, meeting, _ = ready
    mark_as_read(enrolment, Activity.objects.get(kind="reading"))
    type_it = lambda: attend_by_code(meeting, enrolment, meeting.code)  # noqa: E731
    no_errors(at_once(*[type_it] * THREADS))
    assert Attendance.objects.count() == 1
    assert Completion.objects.filter(activity__kind="session").count() == 1
    assert ModuleCompletion.objects.count() == Certificate.objects.count() == 1


def test_the_code_the_list_and_the_last_reading_at_once_complete_the_module_once(
    ready: Any,
) -> None:
    """Known failure 12."""
    enrolment, meeting, cora = ready
    no_errors(
        at_once(
            lambda: attend_by_code(meeting, enrolment, meeting.code),
            lambda: save_list(meeting, was=[], now=[enrolment.pk], recorder=cora),
            lambda: mark_as_read(enrolment, Activity.objects.get(kind="reading")),
        )
    )
    assert Attendance.objects.count() == 1
    assert Completion.objects.count() == 2
    assert ModuleCompletion.objects.count() == Certificate.objects.count() == 1
