"""Logs as JSON, a line each, with the id of the request they belong to and nothing personal."""

import datetime as dt
import json
import logging
from contextvars import ContextVar
from typing import Any

from elearn.service.scrubbing import route_of, scrub, scrubbed_traceback

# Of the request that this thread is at; "" outside.
request_id: ContextVar[str] = ContextVar("request_id", default="")

FIELDS = ("method", "route", "status", "ms", "user")  # what our own lines add


class JsonFormatter(logging.Formatter):
    """Time, level, logger, message, request; of faults where they came from."""

    def format(self, record: logging.LogRecord) -> str:
        at = dt.datetime.fromtimestamp(record.created, dt.UTC)
        line: dict[str, object] = {
            "time": at.isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": scrub(_message(record)),
        }
        if known := request_id.get():
            line["request"] = known
        line |= {field: getattr(record, field) for field in FIELDS if hasattr(record, field)}
        if record.exc_info and record.exc_info[1]:
            line["fault"] = scrubbed_traceback(record.exc_info[1])
        return json.dumps(line, ensure_ascii=False, default=str)


def _message(record: logging.LogRecord) -> str:
    """The message; Django names paths in it, in the place of which stand their patterns."""
    request: Any = getattr(record, "request", None)
    if hasattr(request, "get_full_path") and record.args and isinstance(record.args, tuple):
        route, paths = route_of(request), (request.path, request.get_full_path())
        return str(record.msg) % tuple(route if arg in paths else arg for arg in record.args)
    return record.getMessage()
