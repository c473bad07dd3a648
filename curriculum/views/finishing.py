"""Saying that something is finished, where it was finished."""

import datetime as dt

from django.contrib import messages
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html

from curriculum.enums import CertificateState
from curriculum.models import Certificate, Enrolment, ModuleCompletion, ProgrammeCompletion


def say_what_is_complete(request: HttpRequest, enrolment: Enrolment, *, since: dt.datetime) -> None:
    """A message for a module or a programme that this request has completed, with the way to the
    certificate where one was issued. Says nothing where nothing became complete."""
    mine = {"enrolment": enrolment, "completed_at__gte": since}
    module = ModuleCompletion.objects.filter(**mine).select_related("module").first()
    if module is None:
        return
    said = format_html("You have completed the module “{}”.", module.module.title)
    if ProgrammeCompletion.objects.filter(**mine).exists():
        programme = enrolment.cohort.programme.title
        said = format_html("{} With it you have completed “{}”.", said, programme)
    certificate = Certificate.objects.filter(
        enrolment=enrolment, state=CertificateState.ISSUED, issued_at__gte=since
    ).first()
    if certificate:
        address = reverse("certificate", args=[certificate.code])
        said = format_html('{} <a href="{}">Your certificate is ready</a>.', said, address)
    messages.success(request, said)
