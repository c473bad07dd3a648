"""What browsers are told that pages of ours may not do, and addresses that none of ours can be
(docs/operators.md, "Security")."""

import re
from collections.abc import Callable
from typing import Any

from csp.middleware import CSPMiddleware, PolicyParts
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse

CONTROL = re.compile(r"[\x00-\x1f\x7f]")


class ContentSecurityPolicyMiddleware(CSPMiddleware):
    """On the staff side the policy that Wagtail's editor needs; everywhere else the strict one."""

    def get_policy_parts(
        self, request: Any, response: Any, report_only: bool = False
    ) -> PolicyParts:
        parts: PolicyParts = super().get_policy_parts(request, response, report_only)
        if request.path.startswith(settings.STAFF_SIDE) and not report_only:
            parts.replace = settings.ADMIN_CONTENT_SECURITY_POLICY
        return parts


class ClosedToOthersMiddleware:
    """On every answer, static files too: no device of the reader's, nothing for other sites to
    embed, nothing opened in their pages."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        for name, value in settings.CLOSED_TO_OTHERS.items():
            response.headers.setdefault(name, value)
        return response


class PlainAddressMiddleware:
    """Answers 404 for an address with control characters in it: none of ours has any, and
    PostgreSQL takes no NUL in a text that it is asked for."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if CONTROL.search(request.path_info):
            raise Http404("There is no such address.")
        return self.get_response(request)
