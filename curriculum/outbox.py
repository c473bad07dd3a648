"""Mail that the mail server did not take is kept and sent later.

Nothing is sent twice by itself: what goes again is what the server certainly did not take. Where
a connection broke off after the text had begun to go, nobody knows, and an operator decides.
"""

import datetime as dt
import logging
import smtplib
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage, EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction

from curriculum import clock
from curriculum.enums import MailState
from curriculum.models import UnsentMail

KEPT = dt.timedelta(days=3)
ROWS_KEPT = dt.timedelta(days=30)
AT_ONCE = 200  # mails in one go, so that one sweep doesn't last for ever

logger = logging.getLogger(__name__)


class KeepingBackend(BaseEmailBackend):
    """Sends through the real mail server (MAIL_SERVER_BACKEND) and keeps what it can't take now."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """How many were sent or will be. Raises what the server says where that is a no for good,
        or where a mail may or may not have gone."""
        server = get_connection(settings.MAIL_SERVER_BACKEND)
        try:
            server.open()
        except OSError as fault:  # smtplib's faults are OSErrors too
            for message in email_messages:
                _keep(message, MailState.WAITING, fault)
            return len(email_messages)
        try:
            for message in email_messages:
                _send_or_keep(server, message)
        finally:
            server.close()
        return len(email_messages)


def send_waiting() -> int:
    """Send what waits, as far as the server takes it; how many went. Safe to run twice at once."""
    _forget_old()
    if not UnsentMail.objects.waiting().exists():
        return 0
    server = get_connection(settings.MAIL_SERVER_BACKEND)
    try:
        server.open()
    except OSError:
        return 0
    sent = 0
    try:
        for pk in (
            UnsentMail.objects.waiting().order_by("pk").values_list("pk", flat=True)[:AT_ONCE]
        ):
            if not _send_again(server, pk, MailState.WAITING):
                break  # the connection may be gone; what did not go waits for the next sweep
            sent += 1
    finally:
        server.close()
    return sent


def send_now(pk: int) -> bool:
    """Send one, whatever its state, because somebody decided so; whether it went."""
    state = UnsentMail.objects.values_list("state", flat=True).filter(pk=pk).first()
    if state is None or state == MailState.GIVEN_UP:
        return False
    server = get_connection(settings.MAIL_SERVER_BACKEND)
    try:
        server.open()
    except OSError as fault:
        UnsentMail.objects.filter(pk=pk).update(tried_at=clock.now(), problem=_kind(fault))
        return False
    try:
        return _send_again(server, pk, MailState(state))
    finally:
        server.close()


def _send_or_keep(server: Any, message: EmailMessage) -> None:
    try:
        server.send_messages([message])
    except OSError as fault:
        state = _what_became_of_it(fault)
        _keep(message, state, fault)
        if state != MailState.WAITING:
            raise


def _send_again(server: Any, pk: int, state: MailState) -> bool:
    # Claimed as uncertain before it goes: a worker that dies in between sends nothing twice.
    claimed = UnsentMail.objects.filter(pk=pk, state=state)
    if state == MailState.UNCERTAIN:  # no other state to move to; the claim is the count
        tries = claimed.values_list("tries", flat=True).first()
        claimed = claimed.filter(tries=tries or 0)
    row = UnsentMail.objects.filter(pk=pk).first()
    if row is None or not claimed.update(
        state=MailState.UNCERTAIN, tries=row.tries + 1, tried_at=clock.now()
    ):
        return False
    try:
        server.send_messages([_as_message(row.message)])
    except OSError as fault:
        UnsentMail.objects.filter(pk=pk).update(
            state=_what_became_of_it(fault), problem=_kind(fault)
        )
        return False
    UnsentMail.objects.filter(pk=pk).delete()
    return True


def _what_became_of_it(fault: OSError) -> MailState:
    """Whether a mail certainly didn't go, was refused for good, or may have gone."""
    codes = [fault.smtp_code] if isinstance(fault, smtplib.SMTPResponseException) else []
    if isinstance(fault, smtplib.SMTPRecipientsRefused):
        codes = [code for code, _ in fault.recipients.values()]
    if codes and all(400 <= code < 500 for code in codes):
        return MailState.WAITING
    return MailState.REFUSED if codes else MailState.UNCERTAIN


def _keep(message: EmailMessage, state: MailState, fault: OSError) -> None:
    UnsentMail.objects.create(state=state, problem=_kind(fault), message=_as_data(message))
    logger.warning("A mail was not taken by the mail server (%s, %s)", state, _kind(fault))


def _kind(fault: OSError) -> str:
    """The kind of fault and its code. What a server says may name the recipient; this doesn't."""
    code = getattr(fault, "smtp_code", None) or fault.errno
    return f"{type(fault).__name__} {code or ''}".strip()[:100]


def _as_data(message: EmailMessage) -> dict[str, Any]:
    if message.attachments:
        raise ValueError("A mail with attachments can't be kept.")
    return {
        "subject": str(message.subject),
        "body": str(message.body),
        "from_email": str(message.from_email),
        "to": list(message.to),
        "cc": list(message.cc),
        "bcc": list(message.bcc),
        "reply_to": list(message.reply_to),
        "headers": {key: str(value) for key, value in message.extra_headers.items()},
        "alternatives": [
            [str(content), str(kind)] for content, kind in getattr(message, "alternatives", ())
        ],
    }


def _as_message(data: dict[str, Any]) -> EmailMessage:
    alternatives = [(content, kind) for content, kind in data["alternatives"]]
    plain = {key: value for key, value in data.items() if key != "alternatives"}
    return EmailMultiAlternatives(**plain, alternatives=alternatives)


def _forget_old() -> None:
    now = clock.now()
    with transaction.atomic():
        UnsentMail.objects.filter(created_at__lt=now - KEPT).exclude(
            state=MailState.GIVEN_UP
        ).update(state=MailState.GIVEN_UP, message={})
        UnsentMail.objects.filter(created_at__lt=now - ROWS_KEPT).delete()
