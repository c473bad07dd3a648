"""Reports and certificates of a school of 20,000 learners in 60 cohorts, 40 activities each."""

import multiprocessing
from typing import Any
from unittest import mock

from django.db import connection, connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from curriculum.domain import jobs
from curriculum.exports.bundle import HELP, ask_for_bundle
from curriculum.exports.certificates import certificate_sheet
from curriculum.models import Certificate, Cohort, Job, User
from elearn.demo import scale
from tests.bench.client import latency
from tests.bench.measure import Line, ratios, seconds
from tests.bench.reports import analyse, file_lines

LEARNERS, COHORTS = 20_000, 60
SHEETS = 1000
MOST_QUERIES = 15
REPORTS = ("completion_report", "activity_report", "quiz_report", "certificate_report")


def measure(rounds: int) -> list[Line]:
    """Seconds to make the school, for every report's first page, for the files, for the ZIP."""
    lead = User.objects.create_superuser("lead@demo.example")
    made = seconds(lambda: scale.build(LEARNERS, COHORTS, lambda line: None))
    analyse()
    return [
        Line("the school itself", (made,), unit="s", note=f"{LEARNERS} learners"),
        *(line for name in REPORTS for line in _page(lead, name, rounds)),
        *file_lines(lead, LEARNERS, 1),
        *_bundle(lead),
    ]


def _page(lead: User, name: str, rounds: int) -> list[Line]:
    """A report's first page over the whole school against the page with one learner's rows."""
    client, address = Client(), reverse(name)
    client.force_login(lead)
    finished = Certificate.objects.select_related("enrolment__learner").latest("pk")
    one = {"q": finished.enrolment.learner.email}

    def get(query: dict[str, str]) -> None:
        answer = client.get(address, query)
        if answer.status_code != 200:
            raise RuntimeError(f"{address} answered {answer.status_code}.")

    get(one)  # templates, and what the process keeps
    with CaptureQueriesContext(connection) as asked:
        get({})
    whole, alone = [], []
    for _ in range(rounds):
        whole.append(latency(lambda: get({}), 3))
        alone.append(latency(lambda: get(one), 3))
    title = name.replace("_", " ")
    return [
        Line(f"{title}, first page", tuple(1000 * s for s in whole), unit="ms"),
        Line(f"{title}, one learner", tuple(1000 * s for s in alone), unit="ms"),
        Line(f"{title}: first page / one learner", ratios(whole, alone), at_most=4),
        Line(f"{title}: queries", (len(asked),), at_most=MOST_QUERIES),
    ]


def _bundle(lead: User) -> list[Line]:
    """A ZIP by two workers against two processes that render the same sheets and do no more."""
    cohort = Cohort.objects.create(name="Bulk", programme=Cohort.objects.earliest("pk").programme)
    chosen = list(Certificate.objects.order_by("pk").values_list("pk", flat=True)[:SHEETS])
    Certificate.objects.filter(pk__in=chosen).update(pdf="")
    for certificate in Certificate.objects.filter(pk__in=chosen).select_related("enrolment"):
        certificate.enrolment.cohort = cohort
        certificate.enrolment.save(update_fields=["cohort"])
    bare = _together([(_render, (chosen[0::2],)), (_render, (chosen[1::2],))])
    with mock.patch.object(jobs.job_waits, "send"):  # the workers are the two processes here
        job = ask_for_bundle(cohort, chosen, lead)
        ours = _together([(jobs.run, (job.uuid,)), (_help, (str(job.uuid),))])
    told = Job.objects.get(pk=job.pk).result["lines"][0]
    if not told.startswith(f"{len(chosen)} chosen, {len(chosen)} in the file"):
        raise RuntimeError(told)
    return [
        Line(f"{len(chosen)} sheets in two bare processes", (bare,), unit="s"),
        Line("the same as a ZIP by two workers", (ours,), unit="s"),
        Line("ZIP by two workers: share of the bare pace", (bare / ours,), at_least=0.8),
    ]


def _help(job: str) -> None:
    """What the second worker does: wait until there is something to help with."""
    while not (waiting := Job.objects.filter(kind=HELP, parameters__for=job).first()):
        pass
    jobs.run(waiting.uuid)


def _render(chosen: list[int]) -> None:
    for pk in chosen:
        certificate_sheet(Certificate.objects.get(pk=pk))


def _together(work: list[tuple[Any, tuple[Any, ...]]]) -> float:
    """Seconds until every one of these, each in a process of its own, is done."""
    context = multiprocessing.get_context("fork")
    connections.close_all()
    processes = [context.Process(target=do, args=given) for do, given in work]

    def run() -> None:
        for process in processes:
            process.start()
        for process in processes:
            process.join()
            if process.exitcode:
                raise RuntimeError("A worker failed.")

    return seconds(run)
