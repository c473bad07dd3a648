"""Mail that the server can't take is kept, goes once, and never twice by itself."""

import datetime as dt
import smtplib
from typing import Any

import pytest
from django.core import mail
from django.core.mail import EmailMultiAlternatives, get_connection, send_mail
from django.core.mail.backends.locmem import EmailBackend as Memory

from curriculum import clock, outbox
from curriculum.enums import MailState
from curriculum.models import UnsentMail

pytestmark = pytest.mark.django_db


class Server(Memory):
    """A mail server that fails as a test says."""

    opening: Exception | None = None
    sending: Exception | None = None

    def open(self) -> bool:
        if Server.opening:
            raise Server.opening
        return True

    def send_messages(self, messages: Any) -> int:
        if Server.sending:
            raise Server.sending
        return super().send_messages(messages)


@pytest.fixture(autouse=True)
def server(settings: Any) -> Any:
    settings.EMAIL_BACKEND = "curriculum.outbox.KeepingBackend"
    settings.MAIL_SERVER_BACKEND = "tests.curriculum.test_outbox.Server"
    Server.opening = Server.sending = None
    yield Server
    Server.opening = Server.sending = None


def write(to: str = "lena@example.org") -> int:
    return send_mail("Feedback", "Somebody has answered.", None, [to])


def test_mail_goes_straight_where_the_server_takes_it() -> None:
    assert write() == 1
    assert [m.to for m in mail.outbox] == [["lena@example.org"]]
    assert not UnsentMail.objects.exists()


@pytest.mark.parametrize(
    "fault", [ConnectionRefusedError(111, "no"), smtplib.SMTPConnectError(421, b"busy")]
)
def test_while_the_server_is_away_mail_waits_and_then_goes_once(fault: Exception) -> None:
    Server.opening = fault
    rich = EmailMultiAlternatives(
        "Réponse", "Plain", "a@example.org", ["lena@example.org"], headers={"X-Kind": "feedback"},
        reply_to=["cora@example.org"],
    )  # fmt: skip
    rich.attach_alternative("<p>Rich</p>", "text/html")
    assert rich.send() == 1
    assert outbox.send_waiting() == 0
    assert not mail.outbox
    Server.opening = None
    assert outbox.send_waiting() == 1
    assert outbox.send_waiting() == 0
    (sent,) = mail.outbox
    assert sent.message()["Subject"] == rich.message()["Subject"]
    assert (sent.to, sent.reply_to, sent.extra_headers) == (
        rich.to,
        rich.reply_to,
        rich.extra_headers,
    )
    assert sent.alternatives == [("<p>Rich</p>", "text/html")]
    assert not UnsentMail.objects.exists()


def test_a_refusal_for_now_waits_and_one_for_good_is_told() -> None:
    Server.sending = smtplib.SMTPRecipientsRefused({"lena@example.org": (451, b"grey")})
    assert write() == 1
    Server.sending = smtplib.SMTPRecipientsRefused({"lena@example.org": (550, b"no lena")})
    with pytest.raises(smtplib.SMTPRecipientsRefused):
        write()
    states = list(UnsentMail.objects.order_by("pk").values_list("state", flat=True))
    assert states == [MailState.WAITING, MailState.REFUSED]
    assert "lena" not in " ".join(UnsentMail.objects.values_list("problem", flat=True))


@pytest.mark.parametrize("fault", [TimeoutError(), smtplib.SMTPServerDisconnected("gone")])
def test_what_may_have_gone_is_not_sent_again_by_itself(fault: Exception) -> None:
    Server.sending = fault
    with pytest.raises(type(fault)):
        write()
    Server.sending = None
    assert outbox.send_waiting() == 0
    assert not mail.outbox
    assert outbox.send_now(UnsentMail.objects.get().pk)
    assert len(mail.outbox) == 1
    assert not UnsentMail.objects.exists()


def test_a_worker_that_dies_while_sending_leaves_nothing_that_goes_twice(server: Any) -> None:
    server.opening = ConnectionRefusedError()
    write()
    server.opening, server.sending = None, KeyboardInterrupt()
    with pytest.raises(KeyboardInterrupt):
        outbox.send_waiting()
    server.sending = None
    assert UnsentMail.objects.get().state == MailState.UNCERTAIN
    assert outbox.send_waiting() == 0


def test_words_are_kept_three_days_and_the_line_a_month() -> None:
    Server.opening = ConnectionRefusedError()
    write()
    with clock.at(clock.now() + dt.timedelta(days=3, minutes=1)):
        outbox.send_waiting()
        row = UnsentMail.objects.get()
        assert (row.state, row.message) == (MailState.GIVEN_UP, {})
        Server.opening = None
        assert not outbox.send_now(row.pk)
    with clock.at(clock.now() + dt.timedelta(days=31)):
        outbox.send_waiting()
    assert not UnsentMail.objects.exists()
    assert not mail.outbox


def test_a_mail_with_an_attachment_is_not_lost_silently() -> None:
    Server.opening = ConnectionRefusedError()
    message = EmailMultiAlternatives("S", "B", None, ["lena@example.org"])
    message.attach("a.txt", "text", "text/plain")
    with pytest.raises(ValueError, match="attachments"):
        get_connection().send_messages([message])
