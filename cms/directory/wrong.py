"""“This is wrong”: a note to the editors from anybody, without an account.

Nothing about who wrote it is kept; the throttle knows a hash of the address for an hour.
"""

import uuid
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache

from cms.directory.register import current
from cms.models import EntryReport, Practice, Service
from curriculum.limits import Limit
from curriculum.text import clean_text

LONGEST = 1000  # characters
# More than somebody sends who reads the directory.
NOTES = Limit("directory-wrong", allowed=10, period=3600)
TOO_MANY = (
    "Many notes came from your network within a short time. Yours is kept below: send it again in "
    "an hour, or ring the service and tell them."
)


class WrongForm(forms.Form):
    """What is wrong, in a few words."""

    what = forms.CharField(
        label="What is wrong?",
        help_text=f"Such as a number that has changed. Up to {LONGEST:,} characters. Please write "
        "nothing about patients or clients, and no names of private people.",
        widget=forms.Textarea(attrs={"rows": 5, "maxlength": LONGEST, "autocomplete": "off"}),
        error_messages={"required": "Say what is wrong."},
    )

    def clean_what(self) -> str:
        text = clean_text(self.cleaned_data["what"])
        if not text:
            raise forms.ValidationError("Say what is wrong.")
        if len(text) > LONGEST:
            raise forms.ValidationError(
                f"Shorten it to {LONGEST:,} characters; it has {len(text):,}."
            )
        return text


def entry_in_use(key: uuid.UUID) -> Service | Practice:
    """The service or practice with this id. Raises Http404 where it is not in use."""
    found = (
        Service.objects.filter(uuid=key, is_shown=True).first()
        or Practice.objects.filter(uuid=key, is_shown=True).first()
    )
    if found is None:
        raise Http404("There is no such entry.")
    return found


@never_cache
def wrong(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """The form, and the thanks. A refused note keeps what was typed."""
    entry = entry_in_use(key)
    shown: dict[str, Any] = {"entry": entry, "fictional": current(request).fictional}
    if "thanks" in request.GET:
        return render(request, "cms/directory/wrong_thanks.html", shown)
    form = WrongForm(request.POST if request.method == "POST" else None)
    refused = False
    if form.is_valid():
        refused = NOTES.is_passed_from(request)
        if not refused:
            about = {"service" if isinstance(entry, Service) else "practice": entry}
            EntryReport.objects.create(what=form.cleaned_data["what"], **about)
            return redirect(f"{reverse('directory_wrong', args=[key])}?thanks")
        form.add_error(None, TOO_MANY)
    status = 422 if form.is_bound else 200
    page = render(request, "cms/directory/wrong.html", {**shown, "form": form}, status=status)
    return NOTES.refuse(page) if refused else page
