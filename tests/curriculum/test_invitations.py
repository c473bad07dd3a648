"""Learners are asked in by mail once, and again only when somebody decides so.

Known failure 28.
"""

import datetime as dt
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from django.core import mail
from django.db import IntegrityError, connection, transaction

from curriculum import clock
from curriculum.domain import jobs
from curriculum.domain.enrolment import enrol, withdraw
from curriculum.domain.invitations import (
    invitation_for,
    invite_again,
    invite_all,
    key_of,
    needs_password,
)
from curriculum.enums import JobState
from curriculum.models import Cohort, Enrolment, Invitation, Job, User
from curriculum.queries.roster import invited
from tests import factories, people

pytestmark = pytest.mark.django_db


def newcomer(cohort: Cohort, name: str) -> Invitation:
    """Somebody who came in by a list and has never been here."""
    user = User.objects.create_user(f"{name}@example.org", full_name=name.title())
    return Invitation.objects.create(enrolment=enrol(cohort, user))


@pytest.fixture
def cohort(programme: Any, cora: Any) -> Cohort:
    return people.cohort(programme, cora)


@pytest.fixture
def send(cohort: Cohort, cora: Any) -> Any:
    def run() -> Job | None:
        _, job = invite_all(cohort, cora)
        if job is not None:
            jobs.run(job.uuid)
            job.refresh_from_db()
        return job

    return run


def to() -> list[str]:
    return sorted(message.to[0] for message in mail.outbox)


def test_everybody_gets_one_mail_and_asking_again_sends_nothing(cohort: Cohort, send: Any) -> None:
    for name in ("ada", "bo"):
        newcomer(cohort, name)
    job = send()
    assert (job.state, job.result["lines"]) == (JobState.DONE, ["Sent: 2"])
    assert send() is None
    assert to() == ["ada@example.org", "bo@example.org"]
    assert invited(cohort).sent == 2


def test_the_mail_says_who_enrolled_them_in_what_and_how_to_begin(
    cohort: Cohort, send: Any, lena: Any
) -> None:
    newcomer(cohort, "ada")
    Invitation.objects.create(enrolment=enrol(cohort, lena))
    send()
    ada, known = sorted(mail.outbox, key=lambda message: message.to)
    assert ada.subject == "You are enrolled in Year 3"
    assert "Cora Lindqvist has enrolled you in Year 3" in ada.body
    assert "/accounts/invitations/" in ada.body
    assert "ada" not in re.findall(r"https?://\S+", ada.body)[0]
    assert "/dashboard/" in known.body
    assert "/accounts/invitations/" not in known.body


def test_who_left_or_was_closed_meanwhile_is_not_written_to(cohort: Cohort, send: Any) -> None:
    withdraw(newcomer(cohort, "ada").enrolment)
    User.objects.filter(pk=newcomer(cohort, "bo").enrolment.learner_id).update(is_active=False)
    newcomer(cohort, "cy")
    send()
    assert to() == ["cy@example.org"]


def test_who_leaves_between_two_mails_is_not_written_to(
    cohort: Cohort, send: Any, monkeypatch: Any
) -> None:
    from curriculum import inviting

    first, second = newcomer(cohort, "ada"), newcomer(cohort, "bo")
    sends = inviting.invite

    def then_the_other_leaves(invitation: Invitation) -> None:
        sends(invitation)
        withdraw(second.enrolment)

    monkeypatch.setattr(inviting, "invite", then_the_other_leaves)
    send()
    assert to() == [first.enrolment.learner.email]


def test_a_mail_server_that_refuses_one_is_told_and_the_others_are_sent(
    cohort: Cohort, send: Any, monkeypatch: Any, caplog: Any
) -> None:
    from smtplib import SMTPRecipientsRefused

    from curriculum import inviting

    for name in ("ada", "bo"):
        newcomer(cohort, name)
    sends = inviting.invite

    def refuse_ada(invitation: Invitation) -> None:
        email = invitation.enrolment.learner.email
        if email.startswith("ada"):
            raise SMTPRecipientsRefused({email: (550, b"no such mailbox")})
        sends(invitation)

    monkeypatch.setattr(inviting, "invite", refuse_ada)
    job = send()
    assert to() == ["bo@example.org"]
    assert job.result["lines"][1] == "Not sent, since the mail server did not take them: 1"
    assert invited(cohort).uncertain == 1
    assert "SMTPRecipientsRefused" in caplog.text
    assert "example.org" not in caplog.text


def test_sending_again_is_a_decision_on_record_and_twice_pressed_is_once_sent(
    cohort: Cohort, send: Any, cora: Any
) -> None:
    first = newcomer(cohort, "ada")
    send()
    first.refresh_from_db()
    job = invite_again(first, cora)
    assert job
    assert invite_again(first, cora) is None
    jobs.run(job.uuid)
    assert len(mail.outbox) == 2
    rows = Invitation.objects.values_list("number", "asked_by__full_name")
    assert list(rows) == [(1, "Cora Lindqvist"), (2, "Cora Lindqvist")]


