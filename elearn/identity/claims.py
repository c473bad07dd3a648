"""What an identity provider says about a person, in our words. Nothing is written here."""

from typing import Any

from django.conf import settings
from django.contrib.auth.models import Group

from curriculum.models import Profession, User
from curriculum.text import clean_line

# Values of `amr` (RFC 8176) that mean more than a password.
FACTORS = {"mfa", "otp", "hwk"}


def claim(claims: dict[str, Any], name: str) -> Any:
    """The value of a claim. A name with full stops looks inside: `realm_access.roles`."""
    if not name or name in claims:
        return claims.get(name)
    found: Any = claims
    for part in name.split("."):
        found = found.get(part) if isinstance(found, dict) else None
    return found


def mapped(claims: dict[str, Any], what: str) -> Any:
    """The claim that the operator has named for profession, student_number or groups."""
    return claim(claims, settings.OIDC["claims"].get(what, ""))


def words(value: Any) -> str:
    """A claim as one clean line; empty for what is no text."""
    return clean_line(str(value))[:120] if isinstance(value, str | int) else ""


def name_in(claims: dict[str, Any]) -> str:
    """The person's full name, put together where it comes in parts."""
    parts = (words(claims.get("given_name")), words(claims.get("family_name")))
    return words(claims.get("name")) or " ".join(filter(None, parts))


def profession_in(claims: dict[str, Any]) -> Profession | None:
    """The profession that the provider names, if it is one that we offer."""
    values = mapped(claims, "profession")
    offered = {p.name.casefold(): p for p in Profession.objects.filter(is_active=True)}
    for value in values if isinstance(values, list) else [values]:
        said = words(value)
        found = offered.get(settings.OIDC["professions"].get(said, said).casefold())
        if found:
            return found
    return None


def student_number_in(claims: dict[str, Any]) -> str:
    """The student number; empty where none is given or it is none of ours by its form."""
    number = words(mapped(claims, "student_number"))
    field = User._meta.get_field("student_number")
    try:
        return str(field.clean(number, None)) if number else ""
    except Exception:  # Django's own ValidationError, whatever the field finds wrong
        return ""


def groups_in(claims: dict[str, Any]) -> set[str] | None:
    """The names of our groups that the provider puts the person into; None where it says nothing
    about groups at all. Only what the operator has listed counts."""
    values = mapped(claims, "groups")
    if values is None:
        return None
    theirs = {str(value) for value in (values if isinstance(values, list) else [values])}
    return {ours for name, ours in settings.OIDC["groups"].items() if name in theirs}


def listed_groups() -> list[Group]:
    """Our groups that follow the provider; all others are given by administrators only."""
    return list(Group.objects.filter(name__in=settings.OIDC["groups"].values()))


def has_factor(id_token: dict[str, Any]) -> bool:
    """Whether the provider says that it has asked for a second factor this time."""
    methods = id_token.get("amr")
    if isinstance(methods, list) and FACTORS & {str(method) for method in methods}:
        return True
    return id_token.get("acr") in settings.OIDC["factor_acr"]


def is_trusted(email: str) -> bool:
    """Whether the provider is the authority for addresses of this domain."""
    return email.rpartition("@")[2].lower() in settings.OIDC["trusted_domains"]
