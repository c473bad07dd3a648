"""What a clock starts: all of it in one table, each piece safe to run twice at once."""

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core import mail
from django.core.management import CommandError, call_command, get_commands
from django.test import override_settings
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult
from wagtail.models import PageLogEntry

from curriculum import clock
from curriculum.domain import jobs
from curriculum.domain.enrolment import enrol
from curriculum.domain.reminders import let_remind_itself
from curriculum.enums import JobState, MailState
from curriculum.models import (
    Closure,
    Download,
    DueDate,
    Edition,
    Job,
    Reminder,
    ScheduledRun,
    UnsentMail,
    WorkerBeat,
)
from curriculum.privacy.closing import ask_to_close
from curriculum.privacy.registry import FORMER
from elearn.service import schedule
from elearn.service.schedule import BY_HAND, SCHEDULE, timer
from tests import people
from tests.cms import site
from tests.cms.directory import entries
from tests.cms.test_gate import scheduled
from tests.cms.test_signoff import state_of, submit
from tests.curriculum.test_races import at_once
from tests.elearn.test_operating import KEPT
from tests.factories import programme, reading

OURS = ("curriculum", "cms", "elearn")
QUEUED = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": []}}


def test_every_command_is_started_by_a_clock_or_by_hand() -> None:
    """A new command without a place in the table is one that nobody runs."""
    ours = {name for name, app in get_commands().items() if app in OURS}
    started = {job.command[0] for job in SCHEDULE.values()}
    assert ours == (started & ours) | BY_HAND
    assert started <= set(get_commands())
    assert not started & BY_HAND


def test_the_timers_in_the_docs_are_those_of_the_table() -> None:
    folder = Path(settings.BASE_DIR) / "docs" / "deploy"
    found = {
        path.name: path.read_text("utf-8")
        for path in folder.glob("*.timer")
        if path.name != "common-ground-backup.timer"
    }
    assert found == {job.unit: timer(job) for job in SCHEDULE.values()}, (
        "manage.py scheduled --write-timers docs/deploy"
    )


@pytest.mark.django_db
def test_a_run_is_noted_with_what_it_said_and_a_fault_without_its_words(monkeypatch: Any) -> None:
    call_command("scheduled", "remind_learners")
    run = ScheduledRun.objects.get()
    assert run.outcome == "0 cohorts with somebody to remind."
    assert run.succeeded_at == run.ended_at
    well = run.succeeded_at

    def fails(*args: Any, **kwargs: Any) -> None:
        raise RuntimeError("lena@example.org")

    monkeypatch.setattr(schedule, "call_command", fails)
    with pytest.raises(RuntimeError):
        call_command("scheduled", "remind_learners")
    run.refresh_from_db()
    assert run.outcome == "Failed: RuntimeError"
    assert run.succeeded_at == well < run.ended_at


def test_what_is_not_in_the_table_is_refused() -> None:
    with pytest.raises(CommandError, match="There is no nothing"):
        call_command("scheduled", "nothing")


