"""Who may make an account: everybody, people with certain addresses, or those who were asked."""

from urllib.parse import urlsplit

from django.conf import settings
from django.urls import Resolver404, resolve

from curriculum.models import Cohort
from curriculum.queries.outline import cohort_with_code


def joins_by(address: str | None) -> Cohort | None:
    """The cohort that an address of this site joins: its join link is an invitation."""
    try:
        match = resolve(urlsplit(address or "").path)
    except Resolver404:
        return None
    return cohort_with_code(match.kwargs["code"]) if match.url_name == "join" else None


def has_domain(email: str) -> bool:
    """Whether the address is one of the domains whose people may sign up by themselves."""
    return email.rpartition("@")[2].lower() in settings.REGISTRATION_DOMAINS


def is_open(joins: Cohort | None, verified: list[str] | None = None) -> bool:
    """Whether somebody may sign up here: who follows a join link always may; `verified` are the
    addresses that an identity provider vouches for, None where an address is yet to be typed."""
    if settings.REGISTRATION == "open" or joins is not None:
        return True
    if settings.REGISTRATION == "domains":
        return verified is None or any(has_domain(email) for email in verified)
    return False


def refuses(email: str, joins: Cohort | None) -> bool:
    """Whether this typed address is not one that may sign up."""
    return settings.REGISTRATION == "domains" and joins is None and not has_domain(email)
