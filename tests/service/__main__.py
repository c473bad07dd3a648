"""The deployment drill: the steps of docs/operators.md on this machine, then questions through
nginx over TLS. `.ci/deploy-drill` runs it against a PostgreSQL of its own.
"""

import gzip
import http.client
import json
import os
import re
import signal
import socket
import ssl
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

from tests.service.stack import DEPLOY, HOST, Stack, until

Answer = tuple[int, dict[str, str], bytes]
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c636060"
    "f8cfc0000003010100c9fe92ef0000000049454e44ae426082"
)


class Browser:
    """Asks through nginx, trusting the certificate that was made for it, and keeps cookies."""

    def __init__(self, stack: Stack) -> None:
        self.stack, self.cookies = stack, {"": ""}
        self.trust = ssl.create_default_context(cafile=str(stack.certificate))

    def ask(self, path: str, body: bytes | None = None, method: str = "", **headers: str) -> Answer:
        raw = socket.create_connection(("127.0.0.1", self.stack.https), timeout=60)
        secured = self.trust.wrap_socket(raw, server_hostname=HOST)
        connection = http.client.HTTPConnection(HOST, timeout=60)
        connection.sock = secured
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if jar := "; ".join(f"{k}={v}" for k, v in self.cookies.items() if k):
            sent["Cookie"] = jar
        connection.request(method or ("POST" if body is not None else "GET"), path, body, sent)
        answer = connection.getresponse()
        content, found = answer.read(), {}
        for name, value in answer.getheaders():
            if name.lower() == "set-cookie":
                key, _, rest = value.partition("=")
                self.cookies[key] = rest.split(";", 1)[0]
            found[name.lower()] = value
        connection.close()
        return answer.status, found, content

    def sign_in(self, email: str, password: str) -> Answer:
        """Through the form that everybody uses."""
        _, _, page = self.ask("/accounts/login/")
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.decode())
        assert token
        body = f"csrfmiddlewaretoken={token[1]}&login={email}&password={password}"
        return self.ask(
            "/accounts/login/",
            body.encode(),
            Content_Type="application/x-www-form-urlencoded",
            Referer=f"https://{HOST}/accounts/login/",
        )


def main() -> int:
    """0 where everything held."""
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="common-ground-drill-") as folder:
        stack = Stack(Path(folder))
        try:
            set_up(stack)
            for check in CHECKS:
                check(stack, Browser(stack))
                print(f"  held: {(check.__doc__ or '').splitlines()[0]}", flush=True)
        except BaseException:
            for log in sorted((Path(folder) / "logs").glob("*.log")):
                print(f"── {log.name}\n{log.read_text(errors='replace')[-1500:]}", file=sys.stderr)
            raise
        finally:
            stack.end()
    print(f"The service was set up and answered in {time.monotonic() - started:.0f} s.")
    return 0


def set_up(stack: Stack) -> None:
    """The commands of the guide, in its order."""
    said = stack.manage("check", "--deploy", "--fail-level", "WARNING")
    assert "no issues" in said, said
    stack.manage("migrate", "--verbosity", "0")
    stack.manage("collectstatic", "--no-input", "--verbosity", "0")
    stack.start_all()
    until(lambda: Browser(stack).ask("/healthz")[0] == 200, "nginx and a web process")
    until(lambda: Browser(stack).ask("/readyz")[0] == 200, "ready")
    stack.manage(
        "shell",
        "-c",
        "from curriculum.models import User; from allauth.account.models import EmailAddress; "
        "u = User.objects.create_superuser('ada@example.org', 'correct horse battery', "
        "full_name='Ada'); EmailAddress.objects.create(user=u, email=u.email, verified=True, "
        "primary=True)",
    )


# ── What must hold ────────────────────────────────────────────────────────
def everything_is_ready(stack: Stack, browser: Browser) -> None:
    """Database, migrations, cache, worker and fonts are there, asked through nginx and inside."""
    status, _, body = browser.ask("/readyz")
    told = json.loads(body)
    assert status == 200, told
    assert set(told["checks"].values()) == {"ok"}, told
    for port in stack.web_ports:
        inside = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
        inside.request("GET", "/readyz", headers={"Host": "127.0.0.1"})
        assert inside.getresponse().status == 200


