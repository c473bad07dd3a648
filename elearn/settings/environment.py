"""What production must be told, and how it says so before anything starts."""

from collections.abc import Callable, Mapping
from urllib.parse import urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured

SHORTEST_KEY = 50  # characters; Django's own check asks for as many
REAL_DATABASES = ("postgres", "postgresql", "pgsql", "sqlite")
Problem = str  # a sentence that begins with the variable's name


def refuse_half_configured(variables: Mapping[str, str]) -> None:
    """Raises ImproperlyConfigured that says everything that is missing or malformed at once."""
    missing = [name for name in CHECKS if not variables.get(name, "").strip()]
    said = []
    if missing:
        said.append(f"Production needs these environment variables: {', '.join(missing)}.")
    for name, check in {**CHECKS, **OPTIONAL}.items():
        value = variables.get(name, "").strip()
        if value and (wrong := check(value, variables)):
            said.append(f"{name} {wrong}.")
    if said:
        said.append("docs/operators.md says what each is for.")
        raise ImproperlyConfigured(" ".join(said))


def _secret_key(value: str, _: Mapping[str, str]) -> Problem:
    if len(value) < SHORTEST_KEY or len(set(value)) < 5 or value.startswith("django-insecure-"):
        return f"must be random and have at least {SHORTEST_KEY} characters"
    return ""


def _site_url(value: str, _: Mapping[str, str]) -> Problem:
    if not value.startswith("https://"):
        return "must begin with https://"
    parts = urlsplit(value)
    if not parts.hostname or parts.path.strip("/") or parts.query or parts.username:
        return "must be https:// and a host name, such as https://learn.example.org"
    return ""


def _allowed_hosts(value: str, variables: Mapping[str, str]) -> Problem:
    hosts = [host.strip().lower() for host in value.split(",") if host.strip()]
    if "*" in hosts:
        return "must name the hosts; * would let anybody choose the host in a mail's links"
    own = urlsplit(variables.get("SITE_URL", "")).hostname or ""
    covered = any(own == host or (host[0] == "." and own.endswith(host)) for host in hosts)
    return "" if covered or not own else f"must name {own}, the host of SITE_URL"


def _database(value: str, _: Mapping[str, str]) -> Problem:
    parts = urlsplit(value)
    if parts.scheme not in REAL_DATABASES or not parts.path.strip("/"):
        return "must read postgres://USER:PASSWORD@HOST:5432/NAME"
    return _port(value) and f"has no port that can be: {_port(value)}"


def _cache(value: str, _: Mapping[str, str]) -> Problem:
    return _parsed(environ.Env.cache_url_config, value) and "must read redis://HOST:6379/1"


def _mail(value: str, _: Mapping[str, str]) -> Problem:
    return _parsed(environ.Env.email_url_config, value) and "must read smtp+tls://USER:PW@HOST:587"


def _count(value: str, _: Mapping[str, str]) -> Problem:
    return "" if value.isascii() and value.isdigit() else "must be a whole number"


def _port(value: str) -> Problem:
    try:
        _ = urlsplit(value).port
    except ValueError as error:
        return str(error)
    return ""


def _parsed(parse: Callable[[str], object], value: str) -> Problem:
    """What stops this address from being understood; it may hold a password, so it isn't shown."""
    try:
        parse(value)
    except Exception as error:
        return type(error).__name__
    return _port(value)


Check = Callable[[str, Mapping[str, str]], Problem]
# Without one of these it does not start. Each says what is wrong, or nothing.
CHECKS: dict[str, Check] = {
    "SECRET_KEY": _secret_key,
    "SITE_URL": _site_url,
    "ALLOWED_HOSTS": _allowed_hosts,
    "DATABASE_URL": _database,
    "EMAIL_URL": _mail,
    "CACHE_URL": _cache,
}
OPTIONAL: dict[str, Check] = {"TRUSTED_PROXY_COUNT": _count, "CONN_MAX_AGE": _count}
