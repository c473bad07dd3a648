"""Taking people out of what is logged or reported. A net below the rule that nothing personal is
written there: faults of libraries quote what they were given.
"""

import re
import traceback
from typing import Any

EMAIL = re.compile(r"[^\s@<>()\[\]\"',;:=]+@[^\s@<>()\[\]\"',;:=]+")
QUOTED = re.compile(r"\"[^\"]*\"|'[^']*'")  # an apostrophe may stand between double ones
QUERY = re.compile(r"\?[^\s\"']*=[^\s\"']*")


def scrub(text: str) -> str:
    """The text without e-mail addresses and query strings."""
    return QUERY.sub("?…", EMAIL.sub("[address]", text))


def scrub_fault(text: str) -> str:
    """The first line of an exception's words without what it quotes. The lines behind the first
    are where databases put the values of a row."""
    first = text.strip().split("\n", 1)[0]
    return scrub(QUOTED.sub("'…'", first))[:500]


def scrubbed_traceback(fault: BaseException) -> str:
    """Where an exception came from and its scrubbed words, with those that it came from."""
    parts: list[str] = []
    seen: BaseException | None = fault
    while seen is not None and len(parts) < 5:
        frames = "".join(
            f"  {frame.filename}:{frame.lineno} in {frame.name}\n"
            for frame in traceback.extract_tb(seen.__traceback__)
        )
        parts.append(f"{frames}{type(seen).__name__}: {scrub_fault(str(seen))}")
        seen = seen.__cause__ or (None if seen.__suppress_context__ else seen.__context__)
    return "\nthe above came from this:\n".join(parts)


def route_of(request: Any) -> str:
    """The pattern of a request's address, which names nobody; a path may hold a code or a key."""
    match = getattr(request, "resolver_match", None)
    return f"/{match.route}" if match and match.route else "-"
