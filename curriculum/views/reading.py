"""Readings."""

import uuid

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from curriculum import clock
from curriculum.domain.attempts import mark_as_read
from curriculum.domain.errors import Refused
from curriculum.permissions import SignedInRequest, own_place
from curriculum.queries.catalogue import shelf_of
from curriculum.queries.progress import home_of, module_progress
from curriculum.views.finishing import say_what_is_complete


@login_required
@require_POST
def mark_read(request: SignedInRequest, key: uuid.UUID) -> HttpResponse:
    """Mark a reading as read and go on to what comes next in the module."""
    activity, enrolment = own_place(request.user, key)
    begun_at = clock.now()
    try:
        mark_as_read(enrolment, activity)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("go", key=key)
    say_what_is_complete(request, enrolment, since=begun_at)
    inclusion = home_of(key)
    module = module_progress(inclusion, enrolment, shelf_of(request)) if inclusion else None
    if module is None:
        return redirect("dashboard")
    rows = [row.activity.key for row in module.activities]
    after = rows[rows.index(key) + 1 :]
    if after:
        return redirect("go", key=after[0])
    return redirect("go", key=module.module.key)
