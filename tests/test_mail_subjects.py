"""Nobody's name or title writes a header of a mail, and none of them stops it from being sent."""

import ast
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.core import mail

from curriculum.mail import tell_of_consultation, tell_of_feedback

ROOT = Path(__file__).parent.parent
HOSTILE = "Tom\r\nBcc: victim@example.org\r\n\r\n<b>x</b>\x00\u202e"


def sent_in(path: Path) -> list[ast.Call]:
    """The calls that send a mail from a module."""
    calls = [n for n in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(n, ast.Call)]
    return [call for call in calls if getattr(call.func, "id", "") == "send_mail"]


def is_one_line(subject: ast.expr) -> bool:
    is_plain = isinstance(subject, ast.Constant)
    return is_plain or (
        isinstance(subject, ast.Call) and getattr(subject.func, "id", "") == "clean_line"
    )


def test_every_subject_that_is_made_of_something_is_made_one_line() -> None:
    found = []
    for package in ("curriculum", "cms", "elearn"):
        for path in sorted((ROOT / package).rglob("*.py")):
            for call in sent_in(path):
                named = {word.arg: word.value for word in call.keywords}
                subject = named.get("subject") or call.args[0]
                found.append((path.name, call.lineno, is_one_line(subject)))
    assert [where for where in found if not where[2]] == []
    assert len(found) > 10


@pytest.mark.django_db
@pytest.mark.parametrize("tell", [tell_of_feedback, tell_of_consultation])
def test_a_hostile_name_stays_in_its_place(tell: Any) -> None:
    person = SimpleNamespace(email="lena@example.org", get_full_name=lambda: HOSTILE)
    writing = SimpleNamespace(uuid="x", learner=person)
    tell(
        SimpleNamespace(
            version=SimpleNamespace(writing=writing),
            writing=writing,
            name=HOSTILE,
            profession="GP",
            asked_by=person,
            colleague=person,
        )
    )
    [sent] = mail.outbox
    assert sent.recipients() == ["lena@example.org"]
    assert len(sent.subject.splitlines()) == 1
    assert sent.message()["Bcc"] is None
