"""The register of personal data: accounts and sessions, which libraries keep. How it is read,
`curriculum.privacy.registry`."""

from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session

from curriculum.models import User
from curriculum.privacy.registry import ACCOUNT, Delete, Do, about, holds, holds_nobody
from curriculum.privacy.retention import rule

UNTIL_CLOSED = "Until the account is closed"


def forget_sessions(person: User) -> None:
    """Sign the person out everywhere, and drop sessions of signing in that were never finished."""
    Session.objects.filter(
        session_key__in=UserSession.objects.filter(user=person).values("session_key")
    ).delete()
    UserSession.objects.filter(user=person).delete()
    others = EmailAddress.objects.filter(user=person).values_list("email", flat=True)
    addresses = {person.email, *others}
    for session in Session.objects.iterator():
        held = session.get_decoded()
        said = str(held)
        if held.get("_auth_user_id") == str(person.pk) or any(a in said for a in addresses):
            session.delete()


# Before the addresses, by which the sessions of an unfinished sign-in are found.
holds(
    "usersessions.UserSession",
    "Where you are signed in",
    ACCOUNT,
    about("user", Do("Signed out everywhere", forget_sessions)),
    kept="As long as signed in, at most two weeks after the last sign-in",
    person="user",
    name="ip user_agent",
    closed="session_key data",
    deed="created_at last_seen_at",
)
holds(
    "sessions.Session",
    "What your browser’s visit remembers",
    ACCOUNT,
    about("", Do("Signed out everywhere", forget_sessions), in_copy=False),
    kept="Two weeks after the last sign-in",
    closed="session_key session_data",
    deed="expire_date",
)
holds(
    "account.EmailAddress",
    "Your e-mail addresses",
    ACCOUNT,
    about("user", Delete()),
    kept=UNTIL_CLOSED,
    person="user",
    name="email",
    deed="verified primary",
)
holds(
    "account.EmailConfirmation",
    "E-mail addresses to be confirmed",
    ACCOUNT,
    about("email_address__user", Delete()),
    kept="Three days",
    closed="key",
    deed="created sent",
    plain="email_address",
)
holds_nobody(
    "auth.Permission name content_type codename",
    "auth.Group name permissions",
    "contenttypes.ContentType app_label model",
)

rule(
    "sessions",
    0,
    "Sign-ins that have run out",
    lambda before: Session.objects.filter(expire_date__lt=before),
)
rule(
    "devices",
    14,
    "Where people were signed in, once they are no more",
    lambda before: UserSession.objects.filter(last_seen_at__lt=before).exclude(
        session_key__in=Session.objects.values("session_key")
    ),
)
