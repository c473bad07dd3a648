"""Requests as a browser sends them, and a gunicorn to send them to."""

import http.client
import itertools
import os
import socket
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from urllib.parse import urlencode

from tests.bench.measure import seconds

WORKERS = 2
CONNECTIONS = 8
TOKEN = "c" * 32


class Visitor:
    """One signed-in browser. Counts whatever does not answer 200 as a failure and stops."""

    def __init__(self, port: int, session: str) -> None:
        self.port = port
        self.cookies = f"sessionid={session}; csrftoken={TOKEN}"
        self.page, self.sequence = uuid.uuid4().hex, itertools.count(1)

    def get(self, path: str) -> bytes:
        return self._send("GET", path)

    def save(self, path: str, answers: list[str]) -> bytes:
        """Save an answer as the page's script does, another one each time."""
        number = next(self.sequence)
        body = urlencode(
            {
                "page": self.page,
                "sequence": number,
                "seen": 0,
                "choice": answers[number % len(answers)],
            }
        )
        return self._send("POST", path, body)

    def commit(self, path: str, choice: str) -> bytes:
        """Commit to a decision of a case, as its button does."""
        body = {"page": self.page, "sequence": 2, "seen": 1, "choice": choice}
        sent = urlencode({**body, "confidence": "sure", "commit": "1"})
        return self._send("POST", path, sent, background=False)

    def _send(
        self, method: str, path: str, body: str | None = None, *, background: bool = True
    ) -> bytes:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        headers = {"Cookie": self.cookies}
        if body is not None:
            headers |= {
                "Content-Type": "application/x-www-form-urlencoded",
                "X-CSRFToken": TOKEN,
                **({"X-Autosave": "1"} if background else {}),
            }
        connection.request(method, path, body, headers)
        response = connection.getresponse()
        content = response.read()
        connection.close()
        if response.status != (200 if background else 302):
            raise RuntimeError(f"{method} {path} answered {response.status}: {content[:200]!r}")
        return content


def latency(action: Callable[[], object], times: int) -> float:
    """Seconds of one request after another: the median."""
    taken = sorted(seconds(action) for _ in range(times))
    return taken[len(taken) // 2]


def throughput(actions: list[Callable[[], object]], during: float) -> float:
    """Requests a second with every action repeating itself in a thread of its own."""
    counts, end = [0] * len(actions), time.perf_counter() + during

    def repeat(place: int) -> None:
        while time.perf_counter() < end:
            actions[place]()
            counts[place] += 1

    threads = [threading.Thread(target=repeat, args=(n,)) for n in range(len(actions))]
    taken = seconds(lambda: ([t.start() for t in threads], [t.join() for t in threads]))
    return sum(counts) / taken


@contextmanager
def gunicorn() -> Iterator[int]:
    """The site under gunicorn with two workers; gives the port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "gunicorn", "elearn.wsgi", "--bind", f"127.0.0.1:{port}"]
    process = subprocess.Popen(
        [*command, "--workers", str(WORKERS), "--log-level", "warning"], env=os.environ
    )
    try:
        _wait_for(port, process)
        yield port
    finally:
        process.terminate()
        process.wait(20)


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    for _ in range(200):
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("GET", "/healthz")
            if connection.getresponse().status == 200:
                return
        except OSError:
            time.sleep(0.1)
        if process.poll() is not None:
            break
    raise RuntimeError("gunicorn did not start")
