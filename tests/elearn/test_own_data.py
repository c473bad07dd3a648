"""Taking one's data away, and closing the account, as a person does it."""

import io
import json
import re
import zipfile
from typing import Any

import pytest
from django.core import mail
from django.test import Client

from curriculum.domain import jobs
from curriculum.domain.attempts import start_attempt
from curriculum.domain.enrolment import enrol
from curriculum.models import Certificate, Closure, Download, Enrolment, Job, User
from tests import factories, people


@pytest.fixture
def told(lena: User, cora: User) -> Enrolment:
    """Lena with a certificate, a reflection, a survey and an open quiz."""
    made = factories.programme(
        [
            factories.quiz(),
            factories.survey(),
            factories.reflection(),
            factories.quiz(title="Open"),
        ],
        optional=["Open"],
    )
    enrolment = enrol(people.cohort(made, cora), lena)
    *done, last = factories.activities(made)
    for activity in done:
        factories.complete(enrolment, activity)
    start_attempt(enrolment, last)
    return enrolment


def confirm(client: Client) -> None:
    """Give the password once more."""
    client.post("/accounts/reauthenticate/", {"password": people.PASSWORD})


def test_the_file_holds_everything_to_read_for_machines_and_as_pdf(
    told: Enrolment, client: Client, django_capture_on_commit_callbacks: Any
) -> None:
    lena = told.learner
    client.force_login(lena)
    asked = client.get("/accounts/data/ask/")
    assert asked.url.startswith("/accounts/reauthenticate/")  # the password first
    confirm(client)
    with django_capture_on_commit_callbacks(execute=True):
        assert client.post("/accounts/data/ask/").url == "/accounts/data/"
    job = Job.objects.get(kind="own-data")
    page = client.get("/accounts/data/").content.decode()
    assert f"/accounts/data/{job.uuid}/file/" in page

    given = client.get(f"/accounts/data/{job.uuid}/file/")
    archive = zipfile.ZipFile(io.BytesIO(b"".join(given)))  # type: ignore[arg-type]
    code = Certificate.objects.get().code
    assert archive.namelist() == [
        f"certificates/Lena Okoro {code}.pdf",
        "reflections.pdf",
        "data.json",
        "index.html",
    ]
    read = archive.read("index.html").decode()
    assert "Stem q1?" in read  # the question, not its id
    assert "B" in read
    assert "word word" in read
    assert "lena@example.org" in read
    assert not re.search(r'(?:src|href)="(?:https?:)?//', read)  # nothing from elsewhere
    data = json.loads(archive.read("data.json"))
    rows = {part["model"]: part["rows"] for part in data["parts"]}
    assert rows["curriculum.User"][0]["email"] == "lena@example.org"
    assert "password" not in rows["curriculum.User"][0]
    assert len(rows["curriculum.Completion"]) == 3
    assert rows["curriculum.Certificate"][0]["code"] == code
    assert Download.objects.get().what == job.file_name


def test_nobody_elses_data_and_no_right_answers_are_in_the_file(
    told: Enrolment, cora: User, client: Client
) -> None:
    from curriculum.domain import adjustments  # noqa: F401 - the reason comes from a lead
    from curriculum.exports.own_data import as_json, as_page
    from curriculum.privacy.copying import parts_of

    other = enrol(told.cohort, people.person("max", "Max Ford"))
    factories.complete(other, factories.activities(told.cohort.programme)[0])
    parts = list(parts_of(told.learner))
    for text in (as_json(told.learner, parts), as_page(told.learner, parts, [])):
        assert "Max Ford" not in text
        assert "max@example.org" not in text
        assert "Cora" not in text
        assert "Feedback on b" not in text


def test_a_copy_is_asked_for_once_and_nobody_else_gets_it(
    told: Enrolment, olga: User, client: Client
) -> None:
    client.force_login(told.learner)
    confirm(client)
    for _ in range(2):
        client.post("/accounts/data/ask/")
    job = Job.objects.get(kind="own-data")  # waits: nothing was committed
    assert "Waiting for its turn" in client.get("/accounts/data/").content.decode()
    jobs.run(job.uuid)
    outsider = Client()
    outsider.force_login(olga)
    confirm(outsider)
    assert outsider.get(f"/accounts/data/{job.uuid}/file/").status_code == 404
    assert outsider.post(f"/accounts/data/{job.uuid}/cancel/").status_code == 404
    assert Client().get(f"/accounts/data/{job.uuid}/file/").url.startswith("/accounts/login/")


def test_somebody_closes_the_account_is_told_so_everywhere_and_keeps_it(
    lena: User, client: Client, django_capture_on_commit_callbacks: Any
) -> None:
    client.force_login(lena)
    page = client.get("/accounts/close/").content.decode()
    assert "14 days" in page
    assert "What stays" in page
    assert client.get("/accounts/close/confirm/").url.startswith("/accounts/reauthenticate/")
    assert client.post("/accounts/close/confirm/").status_code == 302
    assert not Closure.objects.exists()  # not without the password

    confirm(client)
    with django_capture_on_commit_callbacks(execute=True):
        client.post("/accounts/close/confirm/")
    assert Closure.objects.get().way == "own"
    (told,) = mail.outbox
    assert told.to == ["lena@example.org"]
    assert "/accounts/close/" in told.body
    assert "Your account will close on" in client.get("/dashboard/").content.decode()

    client.post("/accounts/close/keep/")
    assert "Your account will close on" not in client.get("/dashboard/").content.decode()
    assert Closure.objects.open().count() == 0


def test_who_comes_back_to_an_unused_account_keeps_it(lena: User) -> None:
    from curriculum.privacy.closing import ask_to_close

    ask_to_close(lena, None)
    Client().post("/accounts/login/", {"login": "lena@example.org", "password": people.PASSWORD})
    lena.refresh_from_db()
    assert lena.closes_at is None


def test_the_last_administrator_reads_why_not(ada: User, client: Client) -> None:
    client.force_login(ada)
    assert "last person who can administer" in client.get("/accounts/close/").content.decode()
    confirm(client)
    assert client.post("/accounts/close/confirm/").status_code == 422
    assert not Closure.objects.exists()
