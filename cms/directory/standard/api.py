"""The directory for machines: read only, public, in the words of Open Referral UK.

Only what the public may find here is served. Answers may be kept for five minutes, and a reader
who says what it has is told when that still holds.
"""

import hashlib
import json
import uuid
from collections.abc import Callable
from typing import Any

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.cache import patch_response_headers
from django.utils.http import parse_etags
from django.views.decorators.http import require_safe

from cms.directory.standard.facts import for_facts
from cms.directory.standard.hsds_out import (
    organisation_out,
    service_out,
    summary_out,
    taxonomy_out,
    term_out,
)
from cms.directory.standard.ids import KINDS, kind_id
from cms.models import Organisation, Service, ServiceKind
from curriculum.identity import site_identity
from curriculum.text import clean_line

PER_PAGE, MOST = 50, 200
KEPT_FOR = 300  # seconds
PROFILE = "https://docs.openreferral.uk/"


class BadRequest(ValueError):
    """A parameter is not what it should be; the message may be shown."""


def endpoint(view: Callable[..., Any]) -> Callable[..., HttpResponse]:
    """Data out as JSON, for scripts of any site, with a mark so that nobody loads it twice."""

    @require_safe
    def answer(request: HttpRequest, **kwargs: Any) -> HttpResponse:
        try:
            data, status = view(request, **kwargs), 200
        except BadRequest as problem:
            data, status = {"error": str(problem)}, 400
        except Http404:
            data, status = {"error": "There is no such thing here."}, 404
        return _answer(request, data, status)

    return answer


def _answer(request: HttpRequest, data: Any, status: int) -> HttpResponse:
    body = json.dumps(data, ensure_ascii=False).encode()
    mark = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    known = parse_etags(request.headers.get("If-None-Match", ""))
    if status == 200 and ("*" in known or mark in known or f"W/{mark}" in known):
        response = HttpResponse(status=304)
    else:
        response = HttpResponse(body, status=status, content_type="application/json")
    response["Access-Control-Allow-Origin"] = "*"
    if status == 200:
        patch_response_headers(response, KEPT_FOR)
        response["Cache-Control"] = f"public, max-age={KEPT_FOR}"
        response["ETag"] = mark
    return response


@endpoint
def root(request: HttpRequest) -> dict[str, Any]:
    """What this is."""
    return {"version": "3.0", "profile": PROFILE, "openapi_url": f"{PROFILE}openapi.json"}


@endpoint
def services(request: HttpRequest) -> dict[str, Any]:
    """Services that the public may find, a page at a time; `full=true` with all that hangs on."""
    found = _narrowed(Service.objects.shown().order_by("name", "pk"), request)
    public = for_facts(found, is_public=True)
    shown = service_out if request.GET.get("full", "").lower() == "true" else summary_out
    return _page(request, public, lambda s: shown(_without_hidden(s), _url(s)))


@endpoint
def service(request: HttpRequest, key: str) -> dict[str, Any]:
    """One service with all that hangs on it."""
    public = for_facts(Service.objects.shown(), is_public=True)
    found = get_object_or_404(public, uuid=_uuid(key))
    return service_out(_without_hidden(found), _url(found))


@endpoint
def organisations(request: HttpRequest) -> dict[str, Any]:
    """Organisations that run at least one service that the public may find."""
    return _page(request, _organisations(), organisation_out)


@endpoint
def organisation(request: HttpRequest, key: str) -> dict[str, Any]:
    return organisation_out(get_object_or_404(_organisations(), uuid=_uuid(key)))


@endpoint
def taxonomies(request: HttpRequest) -> dict[str, Any]:
    return _page(request, [taxonomy_out()], lambda found: found)


@endpoint
def taxonomy(request: HttpRequest, key: str) -> dict[str, Any]:
    if _uuid(key) != KINDS:
        raise Http404
    return taxonomy_out()


@endpoint
def terms(request: HttpRequest) -> dict[str, Any]:
    return _page(request, ServiceKind.objects.all(), term_out)


@endpoint
def term(request: HttpRequest, key: str) -> dict[str, Any]:
    return term_out(_kind(_uuid(key)))


def _organisations() -> QuerySet[Organisation]:
    shown = Service.objects.shown().values("organisation")
    return Organisation.objects.filter(pk__in=shown)


def _kind(key: uuid.UUID) -> ServiceKind:
    for kind in ServiceKind.objects.all():
        if kind_id(kind.slug) == key:
            return kind
    raise Http404


def _narrowed(found: Any, request: HttpRequest) -> Any:
    asked = request.GET
    if words := clean_line(asked.get("search", ""))[:100]:
        found = found.filter(name__icontains=words) | found.filter(summary__icontains=words)
    if term_id := asked.get("taxonomy_term_id"):
        found = found.filter(kinds=_kind(_uuid(term_id)))
    if (taxonomy_id := asked.get("taxonomy_id")) and _uuid(taxonomy_id) != KINDS:
        found = found.none()
    if organisation_id := asked.get("organization_id"):
        found = found.filter(organisation__uuid=_uuid(organisation_id))
    if age := asked.get("minimum_age"):
        found = found.exclude(maximum_age__lt=_number(age, "minimum_age", 0, 150))
    if age := asked.get("maximum_age"):
        found = found.exclude(minimum_age__gt=_number(age, "maximum_age", 0, 150))
    return found.distinct()


def _page(request: HttpRequest, found: Any, out: Callable[[Any], Any]) -> dict[str, Any]:
    per_page = _number(request.GET.get("per_page") or PER_PAGE, "per_page", 1, MOST)
    number = _number(request.GET.get("page") or 1, "page", 1, 10**6)
    pages = Paginator(found, per_page)
    if number > pages.num_pages:
        raise Http404
    page = pages.page(number)
    contents = [out(row) for row in page]
    return {
        "total_items": pages.count,
        "total_pages": pages.num_pages,
        "page_number": number,
        "size": len(contents),
        "first_page": number == 1,
        "last_page": number == pages.num_pages,
        "empty": not contents,
        "contents": contents,
    }


def _number(text: Any, name: str, least: int, most: int) -> int:
    if not str(text).isdecimal() or not least <= int(text) <= most:
        raise BadRequest(f"“{name}” must be a whole number from {least} to {most}.")
    return int(text)


def _uuid(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError:
        raise Http404 from None


def _url(found: Service) -> str:
    """The service's page here."""
    return f"{site_identity().url}{reverse('directory_entry', args=[found.uuid])}"


def _without_hidden(found: Service) -> Service:
    """A fallback that the public may not find is not named either."""
    fallback = found.out_of_hours
    if fallback and not fallback.is_found():
        found.out_of_hours = None
    return found
