"""After an account is erased, nothing of it is left but what the register says stays.

Known failure 31: erasure leaves reflections behind, or removes the record of an award.
"""

import datetime as dt
import zipfile
from collections.abc import Iterator
from typing import Any
from unittest import mock

import pytest
from django.contrib.contenttypes.models import ContentType
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.core.management import call_command
from django.test import Client, TestCase
from django.urls import reverse

from curriculum import clock
from curriculum.domain import jobs
from curriculum.domain.enrolment import enrol
from curriculum.domain.errors import Refused
from curriculum.domain.meetings import Plan, plan_meetings
from curriculum.enums import JobState, MailState
from curriculum.exports.bundle import ask_for_bundle
from curriculum.exports.certificates import open_pdf
from curriculum.models import (
    Access,
    Certificate,
    Closure,
    Completion,
    Enrolment,
    Job,
    RosterImport,
    UnsentMail,
    User,
    Writing,
)
from curriculum.privacy import erasure
from curriculum.privacy.closing import LAST_ADMINISTRATOR, ask_to_close, keep_open
from curriculum.privacy.registry import FORMER, Keep, personal
from tests import factories, people, privacy
from tests.cms import site


@pytest.fixture
def page(db: Any) -> Any:
    site.allow_unreviewed()
    return site.reading_page()


def due(person: User, **fields: Any) -> Closure:
    """A closure of this account whose day has come."""
    closure = ask_to_close(person, person)
    Closure.objects.filter(pk=closure.pk).update(due_at=clock.now(), **fields)
    return closure


def erase(closure: Closure) -> bool:
    """Erase it as it is done in service, where what waits for the commit follows."""
    with TestCase.captureOnCommitCallbacks(execute=True):
        return erasure.erase(closure)


def identity(person: User) -> list[str]:
    """The words by which somebody is known, set apart from everybody else's."""
    words = [privacy.marker() for _ in range(4)]
    name, address, number, printed = words
    User.objects.filter(pk=person.pk).update(
        full_name=name,
        email=f"{address}@example.org",
        student_number=number,
        certificate_name=printed,
    )
    person.emailaddress_set.update(email=f"{address}@example.org")
    person.refresh_from_db()
    return words


# ── The heart: nothing is left ────────────────────────────────────────────
def test_of_a_learner_only_the_facts_of_certificates_are_left(
    page: Any, lena: User, cora: User, ada: User
) -> None:
    world = privacy.World(lena, cora, page)
    words = privacy.everything(world, learner=True)
    assert len(words) > 25
    assert privacy.where(list(words)) >= privacy.columns(*words.values())  # it stands there now

    erase(due(lena))

    left = privacy.where(list(words))
    assert left == privacy.columns(("curriculum.Certificate", "facts"))


def test_of_somebody_who_works_here_only_what_the_register_names_is_left(
    page: Any, lena: User, tom: User, ada: User
) -> None:
    world = privacy.World(tom, lena, page)
    words = privacy.everything(world, learner=False)
    kept = {
        (held.model, name)
        for held in personal()
        for way in held.abouts
        if not privacy.is_learners(held, way)
        for then in way.then
        if isinstance(then, Keep)
        for name in then.fields
    }
    assert len(words) > 25

    erase(due(tom))

    left, told = privacy.where(list(words)), privacy.columns(*kept)
    assert (left - told, told - left) == (set(), set())
    # Their name stands where they answered for content as a professional, and nowhere else.
    names = {held for held in kept if held[1] in {"name", "full_name", "answered_name"}}
    assert names == {("curriculum.SignOff", "name"), ("cms.Credit", "name")}


def test_who_somebody_was_stands_nowhere_that_others_left_it(
    page: Any, enrolment: Enrolment, cora: User, ada: User, client: Client
) -> None:
    """Sessions, logs, files and lists of others, names typed into meetings."""
    lena = enrolment.learner
    words = identity(lena)
    name, address = words[0], f"{words[1]}@example.org"
    records = storages["records"]
    client.force_login(lena)
    waiting = Client().session
    waiting["account_login"] = {"email": address}
    waiting.save()
    from django.apps import apps

    apps.get_model("wagtailcore.ModelLogEntry").objects.create(
        content_type=ContentType.objects.get_for_model(User),
        object_id=str(lena.pk),
        label=name,
        action="wagtail.edit",
        timestamp=clock.now(),
        data={"was": address},
        uuid=enrolment.uuid,
        user=cora,
    )
    Job.objects.create(
        kind="report",
        title="A report",
        owner=cora,
        key="k",
        state="done",
        ended_at=clock.now(),
        parameters={"cohorts": [enrolment.cohort_id], "asked": {"q": name}},
        result={"lines": [f"{name}: not sent"]},
        file=records.save("jobs/report", ContentFile(name)),
    )
    RosterImport.objects.create(
        cohort=enrolment.cohort,
        owner=cora,
        name=f"{name}.csv",
        choices={"1": address},
        rows=records.save("rosters/list", ContentFile(address)),
    )
    Certificate.objects.create(
        enrolment=enrolment,
        facts={"name": name, "award": "An award"},
        pdf=records.save("certificates/one.pdf", ContentFile(name)),
    )
    assert len(privacy.where(words)) > 9

    erase(due(lena))

    assert privacy.where(words) == privacy.columns(("curriculum.Certificate", "facts"))
    assert client.get("/dashboard/").status_code == 302


