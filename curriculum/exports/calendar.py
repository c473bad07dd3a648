"""A meeting as an iCalendar file (RFC 5545). Times are in UTC: no clock change moves them."""

import datetime as dt
from urllib.parse import urlsplit

from django.urls import reverse

from curriculum.identity import SiteIdentity
from curriculum.models import Meeting

LONGEST_LINE = 75  # octets


def calendar_of(meeting: Meeting, identity: SiteIdentity) -> bytes:
    """The file for one meeting. Opened again after a change, it replaces what was added before."""
    address = f"{identity.url}{reverse('meeting', args=[meeting.uuid])}"
    details = [
        f"Join online: {meeting.link}" if meeting.link else "",
        f"With {meeting.facilitators}" if meeting.facilitators else "",
        address,
    ]
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        f"PRODID:-//{escaped(identity.name)}//Sessions//EN",
        "METHOD:PUBLISH",
        "BEGIN:VEVENT",
        f"UID:{meeting.uuid}@{urlsplit(identity.url).hostname or 'localhost'}",
        f"DTSTAMP:{_utc(meeting.changed_at)}",
        f"SEQUENCE:{meeting.version}",
        f"DTSTART:{_utc(meeting.starts_at)}",
        f"DTEND:{_utc(meeting.ends_at)}",
        f"SUMMARY:{escaped(meeting.activity.title)}",
        f"LOCATION:{escaped(meeting.place or meeting.link)}",
        f"DESCRIPTION:{escaped(chr(10).join(filter(None, details)))}",
        f"URL:{address}",
        f"STATUS:{'CANCELLED' if meeting.called_off_at else 'CONFIRMED'}",
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    return "".join(f"{folded(line)}\r\n" for line in lines).encode()


def escaped(text: str) -> str:
    """A text as a value: what would end or divide it is escaped, other controls are left out."""
    for sign, instead in (("\\", "\\\\"), (";", "\\;"), (",", "\\,")):
        text = text.replace(sign, instead)
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\n", "\\n")
    return "".join(sign for sign in text if sign.isprintable())


def folded(line: str) -> str:
    """The line in pieces of at most 75 octets, no character divided."""
    pieces, size = [""], 0
    for sign in line:
        width = len(sign.encode())
        if size + width > LONGEST_LINE:
            pieces.append("")
            size = 1  # the space that a continued line begins with
        pieces[-1] += sign
        size += width
    return "\r\n ".join(pieces)


def _utc(instant: dt.datetime) -> str:
    return f"{instant.astimezone(dt.UTC):%Y%m%dT%H%M%SZ}"
