"""Who gets in and how: accounts, second factors, single sign-on, who may sign up, and limits.

base.py takes all of it in.
"""

from typing import Any

import environ
from django.core.exceptions import ImproperlyConfigured

env = environ.Env()

ACCOUNT_ADAPTER = "elearn.accounts.AccountAdapter"
ACCOUNT_FORMS = {
    "login": "elearn.accounts.SignInForm",
    "signup": "elearn.accounts.SignUpForm",
    "add_email": "elearn.accounts.NewAddressForm",
    "change_password": "elearn.accounts.PasswordForm",
    "set_password": "elearn.accounts.FirstPasswordForm",
    "reset_password": "elearn.accounts.AskForResetForm",
    "reset_password_from_key": "elearn.accounts.ResetForm",
    "reauthenticate": "elearn.accounts.ConfirmForm",
}
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_EMAIL_NOTIFICATIONS = True  # whoever's account is changed hears of it
ACCOUNT_UNIQUE_EMAIL = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_CONFIRM_EMAIL_ON_GET = False  # mail scanners follow links
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = None  # ask
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_LOGIN_ON_EMAIL_CONFIRMATION = True
# How many proxies of ours add to X-Forwarded-For; the limits count by the address that they saw.
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXY_COUNT", 0)
USERSESSIONS_TRACK_ACTIVITY = False  # a write for every request would be dear

# ── Limits ────────────────────────────────────────────────────────────────
# A lecture hall has one address. So what is counted by address leaves room for a whole year; what
# protects one account, or a secret that could be guessed, is counted by account or by failures.
ACCOUNT_RATE_LIMITS = {
    "login": "300/m/ip",
    "login_failed": "60/m/ip,5/5m/key",
    "signup": "200/m/ip",
    "reset_password": "60/m/ip,5/m/key",
    "reset_password_from_key": "60/m/ip",
    "join": "20/m/ip",  # wrong codes only
    "verify": "30/10m/ip",
}
MFA_RATE_LIMITS = {"webauthn_login": "120/m/ip"}

# ── A second factor ───────────────────────────────────────────────────────
MFA_ADAPTER = "elearn.identity.adapters.FactorAdapter"
MFA_FORMS = {
    "authenticate": "elearn.identity.forms.CodeForm",
    "reauthenticate": "elearn.identity.forms.ConfirmCodeForm",
    "activate_totp": "elearn.identity.forms.ActivateForm",
    "add_webauthn": "elearn.identity.forms.PasskeyForm",
    "edit_webauthn": "elearn.identity.forms.RenamePasskeyForm",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_TOLERANCE = 1  # a clock that is half a minute out, and slow fingers
# Whether those who work here need a second factor before they get at the teaching side.
STAFF_MFA_REQUIRED = env.bool("STAFF_MFA_REQUIRED", False)
# How long somebody who has just proved who they are may export and change roles; 0: always.
STEP_UP_MINUTES = env.int("STEP_UP_MINUTES", 0)
ACCOUNT_REAUTHENTICATION_TIMEOUT = (STEP_UP_MINUTES or 15) * 60

# ── Who may sign up ───────────────────────────────────────────────────────
REGISTRATION = env.str("REGISTRATION", "open")
REGISTRATION_DOMAINS = [domain.lower() for domain in env.list("REGISTRATION_DOMAINS", default=[])]
if REGISTRATION not in {"open", "domains", "invitation"}:
    raise ImproperlyConfigured("REGISTRATION is open, domains or invitation.")
if REGISTRATION == "domains" and not REGISTRATION_DOMAINS:
    raise ImproperlyConfigured("REGISTRATION=domains needs REGISTRATION_DOMAINS.")

# ── Single sign-on with OpenID Connect ────────────────────────────────────
SOCIALACCOUNT_ADAPTER = "elearn.identity.adapters.ProviderAdapter"
SOCIALACCOUNT_FORMS = {"signup": "elearn.accounts.ProviderSignUpForm"}
SOCIALACCOUNT_PROVIDERS = {
    "openid_connect": {"provider_class": "elearn.identity.provider.UniversityProvider"}
}
# A link, not a form: the policy lets forms go to this site only, and a provider may hand people on
# to others that nobody here knows. What comes back is bound to the session by state and nonce.
SOCIALACCOUNT_LOGIN_ON_GET = True
SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT = True  # see ProviderAdapter for when it may
SOCIALACCOUNT_STORE_TOKENS = False


def _pairs(name: str) -> dict[str, str]:
    """`theirs=ours;theirs=ours` of an environment variable."""
    found = {}
    for part in filter(None, (p.strip() for p in env.str(name, "").split(";"))):
        theirs, equals, ours = part.partition("=")
        if not (equals and theirs.strip() and ours.strip()):
            raise ImproperlyConfigured(f"{name} is written theirs=ours;theirs=ours.")
        found[theirs.strip()] = ours.strip()
    return found


def _provider() -> dict[str, Any]:
    """The identity provider, or nothing. Raises ImproperlyConfigured where it is half described."""
    needed = {name: env.str(name, "") for name in ("OIDC_ISSUER", "OIDC_CLIENT_ID")}
    needed["OIDC_CLIENT_SECRET"] = env.str("OIDC_CLIENT_SECRET", "")
    if not any(needed.values()):
        return {}
    missing = [name for name, value in needed.items() if not value]
    if missing:
        raise ImproperlyConfigured("Single sign-on also needs " + ", ".join(missing) + ".")
    claims = {
        "profession": env.str("OIDC_CLAIM_PROFESSION", ""),
        "student_number": env.str("OIDC_CLAIM_STUDENT_NUMBER", ""),
        "groups": env.str("OIDC_CLAIM_GROUPS", ""),
    }
    groups = _pairs("OIDC_GROUPS")
    if groups and not claims["groups"]:
        raise ImproperlyConfigured("OIDC_GROUPS needs OIDC_CLAIM_GROUPS.")
    return {
        "issuer": needed["OIDC_ISSUER"].rstrip("/"),
        "client_id": needed["OIDC_CLIENT_ID"],
        "secret": needed["OIDC_CLIENT_SECRET"],
        "name": env.str("OIDC_NAME", "your university"),
        "scope": env.list("OIDC_SCOPE", default=["openid", "profile", "email"]),
        "claims": claims,
        "groups": groups,
        "professions": _pairs("OIDC_PROFESSIONS"),
        "trusted_domains": [d.lower() for d in env.list("OIDC_TRUST_EMAIL", default=[])],
        "factor_acr": env.list("OIDC_ACR", default=[]),
    }


OIDC = _provider()
