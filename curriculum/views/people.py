"""A person's own account, and joining a cohort."""

from allauth.core.ratelimit import consume_or_429
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache

from curriculum.domain import enrolment
from curriculum.domain.errors import Refused
from curriculum.forms import ProfileForm
from curriculum.permissions import SignedInRequest
from curriculum.queries.outline import cohort_with_code


@never_cache
@login_required
def account(request: SignedInRequest) -> HttpResponse:
    """Where everything about one's account begins."""
    return render(request, "curriculum/account.html")


@never_cache
@login_required
def profile(request: SignedInRequest) -> HttpResponse:
    """Change name, name on certificates to come, profession, student number and reminders."""
    form = ProfileForm(request.POST or None, instance=request.user)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, "Your details were saved.")
        return redirect("account")
    return render(request, "curriculum/profile.html", {"form": form})


@never_cache
def join(request: SignedInRequest, code: str) -> HttpResponse:
    """Join a cohort by its link, after saying which one it is."""
    # A whole year joins from one lecture hall at once; only wrong codes count.
    refusal: HttpResponse | None = consume_or_429(
        request, action="join", limit_get=True, dry_run=True
    )
    if refusal:
        return refusal
    cohort = cohort_with_code(code)
    if cohort is None:
        consume_or_429(request, action="join", limit_get=True)
        return render(request, "curriculum/join_unknown.html", {"code": code}, status=404)
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    if request.method == "POST":
        try:
            enrolment.join(cohort.join_code, request.user)
        except Refused as refusal:
            messages.error(request, str(refusal))
            return redirect("join", code=code)
        messages.success(request, f"You have joined {cohort.name}.")
        return redirect("dashboard")
    mine = cohort.enrolments.active().filter(learner=request.user).exists()
    why_not = "" if mine else enrolment.why_not_join(cohort, request.user)
    context = {"cohort": cohort, "is_enrolled": mine, "why_not": why_not}
    return render(request, "curriculum/join.html", context)
