"""A person's own data: taking a copy away, and closing the account. `elearn.identity.step_up` lists
the views before which one proves once more who one is."""

import uuid

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.files.storage import storages
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from curriculum.dates import day
from curriculum.domain import jobs
from curriculum.domain.downloads import record_download
from curriculum.domain.errors import Refused
from curriculum.enums import ClosureWay
from curriculum.exports.own_data import KIND, ask_for_own_data, newest
from curriculum.permissions import SignedInRequest, own_job
from curriculum.privacy import closing


# ── A copy of my data ─────────────────────────────────────────────────────
@never_cache
@login_required
def own_data(request: SignedInRequest) -> HttpResponse:
    """What the copy holds, how far it is, and where to download it."""
    job = newest(request.user)
    if request.headers.get("X-Fragment"):
        return render(request, "account/_own_data_state.html", {"job": job})
    return render(request, "account/own_data.html", {"job": job})


@never_cache
@login_required
def ask_own_data(request: SignedInRequest) -> HttpResponse:
    """Ask for a copy."""
    if request.method != "POST":
        return render(request, "account/own_data_ask.html")
    ask_for_own_data(request.user)
    return redirect("own_data")


@login_required
@require_POST
def cancel_own_data(request: SignedInRequest, key: uuid.UUID) -> HttpResponse:
    """Stop making a copy."""
    jobs.cancel(own_job(request.user, key))
    return redirect("own_data")


@never_cache
@login_required
def own_data_file(request: SignedInRequest, key: uuid.UUID) -> FileResponse:
    """The file, for the person alone, as long as it is kept. Raises Http404."""
    job = own_job(request.user, key)
    if job.kind != KIND or not job.file:
        raise Http404("There is no such file, or not any more.")
    file = storages["records"].open(job.file, "rb")
    record_download(request.user, job.file_name, cohorts=(), job=job)
    return FileResponse(file, as_attachment=True, filename=job.file_name)


# ── Closing the account ───────────────────────────────────────────────────
@never_cache
@login_required
def close_account(request: SignedInRequest) -> HttpResponse:
    """What goes and what stays; or, once it was asked for, until when it can be kept."""
    context = {"is_last": closing.is_last_administrator(request.user), "days": closing.days()}
    return render(request, "account/close.html", context)


@never_cache
@login_required
def confirm_close(request: SignedInRequest) -> HttpResponse:
    """Close it, after the time to cool off."""
    problem = ""
    if request.method == "POST":
        try:
            closure = closing.ask_to_close(request.user, request.user)
        except Refused as refusal:
            problem = str(refusal)
        else:
            messages.success(request, f"Your account will close on {day(closure.due_at)}.")
            return redirect("close_account")
    context = {"problem": problem, "closes_at": closing.closing_day()}
    return render(request, "account/close_confirm.html", context, status=422 if problem else 200)


@login_required
@require_POST
def keep_account(request: SignedInRequest) -> HttpResponse:
    """Call the closing off."""
    if closing.keep_open(request.user):
        messages.success(request, "Your account stays open. Nothing was changed.")
    return redirect("account")


def on_signed_in(user: object, **kwargs: object) -> None:
    """Receiver of `user_logged_in`: who comes back to an account that nobody used keeps it."""
    if getattr(user, "closes_at", None):
        closing.keep_open(user, only=ClosureWay.UNUSED)  # type: ignore[arg-type]