def plain_http_leads_to_tls(stack: Stack, browser: Browser) -> None:
    """Whoever comes without TLS is sent to it."""
    plain = http.client.HTTPConnection("127.0.0.1", stack.http, timeout=20)
    plain.request("GET", "/accounts/login/", headers={"Host": HOST})
    answer = plain.getresponse()
    assert answer.status == 301
    assert answer.getheader("Location") == f"https://{HOST}/accounts/login/"


def the_sign_in_page_is_safe_and_small(stack: Stack, browser: Browser) -> None:
    """The sign-in page comes compressed, with HSTS, a strict policy, an id and __Host- cookies."""
    status, headers, body = browser.ask("/accounts/login/", Accept_Encoding="gzip")
    assert status == 200
    assert headers["content-encoding"] == "gzip"
    assert b"Sign in" in gzip.decompress(body)
    assert "max-age=31536000" in headers["strict-transport-security"]
    assert "unsafe" not in headers["content-security-policy"]
    assert re.fullmatch(r"[0-9a-f]{32}", headers["x-request-id"])
    assert any(name.startswith("__Host-") for name in browser.cookies)
    assert "nginx/" not in headers.get("server", "")


def static_files_are_kept_for_years(stack: Stack, browser: Browser) -> None:
    """Static files have names that change with their content and may be kept for good."""
    _, _, page = browser.ask("/accounts/login/")
    sheet = re.search(r'href="(/static/[^"]+\.css)"', page.decode())
    assert sheet
    assert re.search(r"\.[0-9a-f]{12}\.css$", sheet[1])
    status, headers, _ = browser.ask(sheet[1], Accept_Encoding="gzip")
    assert status == 200
    assert headers["content-encoding"] == "gzip"
    assert "immutable" in headers["cache-control"]


