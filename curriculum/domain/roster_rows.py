"""From the cells of a list to people: each row checked by itself."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from curriculum.domain.roster_columns import bare
from curriculum.domain.roster_table import Table
from curriculum.enums import RosterProblem
from curriculum.models import Profession, User

MOST = {"email": 254, "full_name": 120, "group": 60}  # characters, as the models keep them
NONE = "none"  # the choice to leave a profession empty

# What lists call the professions that a new site begins with.
_ALSO_CALLED = {
    "Medical student": "medicine medical medic mbbs mbchb mbbchir medstudent studentdoctor",
    "Social work student": "socialwork basocialwork masocialwork studentsocialworker sw",
    "Nursing student": "nursing nurse studentnurse",
    "General practitioner": "gp",
    "Social worker": "socialworker",
}


@dataclass(frozen=True)
class Problem:
    """Something noticed in one row. `column` is its heading; empty where no column says it."""

    row: int
    column: str
    kind: RosterProblem
    message: str
    stops: bool


@dataclass(frozen=True)
class Person:
    """Somebody as the list names them; the e-mail address in lower case."""

    row: int
    email: str
    name: str
    number: str
    group: str
    profession_id: int | None
    profession: str

    def as_told(self) -> list[object]:
        return [self.row, self.email, self.name, self.number, self.group, self.profession_id]

    def as_compared(self) -> list[object]:
        """What makes two rows the same, whatever their case."""
        told = (self.name, self.number, self.group)
        return [*(text.casefold() for text in told), self.profession_id, self.profession]


class Professions:
    """Which profession a word means: as the lead has chosen, else by its name."""

    def __init__(self, professions: Iterable[Profession], chosen: Mapping[str, str]) -> None:
        self._chosen = chosen
        self._by_pk = {profession.pk: profession for profession in professions}
        self._by_word = {bare(p.name): p for p in self._by_pk.values()}
        by_name = {p.name: p for p in self._by_pk.values()}
        for name, words in _ALSO_CALLED.items():
            for word in words.split() if name in by_name else ():
                self._by_word.setdefault(word, by_name[name])
        self.unknown: list[str] = []
        self._seen: set[str] = set()

    def find(self, word: str) -> tuple[Profession | None, bool]:
        """The profession, and whether the word is settled; those that are not are kept."""
        key = bare(word) or word
        chosen = self._chosen.get(key, "")
        if found := self._by_word.get(key) or self._by_word.get(key.removesuffix("s")):
            return found, True
        if key not in self._seen:
            self._seen.add(key)
            self.unknown.append(word)
        if chosen.isdecimal() and int(chosen) in self._by_pk:
            return self._by_pk[int(chosen)], True
        return None, chosen == NONE


def read_people(
    table: Table, columns: Mapping[str, int], professions: Professions
) -> tuple[list[Person], list[Problem]]:
    """Everybody on the list, and what is wrong with single cells."""
    reading = _Reading(table, columns, professions)
    return [reading.person(row, cells) for row, cells in table.rows], reading.problems


class _Reading:
    def __init__(self, table: Table, columns: Mapping[str, int], professions: Professions) -> None:
        self.header, self.columns, self.professions = table.header, columns, professions
        self.problems: list[Problem] = []

    def person(self, row: int, cells: tuple[str, ...]) -> Person:
        def cell(field: str) -> str:
            return cells[self.columns[field]] if field in self.columns else ""

        name = cell("full_name") or f"{cell('first_name')} {cell('last_name')}".strip()
        word = cell("profession")
        profession = self._profession(row, word) if word else None
        return Person(
            row,
            self._email(row, cell("email")),
            self._short(row, self._name_field(), name, MOST["full_name"]),
            self._number(row, cell("student_number")),
            self._short(row, "group", cell("group"), MOST["group"]),
            profession.pk if profession else None,
            profession.name if profession else word,
        )

    def _name_field(self) -> str:
        return "full_name" if "full_name" in self.columns else "last_name"

    def _wrong(self, row: int, field: str, message: str) -> None:
        heading = self.header[self.columns[field]] if field in self.columns else ""
        self.problems.append(Problem(row, heading, RosterProblem.ERROR, message, True))

    def _email(self, row: int, text: str) -> str:
        email = text.removeprefix("mailto:").lower()
        if not email:
            self._wrong(row, "email", "There is no e-mail address.")
            return ""
        try:
            validate_email(email)
        except ValidationError:
            self._wrong(row, "email", f"“{_shown(text)}” is not an e-mail address.")
        else:
            if len(email) > MOST["email"]:
                self._wrong(row, "email", "The e-mail address is too long.")
        return email

    def _number(self, row: int, text: str) -> str:
        field = User._meta.get_field("student_number")
        if text:
            try:
                field.run_validators(text)
            except ValidationError as error:
                self._wrong(row, "student_number", " ".join(error.messages))
        return text

    def _short(self, row: int, field: str, text: str, most: int) -> str:
        if len(text) > most:
            self._wrong(row, field, f"This has more than {most} characters.")
        return text

    def _profession(self, row: int, word: str) -> Profession | None:
        found, is_settled = self.professions.find(word)
        if not is_settled:
            message = f"“{_shown(word)}” is not a profession known here. Say above what it means."
            self._wrong(row, "profession", message)
        return found


def _shown(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:59]}…"
