"""Starts the service from the files in docs/deploy without systemd, in a folder of its own and on
ports of its own: Redis, two web processes, a worker, nginx with TLS. PostgreSQL comes from
`DATABASE_URL` (`.ci/postgres`).
"""

import os
import re
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent.parent
DEPLOY = ROOT / "docs" / "deploy"
HOST = "learn.example.org"


def free_port() -> int:
    """A port on which nobody listens."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def until(holds: Any, what: str, seconds: float = 300.0) -> None:
    """Wait until it holds."""
    end = time.monotonic() + seconds
    while True:
        try:
            if holds():
                return
        except OSError:
            pass
        if time.monotonic() > end:
            raise AssertionError(f"{what}: not within {seconds:.0f} s")
        time.sleep(0.1)


class Stack:
    """The processes of one service."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.redis_port, self.https, self.http = free_port(), free_port(), free_port()
        self.web_ports = [free_port(), free_port()]
        self.running: dict[str, subprocess.Popen[bytes]] = {}
        self.certificate = folder / "fullchain.pem"
        for name in ("var", "logs", "mail"):
            (folder / name).mkdir()
        os.chmod(folder, 0o755)  # nginx's own user reads the media
        self.environment = {**os.environ, **self._service_environment()}

    def _service_environment(self) -> dict[str, str]:
        """What docs/deploy/common-ground.env names, with the values of this place."""
        own = {
            "SECRET_KEY": "of-the-drill-" + "x7Kq" * 12,
            "SITE_URL": f"https://{HOST}",
            "ALLOWED_HOSTS": f"{HOST},127.0.0.1",
            "DATABASE_URL": os.environ["DATABASE_URL"],
            "CACHE_URL": f"redis://127.0.0.1:{self.redis_port}/1",
            "EMAIL_URL": "consolemail://",
            "VAR_DIR": str(self.folder / "var"),
            "STAFF_MFA_REQUIRED": "false",  # nobody here has a phone
        }
        found = {}
        for line in (DEPLOY / "common-ground.env").read_text("utf-8").splitlines():
            if line and not line.startswith("#"):
                name, _, value = line.partition("=")
                found[name] = own.get(name, value)
        return {**found, **own}

    # ── Commands and units ────────────────────────────────────────────────
    def manage(self, *arguments: str, **more: str) -> str:
        """What a command of the project says."""
        done = subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env={**self.environment, **more},
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, f"{arguments}: {done.stderr[-2000:]}"
        return done.stdout

    def unit(self, name: str, instance: str = "") -> list[str]:
        """The command line that a unit starts, with this place's paths."""
        text = (DEPLOY / name).read_text("utf-8")
        (line,) = re.findall(r"^ExecStart=(.+)$", text, re.MULTILINE)
        line = line.replace("%i", instance).replace("/srv/common-ground/.venv/bin/", "")
        program, *arguments = shlex.split(line)
        return [str(Path(sys.executable).parent / program), *arguments]

    def start(self, name: str, command: list[str], **environment: str) -> None:
        """Start a process whose output goes into a file."""
        log = (self.folder / "logs" / f"{name}.log").open("ab")
        self.running[name] = subprocess.Popen(
            command,
            cwd=ROOT,
            env={**self.environment, **environment},
            stdout=log,
            stderr=log,
            start_new_session=True,
        )

    def stop(self, name: str, how: signal.Signals = signal.SIGTERM, seconds: float = 45) -> int:
        """End a process by its id; its exit code."""
        process = self.running.pop(name)
        if how == signal.SIGKILL:
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.send_signal(how)
        return process.wait(timeout=seconds)

    # ── The service ───────────────────────────────────────────────────────
    def start_redis(self) -> None:
        self.start(
            "redis",
            ["redis-server", "--port", str(self.redis_port), "--bind", "127.0.0.1", "--save", "",
             "--dir", str(self.folder)],
        )  # fmt: skip

    def start_web(self, number: int) -> None:
        port = str(self.web_ports[number])
        self.start(f"web{number}", self.unit("common-ground-web@.service", port), PORT=port)

    def start_worker(self, name: str = "worker") -> None:
        self.start(name, self.unit("common-ground-worker@.service"))

    def start_nginx(self) -> None:
        """nginx as docs/deploy has it; paths, ports and the certificate are this place's."""
        self._make_certificate()
        site = (DEPLOY / "nginx.conf").read_text("utf-8")
        shutil.copy(DEPLOY / "nginx-proxy.conf", self.folder)
        for old, new in (
            ("127.0.0.1:8001", f"127.0.0.1:{self.web_ports[0]}"),
            ("127.0.0.1:8002", f"127.0.0.1:{self.web_ports[1]}"),
            ("listen 80;", f"listen 127.0.0.1:{self.http};"),
            ("listen 443 ssl;", f"listen 127.0.0.1:{self.https} ssl;"),
            ("    listen [::]:80;\n", ""),
            ("    listen [::]:443 ssl;\n", ""),
            ("/etc/ssl/common-ground/fullchain.pem", str(self.certificate)),
            ("/etc/ssl/common-ground/key.pem", str(self.folder / "key.pem")),
            ("/etc/nginx/common-ground-proxy.conf", str(self.folder / "nginx-proxy.conf")),
            ("/var/lib/common-ground/", f"{self.folder / 'var'}/"),
            ("/srv/common-ground/", f"{ROOT}/"),
        ):
            assert old in site, f"nginx.conf has no {old}"
            site = site.replace(old, new)
        (self.folder / "site.conf").write_text(site, "utf-8")
        user = "user www-data;" if os.getuid() == 0 else ""
        (self.folder / "nginx.conf").write_text(
            f"{user} daemon off; worker_processes 1; pid {self.folder}/nginx.pid;\n"
            f"error_log {self.folder}/logs/nginx-errors.log;\n"
            "events { worker_connections 1024; }\n"
            "http { include /etc/nginx/mime.types; default_type application/octet-stream;\n"
            f"client_body_temp_path {self.folder}/body; proxy_temp_path {self.folder}/proxy;\n"
            f"include {self.folder}/site.conf; }}\n",
            "utf-8",
        )
        self.start("nginx", ["nginx", "-c", str(self.folder / "nginx.conf")])

    def _make_certificate(self) -> None:
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2",
             "-subj", f"/CN={HOST}", "-addext", f"subjectAltName=DNS:{HOST}",
             "-keyout", str(self.folder / "key.pem"), "-out", str(self.certificate)],
            check=True,
            capture_output=True,
        )  # fmt: skip

    def start_all(self) -> None:
        """Everything that the guide starts, in its order."""
        self.start_redis()
        for number in range(len(self.web_ports)):
            self.start_web(number)
        self.start_worker()
        self.start_nginx()

    def end(self) -> None:
        """End what is still running, by its id."""
        for name in reversed(list(self.running)):
            process = self.running[name]
            if process.poll() is None:
                self.stop(name)
