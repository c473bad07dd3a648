"""What bringing a list in would do, row by row, and everything that stands against it. Nothing is
changed here; the same plan is made for the lead to see and again at the moment of writing.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from curriculum.domain.roster_rows import Person, Problem, Professions, read_people
from curriculum.domain.roster_table import Table
from curriculum.enums import RosterFate, RosterProblem
from curriculum.queries.roster import Account, Known

LEAVE, BACK, SAME = "leave", "back", "same"
CHANGES = (RosterFate.CREATE, RosterFate.ENROL, RosterFate.RETURN, RosterFate.REGROUP)


@dataclass(frozen=True)
class Question:
    """What the lead is asked about a row, SAME or BACK, and the answer: that, LEAVE or nothing."""

    about: str
    answer: str


@dataclass(frozen=True)
class Line:
    """What becomes of one row."""

    person: Person
    fate: RosterFate
    learner_id: int | None = None
    enrolment_id: int | None = None
    questions: tuple[Question, ...] = ()

    @property
    def row(self) -> int:
        return self.person.row


@dataclass(frozen=True)
class Plan:
    """All rows, everything that was noticed, and the words for professions that nobody knows."""

    lines: Sequence[Line]
    problems: Sequence[Problem]
    unknown_professions: Sequence[str]

    @cached_property
    def counts(self) -> dict[RosterFate, int]:
        found = Counter(line.fate for line in self.lines)
        return {fate: found[fate] for fate in RosterFate}

    @property
    def stopped(self) -> int:
        return self.counts[RosterFate.STOPPED]

    @property
    def changes(self) -> int:
        return sum(self.counts[fate] for fate in CHANGES)

    @cached_property
    def to_decide(self) -> list[Line]:
        return [line for line in self.lines if line.questions]

    @cached_property
    def digest(self) -> str:
        """The same for two plans that would do the same."""
        told = [
            [line.fate, line.learner_id, line.enrolment_id, *line.person.as_told()]
            for line in self.lines
        ]
        return hashlib.sha256(json.dumps(told).encode()).hexdigest()


def make_plan(
    table: Table, columns: Mapping[str, int], choices: Mapping[str, Any], known: Known
) -> Plan:
    """The plan for a list, by what its columns hold, what the lead has chosen and who is here."""
    professions = Professions(known.professions, choices.get("professions", {}))
    people, problems = read_people(table, columns, professions)
    planning = _Planning(table.header, columns, choices, known)
    planning.problems = problems
    planning.stops = {p.row for p in problems if p.stops}
    planning.compare_within(people)
    lines = planning.settled([planning.line(person) for person in people])
    planning.problems.sort(key=lambda problem: problem.row)
    return Plan(lines, planning.problems, professions.unknown)


class _Planning:
    """One list on its way to a plan."""

    def __init__(
        self,
        header: Sequence[str],
        columns: Mapping[str, int],
        choices: Mapping[str, Any],
        known: Known,
    ) -> None:
        self.headings = {field: header[number] for field, number in columns.items()}
        self.rows: Mapping[str, str] = choices.get("rows", {})
        self.all: Mapping[str, str] = choices.get("all", {})
        self.skips = bool(choices.get("skip"))
        self.known = known
        self.problems: list[Problem] = []
        self.stops: set[int] = set()
        self.repeats: set[int] = set()
        self.taken: dict[int, int] = {}  # account → the row that it belongs to
        self.questions: dict[int, list[Question]] = {}

    def conflict(self, row: int, field: str, message: str, *, stops: bool = True) -> None:
        column = self.headings.get(field, "")
        self.problems.append(Problem(row, column, RosterProblem.CONFLICT, message, stops))
        if stops:
            self.stops.add(row)

    def answer(self, row: int, about: str) -> str:
        """Ask the lead something about a row; the answer, if there is one."""
        answer = self.rows.get(f"{about}-{row}") or self.all.get(about, "")
        self.questions.setdefault(row, []).append(Question(about, answer))
        return answer

    # ── Within the list ───────────────────────────────────────────────────
    def compare_within(self, people: Iterable[Person]) -> None:
        """Find the rows that repeat or contradict another one of the same list."""
        by_email: dict[str, Person] = {}
        by_number: dict[str, Person] = {}
        column = self.headings.get("email", "")
        unusable = {p.row for p in self.problems if p.column == column}
        for person in people:
            if person.row in unusable:
                continue  # of two that are no address neither says who it is
            first = by_email.setdefault(person.email, person)
            if first is person:
                self._compare_number(person, by_number)
            elif first.as_compared() == person.as_compared():
                self.repeats.add(person.row)
            else:
                self._contradict(
                    "email", first, person, "has the same e-mail address with other details"
                )

    def _compare_number(self, person: Person, by_number: dict[str, Person]) -> None:
        if person.number:
            first = by_number.setdefault(person.number.lower(), person)
            if first is not person:
                what = "has the same student number with another e-mail address"
                self._contradict("student_number", first, person, what)

    def _contradict(self, field: str, one: Person, other: Person, what: str) -> None:
        self.conflict(other.row, field, f"Row {one.row} {what}.")
        self.conflict(one.row, field, f"Row {other.row} {what}.")

    # ── Against who is here ───────────────────────────────────────────────
    def line(self, person: Person) -> Line:
        """What becomes of a row."""
        if person.row in self.repeats:
            return Line(person, RosterFate.REPEATED)
        if person.row in self.stops:
            return Line(person, RosterFate.STOPPED)
        account = self.known.by_email.get(person.email)
        numbered = self._others_with_its_number(person, account)
        if numbered and account:
            self.conflict(person.row, "student_number", "Another person has this student number.")
            return Line(person, RosterFate.STOPPED)
        if numbered:
            return self._perhaps_the_same(person, numbered)
        return self._for(person, account) if account else self._for_new(person)

    def _others_with_its_number(self, person: Person, account: Account | None) -> list[Account]:
        """The other accounts with the row's student number; none where its own has it too."""
        found = self.known.by_number.get(person.number.lower(), []) if person.number else []
        return [] if account in found else found

    def _perhaps_the_same(self, person: Person, numbered: list[Account]) -> Line:
        """An unknown address with a known number: somebody's new address, or a slip."""
        answer = self.answer(person.row, SAME) if len(numbered) == 1 else ""
        if answer == SAME:
            self.conflict(
                person.row, "email", "The account has another address and keeps it.", stops=False
            )
            return self._for(person, numbered[0])
        if answer == LEAVE:
            return Line(person, RosterFate.LEFT_OUT)
        message = "Somebody with another e-mail address has this student number."
        self.conflict(person.row, "student_number", message)
        return Line(person, RosterFate.STOPPED)

    def _for_new(self, person: Person) -> Line:
        if person.name:
            return Line(person, RosterFate.CREATE)
        message = "There is no name, and nobody here has this e-mail address yet."
        column = self.headings.get(self._name_field, "")
        self.problems.append(Problem(person.row, column, RosterProblem.ERROR, message, True))
        return Line(person, RosterFate.STOPPED)

    def _for(self, person: Person, account: Account) -> Line:
        """A row about somebody who is here."""
        row, first = person.row, self.taken.setdefault(account.pk, person.row)
        if first != row:
            self.conflict(row, "email", f"This is the same person as in row {first}.")
        elif account.works_here:
            message = "This person teaches, reviews or administers here and cannot be a learner."
            self.conflict(row, "email", message)
        elif not account.is_active:
            self.conflict(row, "email", "This person’s account is closed.")
        else:
            self._compare(person, account)
            return self._placed(person, account)
        return Line(person, RosterFate.STOPPED)

    @property
    def _name_field(self) -> str:
        return "full_name" if "full_name" in self.headings else "last_name"

    def _compare(self, person: Person, account: Account) -> None:
        """Note where the list and the account differ. What an account says is its owner's."""
        pairs = (
            (self._name_field, "name", person.name.casefold(), account.name.casefold()),
            ("profession", "profession", person.profession_id, account.profession_id),
            (
                "student_number",
                "student number",
                person.number.lower(),
                account.student_number.lower(),
            ),
        )
        for field, what, listed, own in pairs:
            if listed and listed != own:
                said = f"has another {what} and keeps it" if own else f"has no {what}; it stays so"
                self.conflict(person.row, field, f"The account {said}.", stops=False)

    def _placed(self, person: Person, account: Account) -> Line:
        place = self.known.places.get(account.pk)
        if place is None:
            return Line(person, RosterFate.ENROL, account.pk)
        fate = RosterFate.UNCHANGED
        if place.is_withdrawn:
            fate = self._returning(person)
        elif person.group and person.group.casefold() != place.group.casefold():
            fate = RosterFate.REGROUP
        return Line(person, fate, account.pk, place.pk)

    def _returning(self, person: Person) -> RosterFate:
        answer = self.answer(person.row, BACK)
        if answer == BACK:
            return RosterFate.RETURN
        if answer == LEAVE:
            return RosterFate.LEFT_OUT
        self.conflict(person.row, "email", "This person was withdrawn from the cohort.")
        return RosterFate.STOPPED

    def settled(self, lines: Iterable[Line]) -> list[Line]:
        """With the questions, and with what the lead leaves out."""
        stopped = RosterFate.LEFT_OUT if self.skips else RosterFate.STOPPED
        return [
            replace(
                line,
                fate=stopped if line.fate == RosterFate.STOPPED else line.fate,
                questions=tuple(self.questions.get(line.row, ())),
            )
            for line in lines
        ]
