"""A cohort as a whole: whom its link lets in, its due dates, and putting it away."""

import datetime as dt
from typing import Any

import pytest

from curriculum import clock
from curriculum.domain import cohorts
from curriculum.domain.attempts import mark_as_read
from curriculum.domain.enrolment import enrol, join
from curriculum.domain.errors import NotRecording, Refused
from curriculum.models import Cohort, Completion, DueDate, Enrolment, Module
from curriculum.queries import reports
from tests import factories, people
from tests.factories import reading

pytestmark = pytest.mark.django_db


# ── The join link ─────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("", ""),
        ("  , ; ", ""),
        ("medical.example", "medical.example"),
        ("@Medical.Example; @nursing.example.", "medical.example, nursing.example"),
        ("a.example,b.example;c.example\n d.example", "a.example, b.example, c.example, d.example"),
        ("a.example a.example", "a.example"),
        ("münchen.example", "münchen.example"),
    ],
)
def test_domains_are_kept_alike_however_they_are_typed(typed: str, kept: str) -> None:
    assert cohorts.email_domains(typed) == kept
    assert cohorts.email_domains(kept) == kept


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("medical", "“medical” cannot be"),
        ("a.example and b.example", "“and” cannot be"),
        ("*.medical.example", "cannot be"),
        ("a..example", "cannot be"),
        ("<b>.example", "cannot be"),
        ("lena@medical.example", "Enter only what stands after its @: medical.example"),
        (", ".join(f"{n}.a-long-name.example" for n in range(20)), "too many"),
    ],
)
def test_what_cannot_be_a_domain_is_named(typed: str, said: str) -> None:
    with pytest.raises(Refused) as refusal:
        cohorts.email_domains(typed)
    assert said in str(refusal.value)


def test_a_new_code_stops_the_old_link_and_keeps_who_has_joined(enrolment: Any) -> None:
    old = enrolment.cohort.join_code
    renewed = cohorts.renew_join_code(enrolment.cohort)
    assert renewed.join_code != old
    nia = people.person("nia", "Nia Rees")
    with pytest.raises(Refused, match="does not work"):
        join(old, nia)
    join(renewed.join_code, nia)
    assert set(renewed.enrolments.active()) == {enrolment, Enrolment.objects.get(learner=nia)}


def test_a_link_works_until_the_end_of_its_last_day_here(programme: Any, lena: Any) -> None:
    """Known failure 27: 23:59 in London is still that day, in summer time too."""
    cohort = people.cohort(programme, join_until=dt.date(2026, 10, 1))
    with (
        clock.at(dt.datetime(2026, 10, 1, 23, 0, tzinfo=dt.UTC)),
        pytest.raises(Refused, match="until the end of 1 October 2026"),
    ):
        join(cohort.join_code, lena)
    with clock.at(dt.datetime(2026, 10, 1, 22, 59, tzinfo=dt.UTC)):
        join(cohort.join_code, lena)


def test_only_addresses_of_the_named_domains_join(programme: Any, lena: Any) -> None:
    cohort = people.cohort(programme, join_domains="medical.example, nursing.example")
    for email in ("lena@other.example", "lena@student.medical.example", "a@evilmedical.example"):
        lena.email = email
        with pytest.raises(Refused, match=r"medical\.example or nursing\.example"):
            join(cohort.join_code, lena)
    lena.email = "Lena@Nursing.Example"
    assert join(cohort.join_code, lena).cohort == cohort


# ── The archive ───────────────────────────────────────────────────────────
def test_an_archived_cohort_records_nothing_and_is_still_reported(
    enrolment: Any, cora: Any
) -> None:
    first, _ = factories.activities(enrolment.cohort.programme)
    cohorts.archive(enrolment.cohort)
    archived = Cohort.objects.get()
    enrolment.refresh_from_db()
    with pytest.raises(NotRecording):
        mark_as_read(enrolment, first)
    assert not Completion.objects.exists()
    assert list(reports.reported(Cohort.objects.led_by(cora))) == [enrolment]
    since = archived.archived_at
    assert cohorts.archive(archived).archived_at == since, "once more changes nothing"
    cohorts.unarchive(archived)
    enrolment = Enrolment.objects.get()
    mark_as_read(enrolment, first)
    assert Completion.objects.count() == 1


# ── Due dates ─────────────────────────────────────────────────────────────
@pytest.fixture
def cohort(cora: Any) -> Cohort:
    """Of two modules, from October to December."""
    made = factories.programme([reading("A")], [reading("B")])
    dates = {"starts_on": dt.date(2026, 10, 1), "ends_on": dt.date(2026, 12, 15)}
    return people.cohort(made, cora, **dates)


def modules(cohort: Cohort) -> list[Module]:
    return [place.module for place in cohorts.programme_modules(cohort)]


def due(cohort: Cohort) -> list[Any]:
    days = dict(cohort.due_dates.values_list("module", "due_on"))
    return [days.get(module.pk) for module in modules(cohort)]


def test_due_dates_are_set_changed_and_cleared_together(cohort: Cohort) -> None:
    first, second = modules(cohort)
    one, two = dt.date(2026, 10, 1), dt.date(2026, 12, 15)
    assert cohorts.set_due_dates(cohort, {first: one, second: two}) == 2
    assert due(cohort) == [one, two], "the first and the last day are inside"
    assert cohorts.set_due_dates(cohort, {first: one, second: two}) == 0
    assert cohorts.set_due_dates(cohort, {first: two, second: None}) == 2
    assert due(cohort) == [two, None]


@pytest.mark.parametrize("wrong", [dt.date(2026, 9, 30), dt.date(2026, 12, 16)])
def test_one_day_outside_the_cohort_saves_none(cohort: Cohort, wrong: dt.date) -> None:
    first, second = modules(cohort)
    with pytest.raises(Refused, match="Module 2"):
        cohorts.set_due_dates(cohort, {first: dt.date(2026, 11, 1), second: wrong})
    assert not DueDate.objects.exists()


def test_a_module_of_another_programme_is_not_due(cohort: Cohort, programme: Any) -> None:
    first, _ = modules(cohort)
    foreign = programme.inclusions.get().module
    with pytest.raises(Refused, match="no longer part"):
        cohorts.set_due_dates(cohort, {first: dt.date(2026, 11, 1), foreign: None})
    assert not DueDate.objects.exists()


def test_two_cohorts_of_one_programme_have_their_own_dates(cohort: Cohort) -> None:
    first, _ = modules(cohort)
    other = people.cohort(cohort.programme, name="Other")
    cohorts.set_due_dates(cohort, {first: dt.date(2026, 11, 1)})
    enrol(other, people.person("nia", "Nia Rees"))
    assert due(other) == [None, None]
