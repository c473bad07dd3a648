"""Everyday needs and the service that is right for each: it must be among the first three.

What stands in the column `set` of the table:
- worked: the words in cms/starter/service-kinds.yaml were chosen with such needs in view;
- first held out and second held out: written before they were first run, which found 37 of 42
  (88%) and 24 of 30 (80%); then words were added for what was missed, so these rows prove no more
  than that they stay right;
- held out: written after all that; nothing has been changed for them. Their figure is the one to
  believe of needs that nobody thought of.
"""

import csv
import sys
from pathlib import Path
from typing import Any

import pytest

from cms.directory.register import read
from cms.directory.sample import load_sample
from cms.directory.search import find_services

pytestmark = pytest.mark.django_db

TABLE = Path(__file__).with_name("needs.csv")
WITHIN, SHARE = 3, 0.9
SETS = ("worked", "first held out", "second held out", "held out")


def rows() -> list[dict[str, str]]:
    with TABLE.open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def misses(table: list[dict[str, str]]) -> list[str]:
    """The needs for which no right service is among the first ones, with what came instead."""
    register, found = read(), []
    for row in table:
        entries = find_services(row["words"], register=register).entries[:WITHIN]
        first = [entry.name for entry in entries]
        if not set(first) & set(row["right"].split("; ")):
            found.append(f"{row['words']} → {', '.join(first) or 'nothing'}")
    return found


def test_the_table_has_sixty_needs_twenty_of_them_with_slips_and_thirty_held_out() -> None:
    table = rows()
    assert len({row["words"] for row in table}) == len(table) >= 60
    assert sum(row["slips"] == "yes" for row in table) >= 20
    assert sum(row["set"] == "held out" for row in table) >= 30
    assert {row["set"] for row in table} == set(SETS)


def test_the_right_service_is_among_the_first_three_for_nine_in_ten_needs(capsys: Any) -> None:
    load_sample()
    wrong = {kept: misses([row for row in rows() if row["set"] == kept]) for kept in SETS}
    told = [""]
    for kept in SETS:
        table = [row for row in rows() if row["set"] == kept]
        right = len(table) - len(wrong[kept])
        slips = sum(row["slips"] == "yes" for row in table)
        told.append(
            f"Needs, {kept}: {right} of {len(table)} ({right / len(table):.0%}) have the right "
            f"service among the first {WITHIN}; {slips} of them with slips."
        )
        told += [f"  missed: {miss}" for miss in wrong[kept]]
    share = 1 - sum(map(len, wrong.values())) / len(rows())
    told.append(f"Needs altogether: {share:.1%} of {len(rows())}.\n")
    with capsys.disabled():
        sys.stdout.write("\n".join(told))
    assert share >= SHARE, wrong
