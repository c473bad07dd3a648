"""All work that a clock starts: one table, from which the timers in docs/deploy are made.

Every piece is safe to run twice, also twice at once (tests/elearn/test_schedule.py does so).
"""

import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.core.management import call_command

from curriculum import clock
from curriculum.models import ScheduledRun


@dataclass(frozen=True)
class Scheduled:
    """A command, when it runs (in systemd's words for a calendar), and why."""

    name: str
    command: tuple[str, ...]
    when: str
    why: str

    @property
    def unit(self) -> str:
        return f"common-ground-{self.name.replace('_', '-')}.timer"


SCHEDULE = {
    job.name: job
    for job in (
        Scheduled(
            "sweep_jobs",
            ("sweep_jobs",),
            "*:0/5",
            "takes up what a dead worker left, sends kept mail, removes old files",
        ),
        Scheduled(
            "publish_scheduled",
            ("publish_scheduled",),
            "*:0/5",
            "publishes what is due and takes down what has expired",
        ),
        Scheduled(
            "remind_reviewers",
            ("remind_reviewers",),
            "*-*-* 07:00",
            "mails reviewers whose signature is due or overdue",
        ),
        Scheduled(
            "remind_learners",
            ("remind_learners",),
            "*-*-* 07:30",
            "mails learners of cohorts that remind by themselves",
        ),
        Scheduled(
            "clearsessions",
            ("clearsessions",),
            "*-*-* 04:17",
            "removes sessions that have ended",
        ),
        Scheduled(
            "erase_closed_accounts",
            ("erase_closed_accounts",),
            "*-*-* 04:20",
            "erases accounts whose time to cool off is over",
        ),
        Scheduled(
            "retention",
            ("retention", "--apply"),
            "*-*-* 04:30",
            "removes what is past its time",
        ),
        Scheduled(
            "directory_freshness",
            ("directory_freshness",),
            "*-*-* 06:30",
            "mails directory editors what wants checking",
        ),
        Scheduled(
            "prune_tasks",
            ("prune_db_task_results", "--min-age-days=7", "--failed-min-age-days=30"),
            "*-*-* 04:27",
            "removes old entries of the queue",
        ),
    )
}
# Commands that somebody runs by hand, or that something else starts.
BY_HAND = {
    "backup",
    "check_content",
    "demo",
    "demo_at_scale",
    "import_directory",
    "import_postcodes",
    "load_directory_sample",
    "load_programme",
    "load_starter",
    "records_of_processing",
    "publish_scheduled_pages",  # Wagtail's older name for publish_scheduled
    "restore",
    "scheduled",
    "work",
    "write_case",
}


class Note:
    """What a run says when it has ended."""

    text = ""

    def __call__(self, text: str) -> None:
        self.text = text


@contextmanager
def noted(name: str) -> Iterator[Note]:
    """Keep when this ran last, whether it went well, and what it said."""
    note, started = Note(), clock.now()
    ScheduledRun.objects.update_or_create(
        name=name, defaults={"started_at": started, "ended_at": None}
    )
    mine = ScheduledRun.objects.filter(name=name, started_at=started)
    try:
        yield note
    except BaseException as fault:
        # Its kind alone: the words may name people, and are in the log.
        mine.update(ended_at=clock.now(), outcome=f"Failed: {type(fault).__name__}")
        raise
    now = clock.now()
    mine.update(ended_at=now, succeeded_at=now, outcome=note.text[:300])


def run(name: str, write: Callable[[str], object] = print) -> None:
    """Run a piece of scheduled work now. Raises KeyError where there is none of this name."""
    job = SCHEDULE[name]
    with noted(name) as note:
        said = io.StringIO()
        call_command(*job.command, stdout=said)
        note(said.getvalue().strip())
    write(note.text)


def timer(job: Scheduled) -> str:
    """The systemd timer of a piece of work."""
    return (
        f"# {job.name} {job.why}.\n"
        "[Unit]\n"
        f"Description=Common Ground: {job.name}\n\n"
        "[Timer]\n"
        f"OnCalendar={job.when}\n"
        "RandomizedDelaySec=20\n"
        "Persistent=true\n"
        f"Unit=common-ground-scheduled@{job.name}.service\n\n"
        "[Install]\n"
        "WantedBy=timers.target\n"
    )
