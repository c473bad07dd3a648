"""“This is wrong”: a note to the editors from anybody, without an account.

Nothing about who wrote it is kept; the throttle knows a hash of the address for an hour.
"""

import uuid
from typing import Any

from allauth.account.adapter import get_adapter
from django import forms
from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.crypto import salted_hmac
from django.views.decorators.cache import never_cache

from cms.directory.register import current
from cms.models import EntryReport, Practice, Service
from curriculum.text import clean_text

LONGEST = 1000  # characters
NOTES_ALLOWED = 10  # from one address
NOTES_PERIOD = 3600  # seconds
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
    status = 200
    if form.is_bound:
        status = 422
        if form.is_valid():
            if not _too_many(request):
                about = {"service" if isinstance(entry, Service) else "practice": entry}
                EntryReport.objects.create(what=form.cleaned_data["what"], **about)
                return redirect(f"{reverse('directory_wrong', args=[key])}?thanks")
            form.add_error(None, TOO_MANY)
            status = 429
    response = render(request, "cms/directory/wrong.html", {**shown, "form": form}, status=status)
    if status == 429:
        response["Retry-After"] = str(NOTES_PERIOD)
    return response


def _too_many(request: HttpRequest) -> bool:
    """Whether this address has sent more notes than somebody who reads the directory would."""
    address = str(get_adapter().get_client_ip(request))
    key = f"directory-wrong:{salted_hmac('cms.directory.wrong', address).hexdigest()}"
    cache.add(key, 0, NOTES_PERIOD)
    try:
        return cache.incr(key) > NOTES_ALLOWED
    except ValueError:  # it went in between
        return False
