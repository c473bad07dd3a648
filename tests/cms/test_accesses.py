"""Who saw what: recorded where it is seen, read by administrators, and nobody else."""

import datetime as dt
from typing import Any

import pytest
from django.test import Client

from curriculum import clock
from curriculum.domain import feedback
from curriculum.domain.accesses import record_access
from curriculum.domain.downloads import record_download
from curriculum.domain.enrolment import enrol
from curriculum.enums import Seen
from curriculum.models import Access, Closure, Enrolment, StaffReading, User, Writing
from curriculum.queries.accesses import accesses, lines
from tests import factories, people

LOG = "/cms/reports/accesses/"


def shared(cohort: Any, learner: User) -> Writing:
    """What a learner has written and shared."""
    from curriculum.domain.reflections import share

    enrolment = enrol(cohort, learner)
    factories.complete(enrolment, factories.activities(cohort.programme)[0])
    return share(Writing.objects.get(learner=learner))


def test_opening_a_learners_record_is_recorded_once_a_visit(
    enrolment: Enrolment, cora: User, client: Client
) -> None:
    client.force_login(cora)
    for _ in range(2):
        client.get(f"/cms/cohorts/learners/{enrolment.uuid}/")
    row = Access.objects.get()
    assert (row.actor, row.subject, row.kind) == (cora, enrolment.learner, "record")
    with clock.at(clock.now() + dt.timedelta(hours=2)):
        client.get(f"/cms/cohorts/learners/{enrolment.uuid}/")
    assert Access.objects.count() == 2


def test_a_refused_look_is_no_look(enrolment: Enrolment, olga: User, client: Client) -> None:
    client.force_login(olga)
    assert client.get(f"/cms/cohorts/learners/{enrolment.uuid}/").status_code == 404
    assert not Access.objects.exists()


def test_the_log_shows_records_reflections_and_files_together(
    cora: User, tom: User, lena: User, ada: User, client: Client
) -> None:
    made = factories.programme([factories.reflection()])
    writing = shared(people.cohort(made, cora), lena)
    record_access(cora, Seen.RECORD, lena)
    feedback.record_reading(writing, tom, name_shown=True)
    record_download(cora, "completion.xlsx", cohorts=[1])
    told = [(line.what, line.actor, line.subject, line.file) for line in lines(accesses())]
    assert told == [
        ("Downloaded a file", cora, None, "completion.xlsx"),
        ("Read a reflection, with its writer’s name", tom, lena, ""),
        ("Opened a learner’s record", cora, lena, ""),
    ]
    client.force_login(ada)
    page = client.get(LOG).content.decode()
    for words in ("Lena Okoro", "Tom Ashby", "Downloaded a file: completion.xlsx"):
        assert words in page
    assert "word word" not in page  # nothing of what was written


def test_it_is_narrowed_to_one_person_and_one_day(
    cora: User, tom: User, lena: User, ada: User, client: Client
) -> None:
    record_access(cora, Seen.RECORD, lena)
    record_access(tom, Seen.FREE_TEXT)
    with clock.at(dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC)):
        record_access(cora, Seen.FREE_TEXT)
    assert accesses(lena).count() == 1
    assert accesses(cora).count() == 2
    assert accesses(cora, dt.date(2026, 3, 1)).count() == 1
    client.force_login(ada)
    page = client.get(LOG, {"person": lena.uuid, "day": clock.today().isoformat()})
    assert "1 entry of or about Lena Okoro" in page.content.decode()
    wrong = client.get(LOG, {"day": "yesterday"}).content.decode()
    assert "Give a day such as 2026-12-04." in wrong
    assert client.get(LOG, {"person": "x"}).status_code == 200


@pytest.mark.parametrize("rows", [1, 3])
def test_it_asks_the_same_number_of_queries_for_one_row_and_for_three(
    rows: int, ada: User, cora: User, lena: User, client: Client, django_assert_num_queries: Any
) -> None:
    for n in range(rows):
        other = people.person(f"p{n}", f"Person {n}")
        Access.objects.create(actor=cora, subject=other, kind="record")
    client.force_login(ada)
    client.get(LOG)
    with django_assert_num_queries(12):
        client.get(LOG)


def test_only_administrators_have_it(cora: User, olga: User, lena: User, client: Client) -> None:
    Access.objects.create(actor=olga, subject=lena, kind="record")
    client.force_login(cora)
    assert client.get(LOG).status_code == 404
    assert LOG not in client.get("/cms/").content.decode()
    assert client.get(f"/cms/people/{lena.uuid}/close/").status_code == 404


def test_an_administrator_closes_an_account_that_was_asked_for_in_writing(
    ada: User,
    lena: User,
    client: Client,
    mailoutbox: list[Any],
    django_capture_on_commit_callbacks: Any,
) -> None:
    client.force_login(ada)
    address = f"/cms/people/{lena.uuid}/close/"
    assert address in client.get(f"/cms/users/edit/{lena.pk}/").content.decode()
    refused = client.post(address, {})
    assert refused.status_code == 422
    assert "closed unasked" in refused.content.decode()
    assert not Closure.objects.exists()

    with django_capture_on_commit_callbacks(execute=True):
        client.post(address, {"asked": "on"})
    closure = Closure.objects.get()
    assert (closure.person, closure.asked_by, closure.way) == (lena, ada, "written")
    assert mailoutbox[0].to == ["lena@example.org"]
    from wagtail.models import ModelLogEntry

    assert ModelLogEntry.objects.filter(action="person.close", user=ada).count() == 1
    client.post(address, {"keep": "1"})
    assert not Closure.objects.open().exists()


def test_a_learner_sees_who_read_and_in_what_role(
    cora: User, tom: User, lena: User, client: Client
) -> None:
    made = factories.programme([factories.reflection()])
    writing = shared(people.cohort(made, cora), lena)
    feedback.record_reading(writing, tom)
    client.force_login(lena)
    page = client.get(f"/reflections/{writing.uuid}/").content.decode()
    assert "Tom Ashby" in page
    assert "General practitioner" in page
    assert StaffReading.objects.count() == 1


def test_somebody_who_works_here_is_told_on_the_first_screen(tom: User, client: Client) -> None:
    from curriculum.privacy.closing import ask_to_close

    client.force_login(tom)
    assert "Your account will close" not in client.get("/cms/").content.decode()
    ask_to_close(tom, tom)
    assert "Your account will close" in client.get("/cms/").content.decode()
