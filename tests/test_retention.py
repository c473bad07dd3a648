"""What goes by itself: shown first, then done, and nothing else with it."""

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.core.management import CommandError, call_command

from curriculum import clock
from curriculum.domain import jobs
from curriculum.domain.enrolment import enrol
from curriculum.models import Access, Closure, Download, Enrolment, Job, User
from curriculum.privacy import retention
from curriculum.privacy.closing import keep_open
from curriculum.privacy.retention import RULES, apply_all
from tests import people, privacy
from tests.cms import site


def ago(days: int) -> dt.datetime:
    return clock.now() - dt.timedelta(days=days)


@pytest.fixture
def old(enrolment: Enrolment, cora: User, tom: User) -> dict[str, int]:
    """Two of each thing, one of which is past its time; how many should go by rule."""
    records = storages["records"]
    for days in (6, 800):
        Access.objects.create(actor=cora, subject=enrolment.learner, kind="record", at=ago(days))
        Download.objects.create(user=cora, what="x.csv", at=ago(days))
        for file in ("", records.save(f"jobs/{days}", ContentFile("x"))):
            Job.objects.create(
                kind="report",
                title="x",
                owner=cora,
                key=f"{days}{file}",
                state="done",
                ended_at=ago(days),
                file=file,
                expires_at=ago(days - 7),
            )
        unconfirmed = User.objects.create_user(f"new{days}@example.org", date_joined=ago(days))
        EmailAddress.objects.create(user=unconfirmed, email=unconfirmed.email)
        used = people.person(f"used{days}", "Used", date_joined=ago(4000))
        User.objects.filter(pk=used.pk).update(last_login=ago(days + 1000))
    User.objects.exclude(full_name="Used").exclude(email__startswith="new").update(
        last_login=clock.now()
    )
    # The second job of the far past still has its file, which is not for these rules to remove.
    return {
        "accesses": 1,
        "downloads": 1,
        "jobs": 1,
        "unconfirmed": 1,
        "unused": 1,
    }


def test_it_says_what_would_go_and_touches_nothing(old: dict[str, int], capsys: Any) -> None:
    before = list(privacy.values())
    call_command("retention")
    said = capsys.readouterr().out
    assert "accesses: 1 would go. Who opened whose record, after 730 days." in said
    assert "unused: 1 would go." in said
    assert list(privacy.values()) == before


def test_it_does_what_it_says_and_a_second_time_nothing(old: dict[str, int]) -> None:
    done, failed = apply_all()
    assert {name: many for name, many in done.items() if many} == old
    assert failed == []
    assert sum(apply_all().done.values()) == 0
    assert Job.objects.count() == 3


def test_a_job_goes_after_its_file_which_goes_by_its_own_date(old: dict[str, int]) -> None:
    jobs.sweep()
    assert not storages["records"].exists("jobs/800")
    assert storages["records"].exists("jobs/6")
    assert apply_all().done["jobs"] == 2
    assert Job.objects.count() == 2


def test_a_rule_that_breaks_off_stops_no_other_and_is_named(
    old: dict[str, int], monkeypatch: Any, capsys: Any, caplog: Any
) -> None:
    def breaks(rows: Any) -> int:
        rows.delete()
        raise OSError("the disk is full")

    broken = [replace(r, remove=breaks) if r.name == "downloads" else r for r in RULES]
    monkeypatch.setattr(retention, "RULES", broken)
    with pytest.raises(CommandError, match="downloads"):
        call_command("retention", "--apply")
    assert "accesses: 1\n" in capsys.readouterr().out  # comes after it
    assert Download.objects.count() == 2  # what it had begun is undone
    assert "the disk is full" in caplog.text


def test_an_unused_account_is_told_and_not_yet_erased(
    old: dict[str, int], mailoutbox: list[Any], django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        apply_all()
    closure = Closure.objects.get()
    assert (closure.way, closure.asked_by) == ("unused", None)
    assert closure.due_at > clock.now()
    assert [m.to for m in mailoutbox] == [["used800@example.org"]]
    assert User.objects.get(pk=closure.person_id).full_name == "Used"


def test_who_takes_part_in_a_running_cohort_is_not_unused(
    old: dict[str, int], programme: Any
) -> None:
    cohort = people.cohort(programme, ends_on=clock.today() + dt.timedelta(days=30))
    enrol(cohort, User.objects.get(email="used800@example.org"))
    assert apply_all().done["unused"] == 0


def test_an_institution_sets_its_own_days(old: dict[str, int], settings: Any) -> None:
    settings.RETENTION_DAYS = {"accesses": 1000}
    assert apply_all().done["accesses"] == 0


def test_a_rule_that_does_not_exist_is_not_passed_over(settings: Any) -> None:
    settings.RETENTION_DAYS = {"acesses": 1000}
    with pytest.raises(CommandError, match="acesses"):
        call_command("retention", "--apply")


@pytest.mark.parametrize("rule", RULES, ids=lambda r: r.name)
def test_every_rule_can_be_asked_and_finds_nothing_new(rule: Any, lena: User) -> None:
    site.allow_unreviewed()
    assert rule.says
    assert rule.rows().count() == 0


def test_who_keeps_an_unused_account_is_not_asked_again_the_next_night(lena: User) -> None:
    User.objects.filter(pk=lena.pk).update(last_login=ago(4000), date_joined=ago(4000))
    apply_all()
    assert keep_open(lena)
    apply_all()
    assert Closure.objects.open().count() == 0
