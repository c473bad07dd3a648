"""Second factors for tests: an app in somebody's hand, and the codes that it shows."""

import time
from typing import Any

from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth
from django.core.cache import cache
from django.test import Client

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def give_app(user: Any) -> None:
    """Set an authenticator app up for this person, with recovery codes."""
    auth.TOTP.activate(user, SECRET)
    RecoveryCodes.activate(user)


def code(secret: str = SECRET) -> str:
    """What the app shows now. Each code is good once, so what was used is forgotten first."""
    cache.clear()
    return auth.format_hotp_value(auth.hotp_value(secret, int(time.time()) // 30))


def sign_in(client: Client, user: Any, password: str, **fields: Any) -> Any:
    """Password, then the code; what the second step answers."""
    client.post("/accounts/login/", {"login": user.email, "password": password, **fields})
    return client.post("/accounts/2fa/authenticate/", {"code": code()})
