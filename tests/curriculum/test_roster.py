"""A list is shown as a plan, then brought in all or nothing; again, it changes nothing (known
failures 26 and 29)."""

import datetime as dt
import io
from typing import Any

import pytest
from django.core.files.storage import storages
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from curriculum import clock
from curriculum.domain import jobs, roster
from curriculum.domain.adjustments import end_enrolment
from curriculum.domain.enrolment import enrol
from curriculum.domain.errors import Refused
from curriculum.enums import JobState, RosterFate
from curriculum.imports.errors import NotReadable
from curriculum.imports.lists import read_list
from curriculum.models import (
    Cohort,
    Enrolment,
    Group,
    Invitation,
    Job,
    Profession,
    RosterImport,
    User,
)
from tests import factories, people
from tests.curriculum.lists import OMAR, SIAN, csv_bytes, xlsx_bytes

pytestmark = pytest.mark.django_db


@pytest.fixture
def cohort(programme: Any, cora: Any) -> Cohort:
    return people.cohort(programme, cora)


def kept(cohort: Cohort, data: bytes, **choices: Any) -> RosterImport:
    found = roster.keep_list(
        cohort, cohort.leads.first(), read_list(io.BytesIO(data)), name="year 3.csv"
    )
    found.choices = choices
    found.save()
    return found


def plan_of(found: RosterImport) -> Any:
    return roster.plan_for(found, roster.table_of(found))


def fates(found: RosterImport) -> list[RosterFate]:
    return [line.fate for line in plan_of(found).lines]


def noticed(found: RosterImport) -> list[tuple[int, str, str, bool]]:
    return [(p.row, p.column, p.message, p.stops) for p in plan_of(found).problems]


def bring_in(found: RosterImport, *, invites: bool = False) -> Job:
    job = roster.confirm(found, plan_of(found).digest, invites=invites)
    jobs.run(job.uuid)
    return Job.objects.get(pk=job.pk)


def test_new_people_get_an_account_without_a_password_and_are_enrolled(cohort: Cohort) -> None:
    job = bring_in(kept(cohort, csv_bytes(SIAN, OMAR)))
    assert (job.state, job.done, job.total) == (JobState.DONE, 4, 4)
    assert job.result["lines"] == ["New account, enrolled: 2"]
    sian = User.objects.get(email="sian@example.org")
    assert (sian.full_name, sian.student_number) == ("Siân Łukasz", "CG 101")
    assert str(sian.profession) == "Medical student"
    assert not sian.has_usable_password()
    enrolment = Enrolment.objects.get(learner=sian)
    assert (enrolment.cohort, str(enrolment.group)) == (cohort, "Blue")
    assert {group.name for group in cohort.groups.all()} == {"Blue", "Red"}
    assert str(User.objects.get(email="omar@example.org").profession) == "Social work student"


@pytest.mark.parametrize("data", [csv_bytes(SIAN, OMAR), xlsx_bytes(SIAN, OMAR)])
def test_the_same_list_again_changes_nothing(cohort: Cohort, data: bytes) -> None:
    bring_in(kept(cohort, data))
    before = _everything()
    found = kept(cohort, data)
    assert fates(found) == [RosterFate.UNCHANGED] * 2
    assert noticed(found) == []
    bring_in(found)
    assert _everything() == before


def test_who_is_here_already_is_enrolled_whatever_the_case_and_keeps_their_own_data(
    cohort: Cohort, lena: Any
) -> None:
    row = ("Lena Okoro-Smith", "LENA@Example.org", "Nursing", "CG 7", "")
    found = kept(cohort, csv_bytes(row))
    assert fates(found) == [RosterFate.ENROL]
    assert noticed(found) == [
        (2, "Name", "The account has another name and keeps it.", False),
        (2, "Course", "The account has another profession and keeps it.", False),
        (2, "Student number", "The account has no student number; it stays so.", False),
    ]
    before = User.objects.values().get(pk=lena.pk)
    bring_in(found)
    assert User.objects.values().get(pk=lena.pk) == before
    assert Enrolment.objects.get().learner == lena


