"""Certificates for their owner, and the public answer to whoever checks one."""

from allauth.core.ratelimit import consume_or_429
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache

from curriculum.enums import CertificateState
from curriculum.exports.certificates import on_the_sheet, open_pdf, verify_url
from curriculum.forms import VerifyForm
from curriculum.identity import site_identity
from curriculum.models import Certificate
from curriculum.models.certificates import normalise_code
from curriculum.permissions import SignedInRequest, own_certificate
from curriculum.queries.names import requests_about


@never_cache
@login_required
def certificate(request: SignedInRequest, code: str) -> HttpResponse:
    """The owner's view: the sheet, the download, the address to give to others."""
    found, identity = own_certificate(request.user, code), site_identity()
    return render(
        request,
        "curriculum/certificate.html",
        {
            **on_the_sheet(found, identity),
            "stands": found.state == CertificateState.ISSUED,
            "verify_at": verify_url(found, identity),
            "names": requests_about(found),
        },
    )


@never_cache
@login_required
def certificate_pdf(request: SignedInRequest, code: str) -> FileResponse:
    """The PDF, for its owner."""
    found = own_certificate(request.user, code)
    return FileResponse(
        open_pdf(found),
        as_attachment=request.GET.get("show") != "1",
        filename=f"certificate-{found.code}.pdf",
        content_type="application/pdf",
    )


@never_cache
def verify(request: HttpRequest) -> HttpResponse:
    """Ask for a code, then answer at an address of its own."""
    form = VerifyForm(request.GET if "code" in request.GET else None)
    if form.is_bound and form.is_valid():
        code = normalise_code(form.cleaned_data["code"])
        if code:
            return redirect("verify_code", code=code)
        form.add_error("code", "A code has twelve letters and digits, such as 7KQ4-M2XW-9RTD.")
    return _public(render(request, "curriculum/verify.html", {"form": form}))


@never_cache
def verify_code(request: HttpRequest, code: str) -> HttpResponse:
    """What is known of a certificate: name, award, date and whether it stands."""
    # More often than somebody who reads codes off sheets would.
    refusal = consume_or_429(request, action="verify", limit_get=True)
    if refusal:
        return _public(refusal)
    found = (
        Certificate.objects.select_related("replaced_by")
        .filter(code=normalise_code(code) or "-")
        .first()
    )
    context = {"certificate": found, "facts": found.facts if found else None, "typed": code}
    status = 200 if found else 404
    return _public(render(request, "curriculum/verified.html", context, status=status))


def _public(response: HttpResponse) -> HttpResponse:
    response["X-Robots-Tag"] = "noindex, nofollow"
    response["Referrer-Policy"] = "no-referrer"
    return response
