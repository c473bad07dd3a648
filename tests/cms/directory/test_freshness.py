"""Entries leave the search when nobody checks them; editors are told in time, and by anybody."""

import threading
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.urls import reverse

from cms.directory import wrong
from cms.directory.freshness import mark_checked, remind_editors
from cms.models import EntryReport, Service
from curriculum.clock import today
from tests import people
from tests.cms.directory import entries


def dina() -> Any:
    return people.staff("dina", "Dina Haddad", "Directory editors")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("ago", "shown", "due"), [(149, 1, 0), (150, 1, 1), (179, 1, 1), (180, 0, 1)]
)
def test_an_entry_is_due_at_150_days_and_hidden_at_180(ago: int, shown: int, due: int) -> None:
    entries.service(checked_on=today() - timedelta(days=ago))
    assert Service.objects.shown().count() == shown
    assert Service.objects.due_for_check().count() == due


@pytest.mark.django_db
def test_every_editor_is_told_of_each_entry_once_until_it_is_checked(
    ada: Any, tom: Any, capsys: Any
) -> None:
    editor = dina()
    due = entries.service("Due", checked_on=today() - timedelta(days=150))
    entries.practice("Left long ago", checked_on=today() - timedelta(days=200))
    entries.service("Off", checked_on=today() - timedelta(days=200), is_shown=False)
    entries.service("Fresh")
    call_command("directory_freshness")
    assert "2 entries mailed about." in capsys.readouterr().out
    assert sorted(message.to[0] for message in mail.outbox) == sorted([editor.email, ada.email])
    body = str(mail.outbox[0].body)
    assert "- Due: leaves the search on" in body
    assert "Left long ago" in body
    assert "Off" not in body
    assert "Fresh" not in body
    assert remind_editors() == 0
    assert len(mail.outbox) == 2
    mark_checked([due], editor)
    Service.objects.filter(pk=due.pk).update(checked_on=today() - timedelta(days=151))
    assert remind_editors() == 1


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_two_runs_at_once_tell_of_each_entry_once() -> None:
    dina()
    for number in range(6):
        entries.service(f"Due {number}", checked_on=today() - timedelta(days=150))
    counts: list[int] = []

    def run() -> None:
        try:
            counts.append(remind_editors())
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(counts) == 6
    told = "".join(str(message.body) for message in mail.outbox)
    assert [told.count(f"Due {number}:") for number in range(6)] == [1] * 6


def address(entry: Any) -> str:
    return reverse("directory_wrong", args=[entry.uuid])


@pytest.mark.django_db
def test_anybody_tells_the_editors_what_is_wrong_and_nothing_about_them_is_kept(
    client: Client,
) -> None:
    for entry in (entries.service(), entries.practice()):
        page = client.get(address(entry)).content.decode()
        assert entry.name.replace("'", "&#x27;") in page
        answer = client.post(address(entry), {"what": " The number rings out.\r\n"}, follow=True)
        assert "Thank you" in answer.content.decode()
    notes = EntryReport.objects.order_by("pk")
    assert [note.what for note in notes] == ["The number rings out."] * 2
    kept = {field.name for field in EntryReport._meta.get_fields()}
    assert kept == {"id", "service", "practice", "what", "made_at", "settled_at", "settled_by"}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("typed", "said"),
    [("", "Say what is wrong."), (" \n ", "Say what is wrong."), ("x" * 1001, "Shorten it")],
)
def test_a_note_that_cannot_be_sent_says_why_and_keeps_what_was_typed(
    client: Client, typed: str, said: str
) -> None:
    answer = client.post(address(entries.service()), {"what": typed})
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert typed in answer.content.decode()
    assert not EntryReport.objects.exists()


@pytest.mark.django_db
def test_too_many_notes_from_one_network_wait_and_keep_their_words(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wrong, "NOTES", replace(wrong.NOTES, allowed=2))
    entry = entries.service()
    for _ in range(2):
        assert client.post(address(entry), {"what": "Wrong."}).status_code == 302
    answer = client.post(address(entry), {"what": "My careful words."})
    assert answer.status_code == 429
    assert answer["Retry-After"] == "3600"
    assert "My careful words." in answer.content.decode()
    assert EntryReport.objects.count() == 2
    other = client.post(address(entry), {"what": "Wrong."}, REMOTE_ADDR="203.0.113.9")
    assert other.status_code == 302


@pytest.mark.django_db
def test_an_entry_that_is_not_in_use_and_a_form_from_elsewhere_are_refused() -> None:
    off, on = entries.service("Off", is_shown=False), entries.service("On")
    strict = Client(enforce_csrf_checks=True)
    assert strict.get(address(off)).status_code == 404
    assert strict.post(address(on), {"what": "Wrong."}).status_code == 403
    assert not EntryReport.objects.exists()