@pytest.mark.parametrize("learner", [True, False])
def test_an_erasure_that_breaks_off_leaves_rows_and_files_as_they_were(
    page: Any, lena: User, cora: User, ada: User, monkeypatch: Any, learner: bool
) -> None:
    """Also the files of libraries and of authors; the account itself comes last."""
    privacy.everything(privacy.World(lena, cora, page), learner=learner)
    sheet = storages["records"].save("certificates/one.pdf", ContentFile("x"))
    Certificate.objects.update(pdf=sheet)
    closure = due(lena)
    before, files = sorted(privacy.values()), privacy.files()
    treat = erasure._treat

    def breaks(held: Any, way: Any, person: User) -> None:
        if held.model == erasure.LAST:
            raise OSError("the database is away")
        treat(held, way, person)

    monkeypatch.setattr(erasure, "_treat", breaks)
    with pytest.raises(OSError, match="away"):
        erase(closure)
    assert sorted(privacy.values()) == before
    assert privacy.files() == files

    monkeypatch.undo()
    assert erase(closure)
    assert len(privacy.files()) < len(files)


def test_a_file_that_cannot_be_removed_is_named_and_stops_no_other(
    page: Any, cora: User, lena: User, monkeypatch: Any, caplog: Any
) -> None:
    records = storages["records"]
    for number in (1, 2):
        Job.objects.create(
            kind="report",
            title="A report",
            owner=cora,
            key=str(number),
            state="done",
            ended_at=clock.now(),
            file=records.save(f"jobs/{number}", ContentFile("x")),
        )
    delete = type(records).delete

    def stuck(self: Any, name: str) -> None:
        if name == "jobs/1":
            raise OSError("denied")
        delete(self, name)

    monkeypatch.setattr(type(records), "delete", stuck)
    people.staff("amir", "Amir Haddad", "Administrators")
    assert erase(due(cora))
    assert [records.exists(f"jobs/{number}") for number in (1, 2)] == [True, False]
    assert "jobs/1 could not be removed" in caplog.text


# ── Work of others that goes on ───────────────────────────────────────────
@pytest.fixture
def bundled(programme: Any, enrolment: Enrolment, cora: User) -> Iterator[list[Certificate]]:
    """Lena's certificate and Max's, with sheets that bear the names and are quick to make."""
    both = [enrolment, enrol(enrolment.cohort, people.person("max", "Max Ford"))]
    for each in both:
        for activity in factories.activities(programme):
            factories.complete(each, activity)

    def sheet(certificate: Certificate) -> tuple[bytes, set[str]]:
        return certificate.facts["name"].encode(), set()

    with mock.patch("curriculum.exports.certificates.certificate_sheet", side_effect=sheet):
        yield [Certificate.objects.get(enrolment=each) for each in both]


def in_the_archive(job: Job) -> str:
    """The names and the contents of its files, as one text."""
    with zipfile.ZipFile(storages["records"].open(Job.objects.get(pk=job.pk).file)) as archive:
        return "\n".join(f"{name} {archive.read(name).decode()}" for name in archive.namelist())


def test_a_bundle_that_waits_is_made_without_the_erased_person(
    bundled: list[Certificate], enrolment: Enrolment, cora: User
) -> None:
    job = ask_for_bundle(enrolment.cohort, [c.pk for c in bundled], cora)
    assert erase(due(enrolment.learner))
    jobs.run(job.uuid)
    held = in_the_archive(job)
    assert "Max Ford" in held
    assert f"{FORMER}: The account was closed" in held
    assert "Lena" not in held
    assert bundled[0].code not in held
    job.refresh_from_db()
    assert job.result["lines"][0] == "2 chosen, 1 in the file, 1 not."
    assert "Lena" not in str(job.result)
    assert not storages["records"].exists(f"certificates/{bundled[0].uuid}.pdf")


