"""Students who answer, and keep a journal of what the site said that it has kept."""

import http.client
import random
import socket
import ssl
import threading
import time
import uuid
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from tests.bench.client import TOKEN
from tests.service.stack import HOST, Stack

AGAIN_AFTER = 0.5  # seconds: as the page's script tries again
LEAKS = (b"Traceback", b"psycopg", b"DoesNotExist", b"/site-packages/")


@dataclass
class Journal:
    """What one student knows: the last answer that was acknowledged, by number of the question,
    and everything sent after it."""

    kept: dict[int, str] = field(default_factory=dict)
    sent_since: dict[int, list[str]] = field(default_factory=dict)
    submitted: bool = False
    acknowledged: int = 0
    refused: int = 0  # answers that were not 200: the page says so and tries again
    broken: int = 0  # connections that broke or never came about
    leaked: list[str] = field(default_factory=list)
    unexpected: list[str] = field(default_factory=list)
    longest_wait: float = 0.0  # seconds from sending an answer first until it was acknowledged
    seconds: list[float] = field(default_factory=list)


class Student(threading.Thread):
    """Answers question after question through nginx until told to finish, then submits once."""

    def __init__(self, stack: Stack, learner: dict[str, Any], think: tuple[float, float]) -> None:
        super().__init__(daemon=True)
        self.stack, self.learner, self.think = stack, learner, think
        self.journal = Journal()
        self.finishing = threading.Event()
        self.page, self.sequence = uuid.uuid4().hex, 0
        self.chance = random.Random(learner["attempt"])
        self._trust = ssl.create_default_context(cafile=str(stack.certificate))
        self._connection: http.client.HTTPConnection | None = None

    # ── What it does ──────────────────────────────────────────────────────
    def run(self) -> None:
        while not self.finishing.is_set():
            number = self.chance.randint(1, len(self.learner["questions"]))
            self.answer(number, self.chance.choice(self.learner["questions"][number - 1]))
            self.finishing.wait(self.chance.uniform(*self.think))
        self.submit()

    def answer(self, number: int, choice: str) -> None:
        """Save one answer and insist until it is acknowledged."""
        self.sequence += 1
        path = f"/learn/attempts/{self.learner['attempt']}/questions/{number}/"
        sent = {"page": self.page, "sequence": self.sequence, "seen": 0, "choice": choice}
        self.journal.sent_since.setdefault(number, []).append(choice)
        began = time.monotonic()
        while True:
            at = time.monotonic()
            status = self._post(path, sent, background=True)
            if status == 200:
                break
            if status in (403, 404, 409, 422):
                self.journal.unexpected.append(f"{status} for an answer")
                return
            time.sleep(AGAIN_AFTER)
        now = time.monotonic()
        self.journal.seconds.append(now - at)
        self.journal.longest_wait = max(self.journal.longest_wait, now - began)
        self.journal.kept[number], self.journal.sent_since[number] = choice, []
        self.journal.acknowledged += 1

    def submit(self) -> None:
        """Press the button, and again where the answer never came."""
        path = f"/learn/attempts/{self.learner['attempt']}/submit/"
        while self._post(path, {}, background=False) != 302:
            time.sleep(AGAIN_AFTER)
        self.journal.submitted = True

    # ── How it asks ───────────────────────────────────────────────────────
    def _post(self, path: str, form: dict[str, Any], *, background: bool) -> int:
        """The status, 0 where nothing came back."""
        headers = {
            "Host": HOST,
            "Cookie": f"__Host-session={self.learner['session']}; __Host-csrf={TOKEN}",
            "Content-Type": "application/x-www-form-urlencoded",
            "X-CSRFToken": TOKEN,
            "Referer": f"https://{HOST}/",
            **({"X-Autosave": "1"} if background else {}),
        }
        try:
            connection = self._connection or self._connect()
            connection.request("POST", path, urlencode(form), headers)
            answer = connection.getresponse()
            status, body = answer.status, answer.read()
        except (OSError, http.client.HTTPException):
            self.journal.broken += 1
            self._connection = None
            return 0
        if status >= 400:
            self.journal.refused += 1
            self.journal.leaked += [leak.decode() for leak in LEAKS if leak in body]
        return status

    def _connect(self) -> http.client.HTTPConnection:
        raw = socket.create_connection(("127.0.0.1", self.stack.https), timeout=60)
        connection = http.client.HTTPConnection(HOST, timeout=60)
        connection.sock = self._trust.wrap_socket(raw, server_hostname=HOST)
        self._connection = connection
        return connection


def losses(students: list[Student], told: dict[str, Any]) -> list[str]:
    """What the record lacks of what students were told, in words; empty where nothing does."""
    found = []
    for student in students:
        mine, journal = told["attempts"][student.learner["attempt"]], student.journal
        for number, choice in journal.kept.items():
            stored = mine["answers"].get(str(number), "")
            if stored != choice and stored not in journal.sent_since[number]:
                found.append(f"question {number}: {choice} was acknowledged, {stored!r} is kept")
        if journal.submitted != mine["submitted"]:
            found.append("a submit was acknowledged and is not on record")
        if mine["certificates"] != int(mine["submitted"]):
            found.append(f"{mine['certificates']} certificates for one submit")
        found += journal.unexpected + [f"an error page says {leak}" for leak in journal.leaked]
    return found
