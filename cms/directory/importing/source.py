"""What a file says, row by row, and what is wrong with it. No database."""

from dataclasses import dataclass, field
from typing import Any

from cms.directory.standard.facts import ServiceFacts


@dataclass(frozen=True)
class Problem:
    """What is wrong, where: a row or a service, and a column or a field of it."""

    place: str
    column: str
    message: str


class BadCell(ValueError):
    """A cell cannot be read; the message is fit for whoever brought the file."""


@dataclass(frozen=True)
class Row:
    """One service of a file, and the names of the facts of which the file speaks."""

    place: str
    facts: ServiceFacts
    said: frozenset[str]


@dataclass
class Source:
    """A file, read. `organisations` holds what a file says of an organisation, by its name."""

    rows: list[Row] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    organisations: dict[str, dict[str, Any]] = field(default_factory=dict)
