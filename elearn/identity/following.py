"""A person's account follows what their identity provider says, and stays the same account.

Name and address follow when the provider says something new, so that what a person changes here
themselves is not undone at every sign-in. Nothing personal is logged: people are named by uuid.
"""

import logging
from typing import Any

from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount, SocialLogin
from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest

from curriculum.models import User
from elearn.identity import claims

logger = logging.getLogger("elearn.identity")


def remembered(said: dict[str, Any]) -> dict[str, Any]:
    """Of all that was said, what signing up may need on the next page."""
    roots = {name.split(".")[0] for name in settings.OIDC["claims"].values() if name}
    roots |= set(settings.OIDC["claims"].values())
    return {name: value for name, value in said.items() if name in roots}


@transaction.atomic
def begin(user: User, said: dict[str, Any]) -> None:
    """What the provider says about somebody who comes from it for the first time: they sign up, are
    found by their address, or connect the account that they have. Name and address stay theirs."""
    _follow_profession(user, said)
    _follow_number(user, said)
    _follow_groups(user, said)


def on_connected(sociallogin: SocialLogin, **kwargs: Any) -> None:
    """Receiver of `social_account_added`: an account that was here before is the provider's too."""
    begin(sociallogin.user, sociallogin.state.get("said") or {})


@transaction.atomic
def follow(
    account: SocialAccount, said: dict[str, Any], before: dict[str, Any], request: HttpRequest
) -> None:
    """Take over what has changed at the provider since this person last came from there."""
    user = account.user
    name = claims.name_in(said)
    if name and name != before.get("name") and name != user.full_name:
        user.full_name = name
        user.save(update_fields=["full_name"])
    email = claims.words(said.get("email")).lower()
    is_new = bool(email) and email != before.get("email", "").lower() and email != user.email
    is_theirs = said.get("email_verified") is True and claims.is_trusted(email)
    if is_new and not (is_theirs and _follow_email(user, email, request)):
        # Not remembered as known, so that it is tried again at the next sign-in.
        account.extra_data = {**account.extra_data, "email": before.get("email", "")}
        account.save(update_fields=["extra_data"])
    _follow_profession(user, said)
    _follow_number(user, said)
    _follow_groups(user, said)


def _follow_profession(user: User, said: dict[str, Any]) -> None:
    if user.profession_id is None and (profession := claims.profession_in(said)):
        user.profession = profession
        user.save(update_fields=["profession"])


def _follow_email(user: User, email: str, request: HttpRequest) -> bool:
    """Whether it could be taken over."""
    others = EmailAddress.objects.filter(email__iexact=email).exclude(user=user)
    if others.exists() or User.objects.filter(email__iexact=email).exclude(pk=user.pk).exists():
        logger.warning("The provider's new address of %s is another account's.", user.uuid)
        said = (
            f"{settings.OIDC['name']} has a new e-mail address for you, but another account here "
            "has it. You keep the old one; ask your course lead which account is yours."
        )
        messages.warning(request, said)
        return False
    address, _ = EmailAddress.objects.get_or_create(user=user, email=email)
    if not address.verified:
        address.verified = True
        address.save(update_fields=["verified"])
    address.set_as_primary()
    EmailAddress.objects.filter(user=user).exclude(pk=address.pk).delete()
    user.refresh_from_db(fields=["email"])
    return True


def _follow_number(user: User, said: dict[str, Any]) -> None:
    number = claims.student_number_in(said)
    if not number or number == user.student_number:
        return
    other = User.objects.filter(student_number=number).exclude(pk=user.pk).first()
    if other:
        logger.warning("%s and %s are said to have one student number.", user.uuid, other.uuid)
        return
    user.student_number = number
    user.save(update_fields=["student_number"])


def _follow_groups(user: User, said: dict[str, Any]) -> None:
    """In and out of the listed groups; other groups, and being a superuser, are never touched."""
    wanted = claims.groups_in(said)
    if wanted is None:
        return
    has = set(user.groups.values_list("pk", flat=True))
    for group in claims.listed_groups():
        if group.name in wanted and group.pk not in has:
            user.groups.add(group)
        elif group.name not in wanted and group.pk in has:
            user.groups.remove(group)
