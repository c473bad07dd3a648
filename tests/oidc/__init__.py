"""A real identity provider for tests: node-oidc-provider, on this machine only."""

import contextlib
import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
from django.test import Client

FOLDER = Path(__file__).parent
CALLBACK = "/accounts/oidc/sso/login/callback/"
OFF = "WITHOUT_OIDC_SERVER"


class University:
    """The provider as tests see it: people whom they invent, and signing in."""

    def __init__(self, issuer: str) -> None:
        self.issuer = issuer

    def settings(self, **changed: Any) -> dict[str, Any]:
        """`settings.OIDC` for it."""
        return {
            "issuer": self.issuer,
            "client_id": "common-ground",
            "secret": "only-for-tests",
            "name": "Test University",
            "scope": ["openid", "profile", "email", "university"],
            "claims": {
                "profession": "role",
                "student_number": "matriculation",
                "groups": "groups",
            },
            "groups": {"staff-gp": "Tutors"},
            "professions": {"medic": "Medical student"},
            "trusted_domains": ["uni.example"],
            "factor_acr": [],
            **changed,
        }

    def has(
        self, person: str, *, amr: list[str] | None = None, acr: str = "", **claims: Any
    ) -> str:
        """Make somebody there, or change what is known of them; their name for signing in."""
        about = {"claims": claims, "amr": amr, "acr": acr or None}
        requests.put(f"{self.issuer}/people/{person}", json=about, timeout=5).raise_for_status()
        return person

    def sign_in(self, client: Client, person: str, start: str = "/accounts/oidc/sso/login/") -> Any:
        """From our link to the provider and back; the answer to the coming back."""
        return client.get(self.answer(client, person, start))

    def answer(self, client: Client, person: str, start: str = "/accounts/oidc/sso/login/") -> str:
        """The address at which somebody comes back, not visited yet."""
        at = client.get(start)["Location"]
        with requests.Session() as browser:
            for _ in range(8):
                assert at.startswith(self.issuer), at
                if "/interaction/" in at:
                    page = browser.post(at, {"person": person}, allow_redirects=False, timeout=5)
                else:
                    page = browser.get(at, allow_redirects=False, timeout=5)
                at = page.headers.get("location") or pytest.fail(page.text)
                at = at if "//" in at else f"{self.issuer}{at}"
                parts = urlsplit(at)
                if parts.path == CALLBACK:
                    return f"{parts.path}?{parts.query}"
        raise AssertionError("The provider leads nowhere.")


def require_server() -> None:
    """Without the server these tests fail, unless somebody says expressly that they are to be left
    out."""
    if shutil.which("node") and (FOLDER / "node_modules" / "oidc-provider").exists():
        return
    how = f"Node.js or the test server is missing: run .ci/prepare test, or set {OFF}=1."
    if os.environ.get(OFF):
        pytest.skip(how)
    pytest.fail(how)


@contextlib.contextmanager
def running(*origins: str) -> Iterator[University]:
    """The server, for as long as it is needed, answering to these origins of ours."""
    require_server()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    callbacks = [f"{origin}{CALLBACK}" for origin in origins]
    server = subprocess.Popen(
        ["node", "server.mjs", str(port), *callbacks],
        cwd=FOLDER,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        assert server.stdout is not None
        for line in server.stdout:
            if line.strip() == "ready":
                break
        yield University(f"http://127.0.0.1:{port}")
    finally:
        server.terminate()
        server.wait(timeout=10)