def test_the_database_refuses_a_second_invitation_of_one_number(cohort: Cohort) -> None:
    first = newcomer(cohort, "ada")
    with pytest.raises(IntegrityError), transaction.atomic():
        Invitation.objects.create(enrolment=first.enrolment)


@pytest.mark.parametrize("many", [1, 3])
def test_counting_costs_the_same_for_one_and_for_three(
    cohort: Cohort, many: int, django_assert_num_queries: Any
) -> None:
    for number in range(many):
        newcomer(cohort, f"ada{number}")
    with django_assert_num_queries(1):
        assert invited(cohort).not_asked == many


# ── The link ──────────────────────────────────────────────────────────────
def test_a_link_is_good_for_thirty_days(cohort: Cohort, monkeypatch: Any) -> None:
    key = key_of(newcomer(cohort, "ada"))
    assert invitation_for(key)
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 29 * 86400)
    assert invitation_for(key)
    monkeypatch.setattr(time, "time", lambda: now + 31 * 86400)
    assert invitation_for(key) is None


@pytest.mark.parametrize(
    "change",
    [
        {"email": "other@example.org"},
        {"password": "md5$a$b"},
        {"last_login": clock.now()},
        {"is_active": False},
        {"is_staff": True},
    ],
)
def test_a_link_dies_with_a_new_address_a_password_a_sign_in_or_a_role(
    cohort: Cohort, change: dict[str, Any]
) -> None:
    invitation = newcomer(cohort, "ada")
    key = key_of(invitation)
    User.objects.filter(pk=invitation.enrolment.learner_id).update(**change)
    assert invitation_for(key) is None


@pytest.mark.parametrize("key", ["", "x", "WyJhIiwgImIiXQ:1x:abc", "é", "a" * 5000])
def test_what_is_no_link_of_ours_opens_nothing(key: str) -> None:
    assert invitation_for(key) is None


def test_a_link_holds_nothing_about_the_person(cohort: Cohort) -> None:
    from django.core import signing

    key = key_of(newcomer(cohort, "ada"))
    inside = signing.b64_decode(key.split(":")[0].encode()).decode()
    assert "ada" not in inside.lower()
    assert "example" not in inside


# ── A worker that dies ────────────────────────────────────────────────────
WORKER = "import sys, uuid, django; django.setup(); from curriculum.domain import jobs; " + (
    "jobs.run(uuid.UUID(sys.argv[1]))"
)


def worker(mails: Path, *command: str, stands: str = "") -> subprocess.Popen[bytes]:
    """A process of its own on the tests' database, whose mails are files."""
    database = connection.settings_dict["NAME"]
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "tests.mailing",
        "WORKER_DATABASE": str(database),
        "WORKER_MAILS": str(mails),
        "WORKER_STANDS": stands,
        "PYTEST_XDIST_WORKER": "",
    }
    root = Path(__file__).parents[2]
    return subprocess.Popen([sys.executable, *command], env=environment, cwd=root)


def mailed_to(mails: Path) -> list[str]:
    text = "".join(path.read_text() for path in mails.glob("*.log"))
    return sorted(re.findall(r"^To: (\S+)", text, re.MULTILINE))


@pytest.mark.parametrize(
    ("stands", "sent", "certain"), [("before-3", 2, 2), ("after-3", 3, 2)], ids=["before", "after"]
)
@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_a_worker_killed_among_its_mails_and_followed_by_another_mails_nobody_twice(
    tmp_path: Path, monkeypatch: Any, stands: str, sent: int, certain: int
) -> None:
    monkeypatch.setattr(jobs.job_waits, "send", lambda **kwargs: [])
    lead = people.cora()
    cohort = people.cohort(factories.programme(), lead)
    names = ["ada", "bo", "cy", "di", "ed", "flo"]
    for name in names:
        newcomer(cohort, name)
    _, job = invite_all(cohort, lead)
    assert job is not None

    first = worker(tmp_path, "-c", WORKER, str(job.uuid), stands=stands)
    deadline = time.monotonic() + 120
    while not (tmp_path / "standing").exists():
        assert first.poll() is None, "the worker ended before it could be killed"
        assert time.monotonic() < deadline
        time.sleep(0.05)
    first.send_signal(signal.SIGKILL)
    assert first.wait() == -signal.SIGKILL
    assert len(mailed_to(tmp_path)) == sent
    assert (invited(cohort).sent, invited(cohort).uncertain) == (certain, 1)

    # Its lease runs out, and the sweeper hands the work to the next.
    over = clock.now() - dt.timedelta(seconds=1)
    assert Job.objects.filter(pk=job.pk, state=JobState.RUNNING).update(lease_until=over)
    assert worker(tmp_path, "manage.py", "sweep_jobs").wait(timeout=120) == 0
    job.refresh_from_db()
    assert job.state == JobState.DONE
    everybody = [f"{name}@example.org" for name in names]
    # Whoever the dead worker had in hand is on record as not certain, for a person to decide.
    uncertain = Enrolment.objects.get(
        invitations__claimed_at__isnull=False, invitations__mailed_at=None
    ).learner.email
    wanted = [email for email in everybody if sent == 3 or email != uncertain]
    assert mailed_to(tmp_path) == wanted
    assert needs_password(User.objects.get(email=uncertain))