@pytest.mark.parametrize("moment", ["drawing", "keeping"])
def test_a_bundle_at_which_a_worker_is_keeps_nothing_of_the_erased_person(
    bundled: list[Certificate],
    enrolment: Enrolment,
    cora: User,
    monkeypatch: Any,
    moment: str,
) -> None:
    """The erasure comes when the sheets are in the archive, or when its file is kept already."""
    job = ask_for_bundle(enrolment.cohort, [c.pk for c in bundled], cora)
    closure, keep = due(enrolment.learner), jobs.Running.keep

    def interrupted(self: jobs.Running, file: Any, name: str) -> None:
        monkeypatch.setattr(jobs.Running, "keep", keep)
        if moment == "drawing":
            assert erase(closure)
            keep(self, file, name)
        else:
            keep(self, file, name)
            assert erase(closure)

    monkeypatch.setattr(jobs.Running, "keep", interrupted)
    jobs.run(job.uuid)
    jobs.run(job.uuid)  # whoever finds it waiting
    job.refresh_from_db()
    assert job.state == JobState.DONE
    assert "Lena" not in in_the_archive(job)
    assert "Lena" not in str(job.result)
    assert storages["records"].listdir("jobs")[1] == [job.file.removeprefix("jobs/")]


def test_what_was_asked_for_while_somebody_is_erased_begins_again_too(
    bundled: list[Certificate], enrolment: Enrolment, cora: User, monkeypatch: Any
) -> None:
    treat = erasure._treat
    asked = []

    def meanwhile(held: Any, way: Any, person: User) -> None:
        treat(held, way, person)
        if held.model == erasure.LAST:  # a worker that has read what was there before
            asked.append(ask_for_bundle(enrolment.cohort, [c.pk for c in bundled], cora))
            Job.objects.update(state="running", attempts=1, result={"lines": ["Lena Okoro"]})

    monkeypatch.setattr(erasure, "_treat", meanwhile)
    erase(due(enrolment.learner))
    [job] = Job.objects.filter(pk=asked[0].pk)
    assert (job.attempts > 1, "Lena" in str(job.result)) == (True, False)


def test_a_former_members_certificate_is_not_offered_as_a_file(
    bundled: list[Certificate], enrolment: Enrolment, cora: User, client: Client
) -> None:
    erase(due(enrolment.learner))
    client.force_login(cora)
    page = client.get(reverse("cohort_certificates", args=[enrolment.cohort_id]))
    assert page.status_code == 200
    with pytest.raises(Refused, match="at least one"):
        ask_for_bundle(enrolment.cohort, [bundled[0].pk], cora)
    with pytest.raises(Refused, match="account was closed"):
        open_pdf(bundled[0])
    assert "Lena Okoro" not in page.content.decode()


def test_the_award_still_verifies_and_the_ledger_still_counts(
    programme: Any, enrolment: Enrolment, client: Client
) -> None:
    for activity in factories.activities(programme):
        factories.complete(enrolment, activity)
    certificate = Certificate.objects.get(enrolment=enrolment)

    erase(due(enrolment.learner))

    shown = client.get(f"/verify/{certificate.code}/").content.decode()
    assert "Lena Okoro" in shown
    assert programme.title in shown
    assert Completion.objects.filter(enrolment=enrolment).count() == 2
    enrolment.refresh_from_db()
    assert enrolment.withdrawn_at is None  # finished, so it still counts
    assert enrolment.learner.get_full_name() == FORMER
    assert not enrolment.learner.is_active
    assert not enrolment.learner.has_usable_password()


def test_who_had_not_finished_has_left_and_others_reflections_stay(
    enrolment: Enrolment, tom: User
) -> None:
    reflective = factories.programme([factories.reflection()])
    cohort = people.cohort(reflective, name="Reflective")
    both = [enrol(cohort, enrolment.learner), enrol(cohort, people.person("max", "Max Ford"))]
    for each in both:
        factories.complete(each, factories.activities(reflective)[0])

    erase(due(enrolment.learner))

    assert Writing.objects.get().learner == both[1].learner
    enrolment.refresh_from_db()
    assert enrolment.withdrawn_at


# ── Asking, keeping, waiting ──────────────────────────────────────────────
def test_nothing_happens_before_its_day_nor_after_it_was_called_off(lena: User) -> None:
    closure = ask_to_close(lena, lena)
    assert ask_to_close(lena, lena) == closure  # asking again changes nothing
    assert closure.due_at - closure.asked_at > dt.timedelta(days=13)
    lena.refresh_from_db()
    assert lena.closes_at == closure.due_at
    assert not erase(closure)

    Closure.objects.update(due_at=clock.now())
    assert keep_open(lena)
    assert not keep_open(lena)
    assert not erase(closure)
    lena.refresh_from_db()
    assert (lena.closes_at, lena.full_name) == (None, "Lena Okoro")


