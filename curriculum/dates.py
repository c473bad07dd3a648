"""Instants as people read them, in the site's time zone, the same on page, mail, file and sheet.

Wagtail's admin has another zone for whoever chose one, so the site's own is always named here.
"""

import datetime as dt

from django.utils import timezone
from django.utils.formats import date_format


def day(value: dt.datetime | dt.date | None) -> str:
    """Such as 4 December 2026; an instant is first put into the site's time zone."""
    if value is None:
        return ""
    if isinstance(value, dt.datetime):
        value = _here(value)
    return date_format(value, "j F Y")


def short_day(value: dt.date | None) -> str:
    """Such as 4 Dec 2026, for narrow columns."""
    return date_format(value, "j M Y") if value else ""


def moment(value: dt.datetime | None) -> str:
    """Such as 4 December 2026, 14:02."""
    return date_format(_here(value), "j F Y, H:i") if value else ""


def clock(value: dt.datetime | None) -> str:
    """Such as 14:02."""
    return date_format(_here(value), "H:i") if value else ""


def _here(instant: dt.datetime) -> dt.datetime:
    return timezone.localtime(instant, timezone.get_default_timezone())