def media_never_run(stack: Stack, browser: Browser) -> None:
    """Media come sandboxed and with their own type; frozen ones for good; documents not at all."""
    media = stack.folder / "var" / "media"
    for name, content in (
        ("images/a.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
        ("frozen/ab/abc.png", PNG),
        ("documents/list.html", b"<script>alert(1)</script>"),
    ):
        (media / name).parent.mkdir(parents=True, exist_ok=True)
        (media / name).write_bytes(content)
    _, svg, _ = browser.ask("/media/images/a.svg")
    status, frozen, body = browser.ask("/media/frozen/ab/abc.png")
    assert (status, body) == (200, PNG)
    for headers in (svg, frozen):
        assert headers["x-content-type-options"] == "nosniff"
        assert "sandbox" in headers["content-security-policy"]
    assert svg["content-type"].startswith("image/svg+xml")
    assert frozen["cache-control"].endswith("immutable")
    assert browser.ask("/media/documents/list.html")[0] == 404
    assert browser.ask("/media/../db")[0] in (400, 404)


def uploads_are_limited(stack: Stack, browser: Browser) -> None:
    """A learner's page takes 12 MB at most; authors' pages take films."""
    big = b"x" * (13 * 1024 * 1024)
    assert browser.ask("/accounts/login/", big)[0] == 413
    assert browser.ask("/cms/login/", big)[0] != 413


def an_administrator_signs_in_and_sees_the_service(stack: Stack, browser: Browser) -> None:
    """An administrator signs in and sees on the operator's page that everything works."""
    status, headers, _ = browser.sign_in("ada@example.org", "correct%20horse%20battery")
    assert status == 302, status
    assert headers["location"] != "/accounts/login/"
    status, _, page = browser.ask("/cms/service/")
    assert status == 200, status
    assert b"works" in page
    assert b"case-map-flaw" not in page, "something is said not to work"


def the_queue_is_worked(stack: Stack, browser: Browser) -> None:
    """What a web process puts into the queue is done by the worker."""
    said = stack.manage(
        "shell",
        "-c",
        "import time\n"
        "from django_tasks_db.models import DBTaskResult\n"
        "from curriculum.tasks import run_job\n"
        "pk = run_job.enqueue('11111111-1111-4111-8111-111111111111').id\n"
        "end = time.time() + 20\n"
        "while time.time() < end and DBTaskResult.objects.get(pk=pk).status != 'SUCCESSFUL': "
        "time.sleep(0.1)\n"
        "print(DBTaskResult.objects.get(pk=pk).status)",
    )
    assert "SUCCESSFUL" in said


def scheduled_work_runs(stack: Stack, browser: Browser) -> None:
    """Every piece of scheduled work runs, and a backup is made."""
    names = [line.split()[-1] for line in timers()]
    for name in names if "--long" in sys.argv else names[:2]:
        stack.manage("scheduled", name)
    said = stack.manage("backup", str(stack.folder / "backup"))
    assert "tables" in said


def timers() -> list[str]:
    """Which work the timers in docs/deploy start."""
    found = re.compile(r"common-ground-scheduled@(\w+)\.service")
    texts = [path.read_text("utf-8") for path in sorted(DEPLOY.glob("*.timer"))]
    return [match[1] for text in texts for match in found.finditer(text)]


def logs_are_json_and_name_nobody(stack: Stack, browser: Browser) -> None:
    """Every line that a web process logs is JSON, with nobody's address in it."""
    text = (stack.folder / "logs" / "web0.log").read_text()
    text += (stack.folder / "logs" / "web1.log").read_text()
    lines = [json.loads(line) for line in text.splitlines()]
    assert any(line.get("route") == "/accounts/login/" for line in lines)
    assert "ada@example.org" not in text


def one_web_process_is_enough(stack: Stack, browser: Browser) -> None:
    """While one web process restarts, told to end or killed, nobody notices."""
    bad: list[int] = []
    over = threading.Event()

    def keep_asking() -> None:
        while not over.is_set():
            status = Browser(stack).ask("/accounts/login/")[0]
            if status != 200:
                bad.append(status)

    asking = threading.Thread(target=keep_asking)
    asking.start()
    try:
        for how in (signal.SIGTERM, signal.SIGKILL):
            code = stack.stop("web0", how)
            assert how == signal.SIGKILL or code == 0
            stack.start_web(0)
            until(lambda: _answers(stack.web_ports[0]), "web process again")
    finally:
        over.set()
        asking.join(timeout=60)
    assert not bad, bad


def without_any_a_plain_page_is_shown(stack: Stack, browser: Browser) -> None:
    """While no web process answers, nginx says so in plain words."""
    for name in ("web0", "web1"):
        stack.stop(name)
    status, headers, body = browser.ask("/dashboard/")
    assert status in (502, 503, 504), status
    assert b"Back in a moment" in body
    assert headers["retry-after"] == "30"


def the_worker_ends_when_told(stack: Stack, browser: Browser) -> None:
    """The worker ends by itself within seconds of being told."""
    started = time.monotonic()
    assert stack.stop("worker") == 0
    assert time.monotonic() - started < 10


def _answers(port: int) -> bool:
    inside = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    inside.request("GET", "/healthz", headers={"Host": "127.0.0.1"})
    return inside.getresponse().status == 200


CHECKS: list[Callable[[Stack, Browser], None]] = [
    everything_is_ready,
    plain_http_leads_to_tls,
    the_sign_in_page_is_safe_and_small,
    static_files_are_kept_for_years,
    media_never_run,
    uploads_are_limited,
    an_administrator_signs_in_and_sees_the_service,
    the_queue_is_worked,
    scheduled_work_runs,
    logs_are_json_and_name_nobody,
    one_web_process_is_enough,
    the_worker_ends_when_told,
    without_any_a_plain_page_is_shown,
]

if __name__ == "__main__":
    os.umask(0o022)
    sys.exit(main())
