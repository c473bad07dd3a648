"""The learner's home."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache

from curriculum.enums import CertificateState
from curriculum.models import Certificate, Enrolment
from curriculum.permissions import SignedInRequest
from curriculum.queries.adjustments import recent_decisions
from curriculum.queries.agenda import what_is_due
from curriculum.queries.catalogue import shelf_of
from curriculum.queries.meetings import next_meetings
from curriculum.queries.problems import new_answers
from curriculum.queries.progress import programme_progress
from curriculum.queries.reflections import new_feedback
from curriculum.queries.regrades import news_for


@never_cache
@login_required
def dashboard(request: SignedInRequest) -> HttpResponse:
    """What to go on with, how far each programme has come, what is due, and certificates."""
    enrolments = (
        Enrolment.objects.active()
        .filter(learner=request.user, cohort__archived_at=None)
        .select_related("cohort__programme", "programme_completion", "group")
    )
    certificates = list(Certificate.objects.filter(enrolment__learner=request.user))
    courses = [
        (e, programme_progress(e.cohort.programme, e, shelf_of(request))) for e in enrolments
    ]
    return render(
        request,
        "curriculum/dashboard.html",
        {
            "courses": courses,
            "next_up": next((p.continue_with for _, p in courses if p.continue_with), None),
            "asked": [row for _, p in courses for row in p.asked_now],
            "due": what_is_due(courses),
            "certificates": certificates,
            "meetings": next_meetings([e for e, p in courses if p.has_sessions])[:3],
            "feedback": list(new_feedback(request.user)[:5]),
            "regraded": list(news_for(request.user)[:5]),
            "answers": list(new_answers(request.user)[:5]),
            "decisions": list(recent_decisions(request.user)[:3]),
            "newest": next((c for c in certificates if c.state == CertificateState.ISSUED), None),
        },
    )
