"""What waits, what failed and what can be done about it, on a page for administrators alone."""

import io
from typing import Any

import pytest
from django.core import mail
from django.core.files.storage import storages
from django.db import connection
from django.test import Client, override_settings
from django.urls import reverse
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from curriculum import clock
from curriculum.enums import CertificateState, JobState, MailState
from curriculum.models import Certificate, Job, ScheduledRun, UnsentMail, WorkerBeat
from tests.factories import activities, complete

pytestmark = pytest.mark.django_db
KEPT = {
    "subject": "S", "body": "B", "from_email": "a@example.org", "to": ["lena@example.org"],
    "cc": [], "bcc": [], "reply_to": [], "headers": {}, "alternatives": [],
}  # fmt: skip


@pytest.fixture(autouse=True)
def _server(settings: Any) -> None:
    settings.MAIL_SERVER_BACKEND = "django.core.mail.backends.locmem.EmailBackend"


def page(client: Client) -> str:
    return client.get(reverse("operating")).content.decode()


def a_failed_job(owner: Any, n: int = 1) -> Job:
    return Job.objects.create(
        kind="test",
        key=f"test:{n}",
        title=f"Work {n}",
        owner=owner,
        state=JobState.FAILED,
        attempts=3,
        ended_at=clock.now(),
        problem="It broke off several times.",
    )


def a_failed_task() -> DBTaskResult:
    now = clock.now()
    return DBTaskResult.objects.create(
        args_kwargs={"args": ["lena@example.org"], "kwargs": {}},
        task_path="curriculum.tasks.mail_feedback",
        backend_name="default",
        run_after=now,
        status=TaskResultStatus.FAILED,
        finished_at=now,
        exception_class_path="builtins.RuntimeError",
        traceback="secret of lena@example.org",
    )


QUEUED = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": []}}


def press(client: Client, do: str, which: Any = "") -> str:
    data = {"do": do, "which": which}
    return client.post(reverse("operating"), data, follow=True).content.decode()


@pytest.mark.parametrize("who", ["lena", "tom", "gita", "cora", "olga"])
def test_nobody_but_administrators_sees_it_or_acts(
    who: str, request: Any, signed_in: Any, cora: Any
) -> None:
    failed = a_failed_job(cora)
    client = signed_in(request.getfixturevalue(who))
    assert client.get(reverse("operating")).status_code != 200
    answer = client.post(reverse("operating"), {"do": "job-again", "which": failed.pk})
    assert answer.status_code in (302, 403, 404)
    failed.refresh_from_db()
    assert failed.state == JobState.FAILED
    assert b"/cms/service/" not in client.get("/cms/", follow=True).content


def test_it_shows_how_the_service_stands(signed_in: Any, ada: Any, cora: Any) -> None:
    client = signed_in(ada)
    empty = page(client)
    with override_settings(TASKS=QUEUED):
        assert "None has been seen" in page(client)
    for told in (
        "None is needed",
        "Every mail was taken",
        "Every name on a certificate",
        "Never",
    ):
        assert told in empty
    a_failed_job(cora)
    a_failed_task()
    WorkerBeat.objects.create(name="host-1", task="curriculum.tasks.run_job")
    UnsentMail.objects.create(state=MailState.UNCERTAIN, problem="TimeoutError", message=KEPT)
    ScheduledRun.objects.create(name="sweep_jobs", outcome="3 taken up, 0 files removed.")
    ScheduledRun.objects.create(name="backup", outcome="80 tables, 4 rows, 2 files.")
    full = page(client)
    for told in (
        "Work 1", "It broke off several times.", "curriculum.tasks.mail_feedback", "RuntimeError",
        "host-1", "May have gone", "3 taken up", "80 tables", "django 5.2",
    ):  # fmt: skip
        assert told in full, told
    assert "lena@example.org" not in full
    assert "secret" not in full
    assert reverse("operating") in client.get("/cms/").content.decode()


@pytest.mark.parametrize("many", [1, 3])
def test_it_costs_the_same_for_one_and_for_three(
    many: int, signed_in: Any, ada: Any, cora: Any, django_assert_num_queries: Any
) -> None:
    for n in range(many):
        a_failed_job(cora, n)
        a_failed_task()
        UnsentMail.objects.create(state=MailState.REFUSED, problem="x", message=KEPT)
        WorkerBeat.objects.create(name=f"w{n}")
        ScheduledRun.objects.create(name=f"n{n}")
    client = signed_in(ada)
    page(client)
    # PostgreSQL is asked for its version beside.
    with django_assert_num_queries(24 if connection.vendor == "sqlite" else 25):
        page(client)


def test_failed_work_is_tried_again(
    signed_in: Any, ada: Any, cora: Any, django_capture_on_commit_callbacks: Any
) -> None:
    failed = a_failed_job(cora)
    client = signed_in(ada)
    with override_settings(TASKS=QUEUED), django_capture_on_commit_callbacks(execute=True):
        assert "waits for its turn" in press(client, "job-again", failed.pk)
    failed.refresh_from_db()
    assert failed.state == JobState.WAITING
    assert DBTaskResult.objects.get().args_kwargs["args"] == [str(failed.uuid)]
    assert "tried it again already" in press(client, "job-again", failed.pk)


def test_a_mail_is_sent_or_dropped(signed_in: Any, ada: Any) -> None:
    one, two = (
        UnsentMail.objects.create(state=MailState.UNCERTAIN, problem="x", message=KEPT)
        for _ in range(2)
    )
    client = signed_in(ada)
    assert "The mail has gone." in press(client, "mail-send", one.pk)
    assert "It did not go" in press(client, "mail-send", one.pk)
    assert "will not be sent" in press(client, "mail-drop", two.pk)
    assert [m.to for m in mail.outbox] == [["lena@example.org"]]
    assert not UnsentMail.objects.exists()


def test_sheets_with_boxes_are_made_again(signed_in: Any, ada: Any, enrolment: Any) -> None:
    for activity in activities(enrolment.cohort.programme):
        complete(enrolment, activity)
    found = Certificate.objects.get()
    found.pdf = storages["records"].save("certificates/as stored.pdf", io.BytesIO(b"old"))
    found.missing_glyphs = "\U00013000"
    found.save(update_fields=["pdf", "missing_glyphs"])
    client = signed_in(ada)
    assert "1 certificate shows boxes for U+13000" in page(client)
    assert "1 sheet will be made again" in press(client, "sheets-again")
    assert not storages["records"].exists("certificates/as stored.pdf")
    address = reverse("certificate_pdf", args=[found.code])
    anew = b"".join(signed_in(enrolment.learner).get(address).streaming_content)
    assert anew.startswith(b"%PDF")
    found.refresh_from_db()
    assert (found.state, found.missing_glyphs) == (CertificateState.ISSUED, "")


@pytest.mark.parametrize(
    ("do", "which"), [("nothing", "1"), ("job-again", "x"), ("mail-send", "²")]
)
def test_what_no_button_sends_is_not_found(do: str, which: str, signed_in: Any, ada: Any) -> None:
    answer = signed_in(ada).post(reverse("operating"), {"do": do, "which": which})
    assert answer.status_code == 404
