"""Taking a lost second factor off somebody's account, so that they can set up a new one."""

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.db import transaction

from curriculum.domain.errors import Refused
from curriculum.models import User


@transaction.atomic
def reset_second_factor(user: User, actor: User) -> int:
    """Remove app, passkeys and recovery codes, and end every session of the person; how many there
    were. Raises Refused. That it is really they who ask is the caller's to see to.
    """
    if user.pk == actor.pk:
        raise Refused("Change your own second step under Your account.")
    if user.is_superuser and not actor.is_superuser:
        raise Refused("Only an administrator of everything may reset this person’s second step.")
    factors = Authenticator.objects.select_for_update().filter(user=user)
    many = len(factors)
    if not many:
        raise Refused("This person has no second step set up.")
    factors.delete()
    for session in UserSession.objects.filter(user=user):
        session.end()
    return many
