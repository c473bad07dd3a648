"""The site goes on without Redis: no error, no waiting at every page, limits still hold."""

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache, caches
from django.test import Client, override_settings
from redis import Redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from elearn.service.cache import RedisOrLocal

pytestmark = pytest.mark.django_db


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


class Server:
    """A Redis of the test's own."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, free_port()
        self.start()

    def start(self) -> None:
        self.process = subprocess.Popen(
            ["redis-server", "--port", str(self.port), "--bind", "127.0.0.1", "--save", "",
             "--dir", str(self.folder)],
            stdout=subprocess.DEVNULL,
        )  # fmt: skip
        end = time.monotonic() + 10
        while True:
            try:
                Redis(port=self.port).ping()
                return
            except Exception:
                assert time.monotonic() < end
                time.sleep(0.05)

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    if shutil.which("redis-server") is None:
        pytest.skip("no redis-server here: apt-get install redis-server")
    running = Server(tmp_path)
    RedisOrLocal._away_until = 0.0
    setting = {
        "default": {
            "BACKEND": "elearn.service.cache.RedisOrLocal",
            "LOCATION": f"redis://127.0.0.1:{running.port}/0",
            "OPTIONS": {"socket_connect_timeout": 1, "retry": Retry(NoBackoff(), 1)},
        }
    }
    with override_settings(CACHES=setting):
        yield running
    running.kill()
    RedisOrLocal._away_until = 0.0


def test_pages_and_signing_in_go_on_while_redis_is_dead_and_after(
    server: Server, lena: Any, client: Client, monkeypatch: Any
) -> None:
    from tests.people import PASSWORD

    cache.set("kept", "in redis")
    server.kill()
    started = time.monotonic()
    for _ in range(5):
        assert client.get("/").status_code == 200
    answer = client.post("/accounts/login/", {"login": lena.email, "password": PASSWORD})
    assert answer.status_code == 302
    assert time.monotonic() - started < 5
    ready = client.get("/readyz")
    assert ready.status_code == 503
    assert ready.json()["checks"]["cache"].startswith("Redis does not answer")
    server.start()
    monkeypatch.setattr(RedisOrLocal, "_away_until", 0.0)
    cache.set("kept", "again")
    assert Redis(port=server.port).dbsize() >= 1
    assert client.get("/readyz").json()["checks"]["cache"] == "ok"


def test_limits_hold_without_redis(server: Server, lena: Any, client: Client) -> None:
    server.kill()
    wrong = {"login": lena.email, "password": "not it"}
    for _ in range(5):
        client.post("/accounts/login/", wrong)
    page = client.post("/accounts/login/", wrong).content.decode()
    assert "Too many" in page


def test_what_the_memory_held_in_one_outage_is_gone_in_the_next(server: Server) -> None:
    server.kill()
    cache.set("code", 1)
    assert cache.get("code") == 1
    RedisOrLocal._away_until = 0.0
    assert cache.get("code") is None
    assert cache.add("code", 0) is True
    assert cache.incr("code") == 1
    assert caches["default"].is_away
