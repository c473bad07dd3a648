"""Whoever asked for long work sees how far it is, can stop it, and takes its file away."""

import io
import uuid
from typing import Any

import pytest
from django.core.files.storage import storages
from django.urls import reverse

from curriculum import clock
from curriculum.domain import jobs
from curriculum.enums import JobState
from curriculum.models import Cohort, Download, Job
from tests import people

pytestmark = pytest.mark.django_db


@pytest.fixture
def cohort(programme: Any, cora: Any) -> Cohort:
    return people.cohort(programme, cora)


def a_job(owner: Any, cohort: Cohort, **fields: Any) -> Job:
    return Job.objects.create(
        kind="test",
        key=f"test:{uuid.uuid4()}",
        title="Completion of Year 3",
        owner=owner,
        parameters={"cohorts": [cohort.pk]},
        **fields,
    )


def with_file(job: Job) -> Job:
    job.file = storages["records"].save("jobs/test", io.BytesIO(b"name\r\nLena\r\n"))
    job.file_name, job.expires_at = "completion.csv", clock.now() + jobs.FILES_KEPT
    job.state, job.ended_at = JobState.DONE, clock.now()
    job.save()
    return job


def test_the_owner_sees_progress_and_cancels(signed_in: Any, cora: Any, cohort: Cohort) -> None:
    job = a_job(cora, cohort, state=JobState.RUNNING, done=40, total=80)
    client = signed_in(cora)
    page = client.get(reverse("job", args=[job.uuid]))
    assert b"40 of 80" in page.content
    assert b'value="50"' in page.content
    part = client.get(reverse("job", args=[job.uuid]), headers={"X-Fragment": "1"})
    assert b"<html" not in part.content
    client.post(reverse("job", args=[job.uuid]))
    job.refresh_from_db()
    assert job.cancel_asked_at
    assert b"50%" in client.get(reverse("jobs")).content


def test_a_file_goes_to_its_owner_and_every_download_is_recorded(
    signed_in: Any, cora: Any, cohort: Cohort
) -> None:
    job = with_file(a_job(cora, cohort))
    found = signed_in(cora).get(reverse("job_file", args=[job.uuid]))
    assert b"".join(found.streaming_content) == b"name\r\nLena\r\n"
    assert "no-store" in found["Cache-Control"]
    assert 'filename="completion.csv"' in found["Content-Disposition"]
    row = Download.objects.get()
    assert (row.user, row.what, row.cohorts) == (cora, "completion.csv", [cohort.pk])


@pytest.mark.parametrize("name", ["job", "job_file"])
def test_nobody_else_sees_it_not_even_an_administrator(
    signed_in: Any, cora: Any, olga: Any, ada: Any, cohort: Cohort, name: str
) -> None:
    job = with_file(a_job(cora, cohort))
    for other in (olga, ada):
        assert signed_in(other).get(reverse(name, args=[job.uuid])).status_code == 404
    assert not Download.objects.exists()


def test_who_no_longer_leads_the_cohort_gets_no_file_of_it(
    signed_in: Any, cora: Any, cohort: Cohort
) -> None:
    job = with_file(a_job(cora, cohort))
    cohort.leads.remove(cora)
    assert signed_in(cora).get(reverse("job_file", args=[job.uuid])).status_code == 404


@pytest.mark.parametrize("many", [1, 3])
def test_the_list_costs_the_same_for_one_and_for_three(
    signed_in: Any, cora: Any, cohort: Cohort, many: int, django_assert_max_num_queries: Any
) -> None:
    for _ in range(many):
        a_job(cora, cohort)
    client = signed_in(cora)
    client.get(reverse("jobs"))
    with django_assert_max_num_queries(10):
        client.get(reverse("jobs"))
