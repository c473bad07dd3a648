"""What was decided about one's own record, and asking for another name on a certificate."""

import uuid

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from curriculum.domain.errors import Refused
from curriculum.domain.names import ask_for_name, withdraw_request
from curriculum.enums import CertificateState
from curriculum.forms.names import NameForm
from curriculum.permissions import SignedInRequest, own_certificate, own_name_request
from curriculum.queries.adjustments import own_decisions
from curriculum.queries.names import own_name_requests

ON_A_PAGE = 20


@never_cache
@login_required
def record(request: SignedInRequest) -> HttpResponse:
    """Every decision about one's record, those that were taken back too, newest first."""
    page = Paginator(own_decisions(request.user), ON_A_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "names": own_name_requests(request.user)}
    return render(request, "curriculum/record.html", context)


@never_cache
@login_required
def ask_name(request: SignedInRequest, code: str) -> HttpResponse:
    """Ask that a certificate be issued again with the right name."""
    found = own_certificate(request.user, code)
    if found.state != CertificateState.ISSUED:
        messages.error(request, "This certificate no longer stands.")
        return redirect("certificate", code=found.code)
    form = NameForm(request.POST or None, initial={"wanted": found.facts["name"]})
    if request.method == "POST" and form.is_valid():
        try:
            ask_for_name(found, form.cleaned_data["wanted"])
        except Refused as refusal:
            form.add_error("wanted", str(refusal))
        else:
            messages.success(request, "Your request was sent to your course leads.")
            return redirect("certificate", code=found.code)
    context = {"form": form, "certificate": found}
    status = 422 if form.errors else 200
    return render(request, "curriculum/certificate_name.html", context, status=status)


@never_cache
@login_required
@require_POST
def withdraw_name(request: SignedInRequest, code: str, asked: uuid.UUID) -> HttpResponse:
    """Take one's own request back."""
    found = own_name_request(request.user, asked)
    try:
        withdraw_request(found, request.user)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "Your request was taken back.")
    return redirect("certificate", code=found.certificate.code)
