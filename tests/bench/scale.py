"""Reports and certificates of a school of 20,000 learners in 60 cohorts, 40 activities each."""

import multiprocessing
from collections.abc import Iterator
from functools import partial
from typing import Any
from unittest import mock

from django.db import connection, connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from curriculum.domain import jobs
from curriculum.exports.bundle import HELP, ask_for_bundle
from curriculum.exports.certificates import certificate_sheet
from curriculum.exports.cohort_figures import EvaluationFigures
from curriculum.exports.item_parts import items_of
from curriculum.models import Activity, Certificate, Cohort, Job, User
from elearn.demo import scale
from tests.bench.client import latency
from tests.bench.measure import Line, ratios, seconds
from tests.bench.reports import analyse, file_lines

LEARNERS, COHORTS = 20_000, 60
SHEETS = 1000
MOST_QUERIES = 15
# Reports of a row a learner, and what finds one row of each.
LISTS = ("completion_report", "activity_report", "quiz_report", "certificate_report")


def measure(rounds: int) -> list[Line]:
    """Seconds to make the school, for every report's first page, for the files, for the ZIP."""
    lead = User.objects.create_superuser("lead@demo.example")
    made = seconds(lambda: scale.build(LEARNERS, COHORTS, lambda line: None))
    analyse()
    return [
        Line("the school itself", (made,), unit="s", note=f"{LEARNERS} learners"),
        *(line for page in _pages() for line in _page(lead, *page, rounds)),
        *_evaluation(lead),
        *file_lines(lead, LEARNERS, 1),
        *_bundle(lead),
    ]


def _pages() -> Iterator[tuple[str, str, dict[str, str], dict[str, str]]]:
    """Every report: its name, its address, the query of its first page, that of one row."""
    finished = Certificate.objects.select_related("enrolment__learner").latest("pk")
    for name in LISTS:
        yield name, reverse(name), {}, {"q": finished.enrolment.learner.email}
    yield "signoff_report", reverse("signoff_report"), {}, {"q": "Check module 8"}
    # What is counted as a whole has no pages: all that it shows, beside a cohort of one learner.
    large, alone = Cohort.objects.earliest("pk"), _alone()
    quiz = Activity.objects.get(title="Check module 1")
    items = reverse("item_activity", args=[quiz.key])
    yield "item analysis of a quiz", items, {}, {"cohort": str(alone.pk)}
    first = next(iter(items_of(quiz.current_edition.content))).key  # type: ignore[union-attr]
    one = reverse("item_one", args=[quiz.key, first])
    yield "one question", one, {}, {"cohort": str(alone.pk)}
    for name in ("evaluation_report", "surveys_report"):
        chosen = [{"cohort": str(cohort.uuid)} for cohort in (large, alone)]
        yield f"{name} of a cohort", reverse(name), chosen[0], chosen[1]


def _alone() -> Cohort:
    """A cohort with one learner, who has done everything."""
    done = Certificate.objects.select_related("enrolment__cohort").latest("pk").enrolment
    cohort = Cohort.objects.create(name="Alone", programme=done.cohort.programme)
    done.cohort = cohort
    done.save(update_fields=["cohort"])
    return cohort


def _page(
    lead: User, name: str, address: str, whole: dict[str, str], one: dict[str, str], rounds: int
) -> list[Line]:
    """A report's first page over the whole school against the page with one row."""
    client = Client()
    client.force_login(lead)

    def get(query: dict[str, str]) -> None:
        answer = client.get(address, query)
        if answer.status_code != 200:
            raise RuntimeError(f"{address} answered {answer.status_code}.")

    get(one)  # templates, and what the process keeps
    with CaptureQueriesContext(connection) as asked:
        get(whole)
    queries = len(asked)  # now: the next request empties the log
    all_of_it, alone = [], []
    for _ in range(rounds):
        all_of_it.append(latency(lambda: get(whole), 3))
        alone.append(latency(lambda: get(one), 3))
    title = name.replace("_", " ")
    return [
        Line(f"{title}, first page", tuple(1000 * s for s in all_of_it), unit="ms"),
        Line(f"{title}, one row", tuple(1000 * s for s in alone), unit="ms"),
        Line(f"{title}: first page / one row", ratios(all_of_it, alone), at_most=4),
        Line(f"{title}: queries", (queries,), at_most=MOST_QUERIES, unit=""),
    ]


def _evaluation(lead: User) -> list[Line]:
    """The evaluation of all cohorts together, as a worker makes it."""
    cohorts = [str(cohort.uuid) for cohort in Cohort.objects.order_by("pk")]

    def make(format: str) -> None:
        with EvaluationFigures(lead, {}, cohorts).file(format) as file:
            file.read()

    return [
        Line(
            f"evaluation of all cohorts, {format.upper()}",
            (seconds(partial(make, format)),),
            unit="s",
        )
        for format in EvaluationFigures.formats
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
