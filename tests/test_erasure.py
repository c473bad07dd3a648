"""After an account is erased, nothing of it is left but what the register says stays.

Known failure 31: erasure leaves reflections behind, or removes the record of an award.
"""

import datetime as dt
from typing import Any

import pytest
from django.contrib.contenttypes.models import ContentType
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.core.management import call_command
from django.test import Client

from curriculum import clock
from curriculum.domain.errors import Refused
from curriculum.domain.meetings import Plan, plan_meetings
from curriculum.enums import MailState
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
from curriculum.privacy.erasure import erase
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
    from curriculum.domain.enrolment import enrol

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