# ── Twice at once ─────────────────────────────────────────────────────────
@pytest.mark.race
@pytest.mark.xdist_group("races")
@pytest.mark.django_db(transaction=True, serialized_rollback=True)
class TestTwiceAtOnce:
    @pytest.fixture(autouse=True)
    def _queue(self, settings: Any) -> Any:
        settings.MAIL_SERVER_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
        with override_settings(TASKS=QUEUED):
            yield

    def twice(self, name: str) -> None:
        """Two processes start it at the same instant, and one a little later."""
        done = at_once(*[lambda: schedule.run(name, lambda text: None)] * 2)
        faults = [fault for fault in done if isinstance(fault, Exception)]
        assert not faults, faults
        schedule.run(name, lambda text: None)

    def test_sweeping_takes_everything_up_once(self, cora: Any) -> None:
        long_ago = clock.now() - dt.timedelta(hours=1)
        for _ in range(5):
            UnsentMail.objects.create(state=MailState.WAITING, problem="x", message=KEPT)
        job = Job.objects.create(
            kind="x", key="x", title="X", owner=cora, state=JobState.RUNNING,
            attempts=1, lease_until=long_ago, created_at=long_ago,
        )  # fmt: skip
        WorkerBeat.objects.create(name="dead", seen_at=long_ago)
        lost = DBTaskResult.objects.create(
            args_kwargs={"args": [], "kwargs": {}}, task_path="curriculum.tasks.mail_feedback",
            backend_name="default", run_after=long_ago, status=TaskResultStatus.RUNNING,
            started_at=long_ago, worker_ids=["dead"],
        )  # fmt: skip
        self.twice("sweep_jobs")
        assert len(mail.outbox) == 5
        assert not UnsentMail.objects.exists()
        lost.refresh_from_db()
        assert (lost.status, lost.worker_ids) == (TaskResultStatus.READY, ["dead"])
        # Two who ask at the same instant may both queue it; only one worker gets to do it.
        assert 1 <= DBTaskResult.objects.exclude(pk=lost.pk).count() <= 2
        job.refresh_from_db()
        assert job.attempts == 1

    def test_a_page_that_is_due_is_published_once(self) -> None:
        site.allow_unreviewed()
        page = site.reading_page(live=False)
        scheduled(page, title="Due")
        self.twice("publish_scheduled")
        page.refresh_from_db()
        assert page.live
        assert Edition.objects.filter(activity__key=page.translation_key).count() == 1
        published = PageLogEntry.objects.filter(page=page, action="wagtail.publish.scheduled")
        assert published.count() == 1

    def test_learners_are_asked_to_be_reminded_once(self, cora: Any) -> None:
        made = programme([reading("A")])
        cohort = people.cohort(made, cora)
        due_on = clock.today() - dt.timedelta(days=1)
        DueDate.objects.create(cohort=cohort, module=made.inclusions.get().module, due_on=due_on)
        for name in ("Hal", "Ida"):
            enrol(cohort, people.person(name.lower(), name))
        let_remind_itself(cohort, 0)
        self.twice("remind_learners")
        assert Reminder.objects.count() == 2
        assert Job.objects.count() == 1
        job = Job.objects.get()
        at_once(lambda: jobs.run(job.uuid), lambda: jobs.run(job.uuid))
        assert sorted(m.to[0] for m in mail.outbox if "due" in m.subject) == [
            "hal@example.org",
            "ida@example.org",
        ]

    def test_reviewers_are_reminded_once(self, tom: Any, gita: Any, sol: Any) -> None:
        page = submit(site.reading_page(live=False), tom)
        mail.outbox.clear()
        with_days = state_of(page)
        type(with_days).objects.filter(pk=with_days.pk).update(
            created_at=with_days.created_at - dt.timedelta(days=12)
        )
        self.twice("remind_reviewers")
        assert sorted(m.to[0] for m in mail.outbox) == sorted([gita.email, sol.email])

    @pytest.mark.parametrize("name", ["clearsessions", "prune_tasks"])
    def test_what_has_ended_is_removed_and_what_lives_is_not(self, name: str) -> None:
        now = clock.now()
        for key, days in (("old", -1), ("new", 1)):
            Session.objects.create(
                session_key=key, session_data="x", expire_date=now + dt.timedelta(days=days)
            )
        for days in (1, 8):
            DBTaskResult.objects.create(
                args_kwargs={"args": [], "kwargs": {}}, task_path="x", backend_name="default",
                run_after=now, status=TaskResultStatus.SUCCESSFUL,
                finished_at=now - dt.timedelta(days=days),
            )  # fmt: skip
        self.twice(name)
        if name == "clearsessions":
            assert set(Session.objects.values_list("session_key", flat=True)) == {"new"}
        else:
            assert DBTaskResult.objects.count() == 1

    def test_a_closed_account_is_erased_once(self) -> None:
        lena = people.lena()
        ask_to_close(lena, lena)
        Closure.objects.update(due_at=clock.now())
        self.twice("erase_closed_accounts")
        lena.refresh_from_db()
        assert lena.full_name == FORMER

    def test_what_is_past_its_time_goes_and_nothing_else(self, cora: Any) -> None:
        for days in (6, 4000):
            at = clock.now() - dt.timedelta(days=days)
            Download.objects.create(user=cora, what=f"{days}.csv", at=at)
        self.twice("retention")
        assert [row.what for row in Download.objects.all()] == ["6.csv"]

    def test_directory_editors_are_told_of_an_entry_once(self) -> None:
        editor = people.staff("dina", "Dina Haddad", "Directory editors")
        entries.service(checked_on=clock.today() - dt.timedelta(days=151))
        self.twice("directory_freshness")
        assert [m.to[0] for m in mail.outbox] == [editor.email]

    def test_every_piece_has_its_test(self) -> None:
        """Whoever adds to the table adds here what must not happen twice."""
        tested = {
            "sweep_jobs", "publish_scheduled", "remind_learners", "remind_reviewers",
            "clearsessions", "prune_tasks", "erase_closed_accounts", "retention",
            "directory_freshness",
        }  # fmt: skip
        assert tested == set(SCHEDULE)