def test_erasing_runs_twice_and_does_it_once(lena: User, tom: User, capsys: Any) -> None:
    due(lena)
    ask_to_close(tom, tom)
    call_command("erase_closed_accounts")
    call_command("erase_closed_accounts")
    assert capsys.readouterr().out.splitlines() == [
        "1 account erased, 0 not possible.",
        "0 accounts erased, 0 not possible.",
    ]
    assert list(User.objects.filter(full_name=FORMER)) == [lena]


def test_the_last_administrator_cannot_leave_not_even_when_the_other_is_leaving(
    ada: User,
) -> None:
    with pytest.raises(Refused, match="last person"):
        ask_to_close(ada, ada)
    other = people.staff("amir", "Amir Haddad", "Administrators")
    closure = due(other)
    with pytest.raises(Refused) as refused:
        ask_to_close(ada, ada)
    assert str(refused.value) == LAST_ADMINISTRATOR
    # And where the rest have gone meanwhile, the erasure itself refuses.
    User.objects.filter(pk=ada.pk).update(is_active=False)
    with pytest.raises(Refused):
        erase(closure)
    assert User.objects.get(pk=other.pk).full_name == "Amir Haddad"


def test_an_administrator_can_be_erased_where_another_stays(ada: User) -> None:
    other = people.staff("amir", "Amir Haddad", "Administrators")
    Access.objects.create(actor=other, subject=ada, kind="record")
    assert erase(due(other))
    assert Access.objects.get().actor.get_full_name() == FORMER
    assert not User.objects.get(pk=other.pk).has_perm("curriculum.change_user")


def test_whoever_is_called_alike_keeps_their_own(page: Any, lena: User, cora: User) -> None:
    """What is found by words is found whole, and only where the person had a part."""
    User.objects.filter(pk=lena.pk).update(full_name="Ann", email="ann@example.org")
    lena.refresh_from_db()
    programme = factories.programme([factories.session()])
    cohort = people.cohort(programme, cora)
    starts = clock.now() + dt.timedelta(days=1)
    ends = starts + dt.timedelta(hours=1)
    plan = Plan(starts_at=starts, ends_at=ends, place="Room 4", facilitators="Ann, Joanna Annis")
    (activity,) = factories.activities(programme)
    [meeting] = plan_meetings(cohort, activity, plan, [None], planner=cora)
    for to in ("joann@example.org", "ann@example.org"):
        UnsentMail.objects.create(
            state=MailState.WAITING, problem="x", message={"to": [to], "body": "For Ann"}
        )

    erase(due(lena))

    meeting.refresh_from_db()
    assert meeting.facilitators == "Ann, Joanna Annis"  # another Ann: Lena led nothing here
    assert [row.message["to"] for row in UnsentMail.objects.all()] == [["joann@example.org"]]


def test_a_facilitators_name_goes_from_the_meetings_of_their_own_cohorts(
    page: Any, cora: User, tom: User, ada: User
) -> None:
    User.objects.filter(pk=tom.pk).update(full_name="Ann Lee")
    tom.refresh_from_db()
    programme = factories.programme([factories.session()])
    cohort = people.cohort(programme, cora)
    cohort.tutors.add(tom)
    starts = clock.now() + dt.timedelta(days=1)
    ends = starts + dt.timedelta(hours=1)
    plan = Plan(starts_at=starts, ends_at=ends, place="Room 4", facilitators="Ann Lee, Ann Leeson")
    (activity,) = factories.activities(programme)
    [meeting] = plan_meetings(cohort, activity, plan, [None], planner=cora)

    erase(due(tom))

    meeting.refresh_from_db()
    assert meeting.facilitators == f"{FORMER}, Ann Leeson"
    assert not cohort.tutors.exists()


def test_one_account_that_cannot_be_erased_stops_no_other(
    page: Any, lena: User, tom: User, ada: User, monkeypatch: Any
) -> None:
    for person in (lena, tom):
        due(person)
    treat = erasure._treat

    def breaks(held: Any, way: Any, person: User) -> None:
        if person == lena:
            raise OSError("the store is away")
        treat(held, way, person)

    monkeypatch.setattr(erasure, "_treat", breaks)
    assert erasure.erase_due() == (1, 1)
    lena.refresh_from_db()
    tom.refresh_from_db()
    assert (lena.full_name, tom.full_name) == ("Lena Okoro", FORMER)


def test_nobody_less_closes_an_administrator_of_everything(ada: User) -> None:
    root = people.person("root", "Rut Root", is_superuser=True)
    with pytest.raises(Refused, match="administrator of everything"):
        ask_to_close(root, ada)
    assert not Closure.objects.exists()
