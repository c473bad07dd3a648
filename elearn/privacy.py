"""The register of personal data: accounts and sessions, which libraries keep. How it is read,
`curriculum.privacy.registry`."""

import re
from email.utils import parseaddr

from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django_tasks_db.models import DBTaskResult

from curriculum.models import UnsentMail, User
from curriculum.privacy.registry import (
    ACCOUNT,
    UNTIL_CLOSED,
    Delete,
    Do,
    about,
    holds,
    holds_nobody,
)
from curriculum.privacy.retention import rule


def forget_sessions(person: User) -> None:
    """Sign the person out everywhere, and drop sessions of signing in that were never finished."""
    Session.objects.filter(
        session_key__in=UserSession.objects.filter(user=person).values("session_key")
    ).delete()
    UserSession.objects.filter(user=person).delete()
    for session in Session.objects.iterator():
        held = session.get_decoded()
        if held.get("_auth_user_id") == str(person.pk) or _names(held, person):
            session.delete()


def forget_mail(person: User) -> None:
    """Drop mail to the person that waits to be sent."""
    known = _addresses(person)
    for row in UnsentMail.objects.iterator():
        told = [*row.message.get("to", ()), *row.message.get("cc", ()), *row.message.get("bcc", ())]
        if known & {parseaddr(address)[1].lower() for address in told}:
            row.delete()


def forget_work(person: User) -> None:
    """Drop entries of the queue that are done and hold an address of the person, as a fault's text
    may. By addresses alone: others may be called alike."""
    for row in DBTaskResult.objects.exclude(finished_at=None).iterator():
        if _names((row.args_kwargs, row.return_value, row.traceback), person):
            row.delete()


def _addresses(person: User) -> set[str]:
    others = EmailAddress.objects.filter(user=person).values_list("email", flat=True)
    return {address.lower() for address in (person.email, *others)}


def _names(held: object, person: User) -> bool:
    """Whether an address of the person stands in it, by itself and not as part of another."""
    anyone = "|".join(map(re.escape, _addresses(person)))
    return bool(re.search(rf"(?<![\w.+-])(?:{anyone})(?![\w-]|\.\w)", str(held).lower()))


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
    "curriculum.UnsentMail",
    "Mail that has not gone yet",
    ACCOUNT,
    about("", Do("Mail to the person that waits goes", forget_mail), in_copy=False),
    kept="Three days, then only that there was one, for thirty days",
    words="message",
    plain="state problem tries created_at tried_at",
)
holds(
    "django_tasks_database.DBTaskResult",
    "Work that waits or is done, by the keys of records",
    ACCOUNT,
    about("", Do("Entries that name the person go", forget_work), in_copy=False),
    kept="Seven days after it was done, thirty where it failed",
    words="args_kwargs return_value traceback",
    plain="status enqueued_at started_at finished_at priority task_path worker_ids queue_name "
    "backend_name run_after exception_class_path",
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
holds(
    "mfa.Authenticator",
    "Your second steps",
    ACCOUNT,
    about("user", Delete()),
    kept=UNTIL_CLOSED,
    person="user",
    closed="data",
    deed="type created_at last_used_at",
)
holds(
    "socialaccount.SocialAccount",
    "Your account at the university, as it signs you in",
    ACCOUNT,
    about("user", Delete()),
    kept=UNTIL_CLOSED,
    person="user",
    name="uid extra_data",
    deed="last_login date_joined",
    plain="provider",
)
holds(
    "socialaccount.SocialToken",
    "Keys of single sign-on; none is kept",
    ACCOUNT,
    about("account__user", Delete(), in_copy=False),
    kept="Never stored",
    closed="token token_secret",
    deed="expires_at",
    plain="app account",
)
holds_nobody(
    "socialaccount.SocialApp provider provider_id name client_id secret key settings",
    "curriculum.WorkerBeat name started_at seen_at task",
    "curriculum.ScheduledRun name started_at ended_at succeeded_at outcome",
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