def test_every_error_is_told_by_row_and_column_and_nothing_is_done(cohort: Cohort) -> None:
    found = kept(
        cohort,
        csv_bytes(
            SIAN,
            ("Ada", "", "Medicine", "", ""),
            ("Bo", "bo@", "Medicine", "", ""),
            ("", "cy@example.org", "Medicine", "", ""),
            ("Di", "di@example.org", "Alchemy", "?!", "G" * 61),
            ("E" * 121, "ed@example.org", "", "", ""),
        ),
    )
    told = [(row, column, message.split(".")[0]) for row, column, message, _ in noticed(found)]
    assert told == [
        (3, "E-mail", "There is no e-mail address"),
        (4, "E-mail", "“bo@” is not an e-mail address"),
        (5, "Name", "There is no name, and nobody here has this e-mail address yet"),
        (6, "Course", "“Alchemy” is not a profession known here"),
        (6, "Student number", "A student number has letters, digits, spaces and "),
        (6, "Group", "This has more than 60 characters"),
        (7, "Name", "This has more than 120 characters"),
    ]
    before = _everything()
    job = bring_in(found)
    assert (job.state, job.problem) == (JobState.FAILED, roster.CHANGED)
    assert _everything() == before


def test_rows_that_are_not_settled_are_left_out_only_when_the_lead_says_so(cohort: Cohort) -> None:
    bring_in(kept(cohort, csv_bytes(SIAN, ("Bo", "bo@", "", "", "")), skip=True))
    assert [e.learner.email for e in Enrolment.objects.all()] == ["sian@example.org"]


def test_a_word_for_a_profession_is_explained_once(cohort: Cohort) -> None:
    nurse = Profession.objects.get(name="Nurse")
    data = csv_bytes(
        ("Di", "di@example.org", "Ward Staff", "", ""),
        ("Ed", "ed@example.org", "ward-staff", "", ""),
        ("Fi", "fi@example.org", "Alchemy", "", ""),
    )
    assert plan_of(kept(cohort, data)).unknown_professions == ["Ward Staff", "Alchemy"]
    found = kept(cohort, data, professions={"wardstaff": str(nurse.pk), "alchemy": "none"})
    assert plan_of(found).stopped == 0
    bring_in(found)
    chosen = dict(User.objects.values_list("full_name", "profession__name"))
    assert (chosen["Di"], chosen["Ed"], chosen["Fi"]) == ("Nurse", "Nurse", None)


def test_a_row_that_stands_twice_counts_once_and_one_that_contradicts_stops(cohort: Cohort) -> None:
    again = ("siân łukasz", "SIAN@example.org", "medical student", "cg 101", "BLUE")
    other = ("Omar Nasser", *OMAR[1:])
    found = kept(cohort, csv_bytes(SIAN, again, OMAR, other))
    assert fates(found) == [
        RosterFate.CREATE,
        RosterFate.REPEATED,
        RosterFate.STOPPED,
        RosterFate.STOPPED,
    ]
    assert [(row, column) for row, column, *_ in noticed(found)] == [(4, "E-mail"), (5, "E-mail")]


def test_one_student_number_with_two_addresses_stops_both(cohort: Cohort) -> None:
    found = kept(cohort, csv_bytes(SIAN, ("Sia", "sia@example.org", "", "cg 101", "")))
    assert fates(found) == [RosterFate.STOPPED] * 2


def test_a_new_address_of_somebody_who_is_here_need_not_split_them_in_two(
    cohort: Cohort, lena: Any
) -> None:
    User.objects.filter(pk=lena.pk).update(student_number="CG 9")
    data = csv_bytes(("Lena Okoro", "lena.okoro@new.example", "Medicine", "cg 9", ""))
    assert fates(kept(cohort, data)) == [RosterFate.STOPPED]
    assert fates(kept(cohort, data, rows={"same-2": "leave"})) == [RosterFate.LEFT_OUT]
    bring_in(kept(cohort, data, rows={"same-2": "same"}))
    assert Enrolment.objects.get().learner == lena
    assert User.objects.get(pk=lena.pk).email == "lena@example.org"
    assert not User.objects.filter(email="lena.okoro@new.example").exists()


def test_an_address_and_a_number_of_two_different_people_stop(cohort: Cohort, lena: Any) -> None:
    people.person("mia", "Mia Stone", student_number="CG 9")
    found = kept(cohort, csv_bytes(("Lena Okoro", "lena@example.org", "", "CG 9", "")))
    assert fates(found) == [RosterFate.STOPPED]
    assert noticed(found)[0][1:3] == ("Student number", "Another person has this student number.")


