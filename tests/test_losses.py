"""What the fault scripts would notice: each kind of loss is found where there is one."""

from types import SimpleNamespace
from typing import Any

import pytest

from tests.faults.students import Journal, losses

ATTEMPT = "7b1f"


def student(**journal: Any) -> Any:
    return SimpleNamespace(learner={"attempt": ATTEMPT}, journal=Journal(**journal))


def told(answers: dict[str, str], *, submitted: bool = True, certificates: int = 1) -> Any:
    found = {"answers": answers, "submitted": submitted, "certificates": certificates}
    return {"attempts": {ATTEMPT: found}}


def test_what_was_acknowledged_and_is_kept_is_no_loss() -> None:
    sound = student(kept={1: "a"}, sent_since={1: []}, submitted=True)
    assert losses([sound], told({"1": "a"})) == []


def test_a_later_answer_that_was_never_acknowledged_may_have_been_kept() -> None:
    unsure = student(kept={1: "a"}, sent_since={1: ["b"]}, submitted=True)
    assert losses([unsure], told({"1": "b"})) == []


@pytest.mark.parametrize(
    ("journal", "record", "said"),
    [
        ({"kept": {1: "a"}, "sent_since": {1: []}}, {"answers": {}}, "a was acknowledged"),
        ({"kept": {1: "a"}, "sent_since": {1: ["b"]}}, {"answers": {"1": "c"}}, "'c' is kept"),
        ({}, {"answers": {}, "submitted": False, "certificates": 0}, "submit was acknowledged"),
        ({}, {"answers": {}, "certificates": 2}, "2 certificates"),
        ({}, {"answers": {}, "certificates": 0}, "0 certificates"),
        ({"unexpected": ["409 for an answer"]}, {"answers": {}}, "409"),
        ({"leaked": ["Traceback"]}, {"answers": {}}, "Traceback"),
    ],
)
def test_every_loss_is_found(journal: Any, record: Any, said: str) -> None:
    (found,) = losses([student(submitted=True, **journal)], told(**record))
    assert said in found
