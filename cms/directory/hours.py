"""When a service is open: whether now, whether outside office hours, and said in words.

Bank holidays are not known here; what a service says about them stands in its note.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
NAMES = dict(
    zip(
        DAYS,
        ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
        strict=True,
    )
)
OFFICE = (dt.time(8), dt.time(18, 30))
MIDNIGHT = dt.time(0)


@dataclass(frozen=True, slots=True)
class Span:
    """Hours on some days; closing at or before the opening means on the next day."""

    days: tuple[str, ...]
    opens_at: dt.time
    closes_at: dt.time

    @property
    def runs_overnight(self) -> bool:
        return self.closes_at <= self.opens_at

    def covers(self, at: dt.datetime) -> bool:
        """Whether this local instant lies within."""
        today, time = DAYS[at.weekday()], at.time()
        if not self.runs_overnight:
            return today in self.days and self.opens_at <= time < self.closes_at
        yesterday = DAYS[at.weekday() - 1]
        return (today in self.days and time >= self.opens_at) or (
            yesterday in self.days and time < self.closes_at
        )

    @property
    def is_outside_office_hours(self) -> bool:
        """Whether any of it lies in an evening, a night or a weekend."""
        return (
            self.runs_overnight
            or self.opens_at < OFFICE[0]
            or self.closes_at > OFFICE[1]
            or bool({"SA", "SU"} & set(self.days))
        )

    def __str__(self) -> str:
        if self.opens_at == self.closes_at == MIDNIGHT:
            return f"{said_days(self.days)}, all day and night"
        if self.opens_at == self.closes_at:
            return f"{said_days(self.days)}, all day and night from {said_time(self.opens_at)}"
        return f"{said_days(self.days)}, {said_time(self.opens_at)} to {said_time(self.closes_at)}"


def is_open(all_hours: bool, spans: Sequence[Span], at: dt.datetime) -> bool:
    """Whether somebody answers at this local instant."""
    return all_hours or any(span.covers(at) for span in spans)


def is_open_outside(all_hours: bool, spans: Sequence[Span]) -> bool:
    """Whether somebody answers in evenings, at night or at weekends."""
    return all_hours or any(span.is_outside_office_hours for span in spans)


def said_days(days: Sequence[str]) -> str:
    """Monday to Friday; Every day; Monday, Wednesday and Friday."""
    places = sorted(DAYS.index(day) for day in set(days) & set(DAYS))
    if len(places) == len(DAYS):
        return "Every day"
    runs: list[list[int]] = []
    for place in places:
        if runs and runs[-1][-1] == place - 1:
            runs[-1].append(place)
        else:
            runs.append([place])
    said: list[str] = []
    for run in runs:
        first, last = NAMES[DAYS[run[0]]], NAMES[DAYS[run[-1]]]
        if len(run) > 2:
            said.append(f"{first} to {last}")
        else:
            said += [NAMES[DAYS[place]] for place in run]
    return " and ".join(filter(None, [", ".join(said[:-1]), said[-1] if said else ""]))


def said_time(time: dt.time) -> str:
    """Such as 9 am, 5.30 pm, midnight."""
    if time == MIDNIGHT:
        return "midnight"
    if time == dt.time(12):
        return "noon"
    minutes = f".{time:%M}" if time.minute else ""
    return f"{time.hour % 12 or 12}{minutes} {'am' if time.hour < 12 else 'pm'}"
