"""Reports of faults to a Sentry service, only where SENTRY_DSN is set. They say where and what
kind, never who or what was typed.
"""

from typing import Any

from django.core.exceptions import ImproperlyConfigured

from elearn.service.logs import request_id
from elearn.service.scrubbing import scrub, scrub_fault

# What may go: everything else of an event is left out, also what later versions may add.
KEPT = {
    "contexts",
    "environment",
    "event_id",
    "exception",
    "level",
    "logger",
    "platform",
    "release",
    "sdk",
    "timestamp",
    "transaction",
}
CONTEXTS = {"runtime", "trace"}


def start(dsn: str, *, environment: str, release: str, **more: Any) -> None:
    """Report faults from now on. Raises ImproperlyConfigured where the library is missing."""
    try:
        import sentry_sdk
        from sentry_sdk.integrations.django import DjangoIntegration
    except ImportError:
        raise ImproperlyConfigured(
            "SENTRY_DSN is set, but sentry-sdk is not installed: pip install '.[sentry]'"
        ) from None
    sentry_sdk.init(
        dsn=dsn,
        environment=environment,
        release=release,
        integrations=[DjangoIntegration(transaction_style="url", middleware_spans=False)],
        send_default_pii=False,
        include_local_variables=False,
        include_source_context=False,
        max_request_body_size="never",
        max_breadcrumbs=0,
        server_name="",
        before_send=only_what_may_go,
        **more,
    )


def only_what_may_go(event: Any, hint: Any) -> Any:
    """The event without request, person, breadcrumbs and quoted values, with the request's id."""
    kept = {key: value for key, value in event.items() if key in KEPT}
    kept["contexts"] = {
        key: value for key, value in (event.get("contexts") or {}).items() if key in CONTEXTS
    }
    for fault in (kept.get("exception") or {}).get("values", []):
        fault["value"] = scrub_fault(fault.get("value") or "")
        for frame in (fault.get("stacktrace") or {}).get("frames", []):
            frame.pop("vars", None)
    if message := (event.get("logentry") or {}).get("message"):
        kept["message"] = scrub(message)  # as the code has it, without its arguments
    if known := request_id.get():
        kept["tags"] = {"request": known}
    return kept