def test_staff_and_closed_accounts_are_never_enrolled(
    cohort: Cohort, tom: Any, cora: Any, lena: Any
) -> None:
    lena.is_active = False
    lena.save()
    cohort.tutors.add(helper := people.person("helen", "Helen Marsh"))
    rows = [(u.full_name, u.email, "", "", "") for u in (tom, cora, lena, helper)]
    assert fates(kept(cohort, csv_bytes(*rows))) == [RosterFate.STOPPED] * 4


def test_who_was_withdrawn_is_taken_back_only_when_the_lead_says_so(
    cohort: Cohort, lena: Any, cora: Any
) -> None:
    end_enrolment(enrol(cohort, lena), actor=cora, reason="Moved away.")
    data = csv_bytes(("Lena Okoro", "lena@example.org", "", "", "Blue"))
    assert fates(kept(cohort, data)) == [RosterFate.STOPPED]
    assert fates(kept(cohort, data, all={"back": "leave"})) == [RosterFate.LEFT_OUT]
    bring_in(kept(cohort, data, rows={"back-2": "back"}, all={"back": "leave"}))
    enrolment = Enrolment.objects.get()
    assert (enrolment.withdrawn_at, str(enrolment.group)) == (None, "Blue")
    latest = enrolment.adjustments.latest("pk")
    assert (latest.kind, latest.actor) == ("return", cora)
    assert latest.reason.startswith("Named in the list brought in on")


def test_a_group_in_the_list_moves_those_who_are_enrolled_and_an_empty_cell_does_not(
    cohort: Cohort,
) -> None:
    bring_in(kept(cohort, csv_bytes(SIAN, OMAR)))
    found = kept(cohort, csv_bytes((*SIAN[:4], "red"), (*OMAR[:4], "")))
    assert fates(found) == [RosterFate.REGROUP, RosterFate.UNCHANGED]
    bring_in(found)
    assert {str(e.group) for e in Enrolment.objects.all()} == {"Red"}
    assert Group.objects.count() == 2


def test_the_name_that_looks_like_a_formula_is_kept_as_it_was_typed(cohort: Cohort) -> None:
    bring_in(kept(cohort, csv_bytes(("=cmd|' /C calc'!A0", *OMAR[1:]))))
    assert User.objects.get(email=OMAR[1]).full_name == "=cmd|' /C calc'!A0"


def test_what_changed_since_the_plan_was_seen_stops_everything(cohort: Cohort) -> None:
    found = kept(cohort, csv_bytes(SIAN, OMAR))
    seen = plan_of(found).digest
    people.person("omar", "Omar Haddad")
    job = roster.confirm(found, seen, invites=False)
    jobs.run(job.uuid)
    assert Job.objects.get(pk=job.pk).problem == roster.CHANGED
    assert not Enrolment.objects.exists()


def test_a_fault_in_the_middle_of_writing_leaves_nothing(cohort: Cohort, monkeypatch: Any) -> None:
    found = kept(cohort, csv_bytes(SIAN, OMAR))
    before = _everything()

    def fail(*args: Any, **kwargs: Any) -> None:
        raise RuntimeError("the disk is full")

    monkeypatch.setattr(Invitation.objects, "bulk_create", fail)
    monkeypatch.setattr(jobs.job_waits, "send", lambda **kwargs: [])
    job = bring_in(found)
    assert job.state == JobState.WAITING
    assert _everything() == before
    monkeypatch.undo()
    jobs.run(job.uuid)
    assert Enrolment.objects.count() == 2


def test_a_worker_that_died_after_writing_says_what_was_done_and_does_nothing_twice(
    cohort: Cohort, monkeypatch: Any
) -> None:
    monkeypatch.setattr(jobs, "_end", lambda *args: None)
    found = kept(cohort, csv_bytes(SIAN, OMAR))
    job = bring_in(found, invites=True)
    monkeypatch.undo()
    assert job.state == JobState.RUNNING
    before = _everything()
    with clock.at(clock.now() + jobs.LEASE + dt.timedelta(seconds=1)):
        jobs.run(job.uuid)
    job.refresh_from_db()
    assert (job.state, job.result["lines"]) == (JobState.DONE, ["New account, enrolled: 2"])
    assert _everything() == before


def test_confirming_twice_is_one_piece_of_work(cohort: Cohort, monkeypatch: Any) -> None:
    monkeypatch.setattr(jobs.job_waits, "send", lambda **kwargs: [])
    found = kept(cohort, csv_bytes(SIAN))
    digest = plan_of(found).digest
    assert roster.confirm(found, digest, invites=False) == roster.confirm(
        found, digest, invites=False
    )


