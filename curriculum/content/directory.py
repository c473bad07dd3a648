"""Services in content: content names a kind of service, and a site's directory fills it in.

What a site's entry said when the content was published stays beside the kind, so that nothing is
missing once the entry is gone. It is no part of the digest: a new telephone number is no new text.
"""

import dataclasses
from collections.abc import Callable
from typing import Any, TypeVar, cast

from curriculum.content.codec import aside, kind, part

T = TypeVar("T")


@part
class ServiceFacts:
    """What a directory said of a service on one day, in words for people."""

    uuid: str
    name: str
    does: str = ""
    referral: str = ""  # who may refer
    phone: str = ""
    hours: str = ""
    checked_on: str = ""  # as 2026-09-01
    is_invented: bool = False  # for practice: nobody's care may rest on it


@part
class ServiceRef:
    """A kind of service, such as `carers`. The rest is filled in when an edition is made of it."""

    kind: str
    name: str = aside("")
    snapshot: ServiceFacts | None = aside(None)


@kind("services-here")
class ServicesHere:
    """Whom one contacts where the site is."""

    id: str
    heading: str
    kinds: tuple[ServiceRef, ...]


def filled_in(content: T, fill: Callable[[ServiceRef], ServiceRef]) -> T:
    """The content with every reference to a kind of service as `fill` gives it back."""
    return cast(T, _filled(content, fill))


def _filled(value: Any, fill: Callable[[ServiceRef], ServiceRef]) -> Any:
    if isinstance(value, ServiceRef):
        return fill(value)
    if isinstance(value, tuple):
        return tuple(_filled(item, fill) for item in value)
    if not dataclasses.is_dataclass(value) or isinstance(value, type):
        return value
    names = [field.name for field in dataclasses.fields(value)]
    filled = {name: _filled(getattr(value, name), fill) for name in names}
    if all(filled[name] is getattr(value, name) for name in names):
        return value
    return dataclasses.replace(value, **filled)


def kinds_in(content: Any) -> set[str]:
    """The kinds that content refers to, those that decide how a case goes among them."""
    if isinstance(content, ServiceRef):
        return {content.kind}
    if isinstance(content, tuple):
        return set().union(*map(kinds_in, content))
    if not dataclasses.is_dataclass(content) or isinstance(content, type):
        return set()
    below = [kinds_in(getattr(content, field.name)) for field in dataclasses.fields(content)]
    return set(getattr(content, "found_by", ())).union(*below)
