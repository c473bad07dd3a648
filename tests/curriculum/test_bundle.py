"""Certificates in bulk: one ZIP, its count reconciled, its names safe, made by whoever comes."""

import io
import uuid
import zipfile
from typing import Any
from unittest import mock

import pytest
from django.core.files.storage import storages
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from curriculum.domain import jobs
from curriculum.domain.attempts import mark_as_read
from curriculum.domain.certificates import revoke
from curriculum.domain.enrolment import enrol
from curriculum.domain.errors import Refused
from curriculum.enums import JobState
from curriculum.exports import bundle
from curriculum.models import Certificate, Cohort, Download, Job
from tests import factories, people


@pytest.fixture
def cohort(db: Any, cora: Any) -> Cohort:
    return people.cohort(factories.programme([factories.reading()]), cora)


def earned(cohort: Cohort, *names: str) -> list[Certificate]:
    made = []
    for name in names:
        learner = people.person(uuid.uuid4().hex, name)
        enrolment = enrol(cohort, learner)
        mark_as_read(enrolment, factories.activities(cohort.programme)[0])
        made.append(Certificate.objects.get(enrolment=enrolment))
    return made


@pytest.fixture
def sheets() -> Any:
    """Sheets that are quick to make; how often one was made."""
    with mock.patch(
        "curriculum.exports.certificates.certificate_sheet", return_value=(b"%PDF-1.7", set())
    ) as made:
        yield made


def make(cohort: Cohort, chosen: list[Certificate], cora: Any) -> Job:
    job = bundle.ask_for_bundle(cohort, [c.pk for c in chosen], cora)
    jobs.run(job.uuid)
    return Job.objects.get(pk=job.pk)


def opened(job: Job) -> zipfile.ZipFile:
    return zipfile.ZipFile(io.BytesIO(storages["records"].open(job.file).read()))


def test_the_archive_holds_each_chosen_sheet_once(cohort: Cohort, cora: Any, sheets: Any) -> None:
    chosen = earned(cohort, "Siân Wynne-Łukasz", "陈伟", "Lena Okoro")[:2]
    job = make(cohort, chosen, cora)
    assert job.state == JobState.DONE
    assert sorted(opened(job).namelist()) == sorted(
        f"{c.facts['name']} {c.code}.pdf" for c in chosen
    )
    assert job.result["lines"] == ["2 chosen, 2 in the file, 0 not."]


def test_whoever_is_missing_is_named_with_the_reason(
    cohort: Cohort, cora: Any, sheets: Any
) -> None:
    chosen = earned(cohort, "Ann", "Bob", "Cy")

    def sheet(certificate: Certificate) -> tuple[bytes, set[str]]:
        if certificate.facts["name"] == "Bob":
            raise OSError("disk full")
        return b"%PDF-1.7", set()

    sheets.side_effect = sheet
    job = make(cohort, chosen, cora)
    assert job.result["lines"][0] == "3 chosen, 2 in the file, 1 not."
    assert job.result["lines"][1].startswith(f"Bob ({chosen[1].code}): ")
    assert "Bob" in opened(job).read("not included.txt").decode("utf-8-sig")


def test_two_workers_never_render_one_sheet_twice(
    cohort: Cohort, cora: Any, sheets: Any, monkeypatch: Any
) -> None:
    monkeypatch.setattr(bundle, "FEW", 2)
    chosen = earned(cohort, *(f"Learner {n}" for n in range(6)))
    job = bundle.ask_for_bundle(cohort, [c.pk for c in chosen], cora)
    jobs.run(job.uuid)
    help = Job.objects.get(kind=bundle.HELP)
    jobs.run(help.uuid)
    assert sheets.call_count == 6
    assert len(opened(Job.objects.get(pk=job.pk)).namelist()) == 6


def test_a_helper_stops_where_the_bundle_is_cancelled(
    cohort: Cohort, cora: Any, sheets: Any
) -> None:
    chosen = earned(cohort, "Ann")
    job = bundle.ask_for_bundle(cohort, [c.pk for c in chosen], cora)
    jobs.cancel(job)
    help = jobs.ask(
        bundle.HELP,
        owner=cora,
        title="Help",
        parameters={"certificates": [c.pk for c in chosen], "for": str(job.uuid)},
    )
    jobs.run(help.uuid)
    assert not sheets.called


def test_only_certificates_that_stand_in_the_cohort_are_taken(
    cohort: Cohort, cora: Any, sheets: Any
) -> None:
    other = people.cohort(cohort.programme, name="Another")
    mine, withdrawn = earned(cohort, "Ann", "Bob")
    [theirs] = earned(other, "Cy")
    revoke(withdrawn, reason="Issued by mistake.")
    job = make(cohort, [mine, withdrawn, theirs], cora)
    assert len(opened(job).namelist()) == 1
    with pytest.raises(Refused, match="at least one"):
        bundle.ask_for_bundle(cohort, [theirs.pk], cora)


@pytest.mark.parametrize(
    ("name", "file"),
    [
        ("../../etc/passwd", "etc passwd"),
        ("A/B\\C:D*E?", "A B C D E"),
        ("CON", "_CON"),
        ("Ann.", "Ann"),
        ("\u202egnp.exe", "gnp.exe"),
        ("x" * 200, "x" * 80),
    ],
)
def test_names_of_files_are_safe_and_readable(name: str, file: str) -> None:
    certificate = Certificate(code="7KQ4-M2XW-9RTD", facts={"name": name})
    assert bundle.file_name(certificate) == f"{file} 7KQ4-M2XW-9RTD.pdf"


@given(st.text(max_size=300))
def test_no_name_climbs_out_of_the_archive(name: str) -> None:
    made = bundle.file_name(Certificate(code="7KQ4-M2XW-9RTD", facts={"name": name}))
    assert not set(made) & set('/\\:*?"<>|\x00\n')
    assert not made.startswith(".")
    assert made.endswith("7KQ4-M2XW-9RTD.pdf")


def test_a_lead_chooses_watches_and_downloads(
    cohort: Cohort, cora: Any, olga: Any, sheets: Any, signed_in: Any, client: Any
) -> None:
    chosen = earned(cohort, "Ann", "Bob")
    page = reverse("cohort_certificates", args=[cohort.pk])
    assert client.get(page).status_code == 302
    assert signed_in(olga).get(page).status_code == 404
    assert signed_in(olga).post(page, {"all": "1"}).status_code == 404
    lead = signed_in(cora)
    assert b"Ann" in lead.get(page).content
    assert b"Ann" not in lead.get(page, {"q": "Bo"}).content
    assert b"at least one" in lead.post(page, {}).content
    lead.post(page, {"chosen": [chosen[0].pk]})
    job = Job.objects.get()
    jobs.run(job.uuid)
    found = lead.get(reverse("job_file", args=[job.uuid]))
    assert len(zipfile.ZipFile(io.BytesIO(b"".join(found.streaming_content))).namelist()) == 1
    assert Download.objects.get().cohorts == [cohort.pk]


@pytest.mark.parametrize("many", [1, 3])
def test_the_list_costs_the_same_for_one_and_for_three(
    cohort: Cohort, cora: Any, signed_in: Any, many: int, django_assert_max_num_queries: Any
) -> None:
    earned(cohort, *(f"Learner {n}" for n in range(many)))
    client = signed_in(cora)
    client.get(reverse("cohort_certificates", args=[cohort.pk]))
    with django_assert_max_num_queries(11):
        client.get(reverse("cohort_certificates", args=[cohort.pk]))