def test_the_rows_are_gone_once_done_or_after_an_hour(cohort: Cohort) -> None:
    found = kept(cohort, csv_bytes(SIAN))
    stored = found.rows
    bring_in(found)
    assert not storages["records"].exists(stored)
    waiting = kept(cohort, csv_bytes(OMAR))
    with clock.at(clock.now() + dt.timedelta(minutes=59)):
        assert roster.forget_old() == 0
        assert roster.table_of(waiting).rows
    with clock.at(clock.now() + dt.timedelta(minutes=61)):
        with pytest.raises(Refused, match="kept for an hour"):
            roster.table_of(waiting)
        assert roster.forget_old() == 1
    assert not storages["records"].exists(waiting.rows)


def test_nobody_is_enrolled_in_a_cohort_that_has_ended(cohort: Cohort) -> None:
    found = kept(cohort, csv_bytes(SIAN))
    digest = plan_of(found).digest
    cohort.archived_at = clock.now()
    cohort.save()
    with pytest.raises(Refused, match="has ended"):
        roster.confirm(found, digest, invites=False)
    with pytest.raises(Refused, match="has ended"):
        kept(cohort, csv_bytes(OMAR))


def test_who_no_longer_leads_the_cohort_brings_nobody_in(
    cohort: Cohort, cora: Any, monkeypatch: Any
) -> None:
    monkeypatch.setattr(jobs.job_waits, "send", lambda **kwargs: [])
    found = kept(cohort, csv_bytes(SIAN))
    job = roster.confirm(found, plan_of(found).digest, invites=False)
    cohort.leads.remove(cora)
    jobs.run(job.uuid)
    assert Job.objects.get(pk=job.pk).state == JobState.FAILED
    assert not Enrolment.objects.exists()


def test_nothing_personal_is_logged(cohort: Cohort, caplog: Any) -> None:
    with caplog.at_level("INFO"):
        bring_in(kept(cohort, csv_bytes(SIAN, OMAR)), invites=True)
    assert "Roster" in caplog.text
    for word in ("example.org", "Łukasz", "Haddad", "CG 10"):
        assert word not in caplog.text


@pytest.mark.parametrize("many", [1, 3])
def test_a_plan_costs_the_same_for_one_and_for_three(
    cohort: Cohort, many: int, django_assert_max_num_queries: Any
) -> None:
    rows = [(f"Ada {n}", f"ada{n}@example.org", "", f"CG {n}", "Blue") for n in range(many)]
    bring_in(kept(cohort, csv_bytes(*rows)))
    found = kept(cohort, csv_bytes(*rows))
    with django_assert_max_num_queries(8):
        plan_of(found)


WORDS = st.sampled_from(
    ["", "Ada", "ada@example.org", "ADA@example.org", "bo@example.org", "x@", "CG 1", "cg 1", "=1"]
)
ROWS = st.lists(st.tuples(WORDS, WORDS, WORDS, WORDS, WORDS), min_size=1, max_size=6)


class AnyList(TestCase):
    """Whatever stands in a list: it is brought in whole, or not at all."""

    @settings(max_examples=15)
    @given(ROWS, st.booleans())
    def test_it_is_brought_in_whole_or_not_at_all(self, rows: Any, skips: bool) -> None:
        lead = people.cora()
        cohort = people.cohort(factories.programme(), lead)
        try:
            found = kept(cohort, csv_bytes(*rows), skip=skips)
        except NotReadable:
            return
        plan, before = plan_of(found), _everything()
        job = bring_in(found)
        if plan.stopped:
            assert job.state == JobState.FAILED
            assert _everything() == before
            return
        assert job.state == JobState.DONE
        assert Enrolment.objects.count() == plan.counts[RosterFate.CREATE]
        after = _everything()
        again = kept(cohort, csv_bytes(*rows), skip=skips)
        assert plan_of(again).changes == 0
        bring_in(again)
        assert _everything() == after


def _everything() -> list[Any]:
    return [
        list(User.objects.order_by("pk").values()),
        list(Enrolment.objects.order_by("pk").values()),
        list(Group.objects.order_by("pk").values()),
        list(Invitation.objects.order_by("pk").values()),
    ]
