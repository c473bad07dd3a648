"""An id for every request: in its log lines, in the answer, and taken over from a proxy's."""

import logging
import re
import time
import uuid
from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase

from elearn.service.logs import request_id
from elearn.service.scrubbing import route_of

HEADER = "X-Request-ID"
WELL_FORMED = re.compile(r"[A-Za-z0-9_-]{8,64}")  # no line break, nothing that a log viewer runs
QUIET = {"/healthz", "/readyz"}  # asked every few seconds

logger = logging.getLogger(__name__)


class RequestIdMiddleware:
    """Gives each request its id and writes one line about it: route, status and milliseconds."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        given = request.headers.get(HEADER, "")
        known = given if WELL_FORMED.fullmatch(given) else uuid.uuid4().hex
        token = request_id.set(known)
        started = time.monotonic()
        try:
            response = self.get_response(request)
            response.headers[HEADER] = known
            if request.path not in QUIET:
                _write_down(request, response, started)
        finally:
            request_id.reset(token)
        return response


def _write_down(request: HttpRequest, response: HttpResponseBase, started: float) -> None:
    # Who it was only where that is known already: a log line must not cost a query.
    user = getattr(request, "_cached_user", None)
    logger.info(
        "%s %s %s",
        request.method,
        route_of(request),
        response.status_code,
        extra={
            "method": request.method,
            "route": route_of(request),
            "status": response.status_code,
            "ms": round(1000 * (time.monotonic() - started)),
            "user": getattr(user, "pk", None),
        },
    )
