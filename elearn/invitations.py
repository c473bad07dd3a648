"""The link in an invitation: a learner chooses a password, and is in."""

from allauth.account.models import EmailAddress
from allauth.account.utils import perform_login
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from curriculum.domain.invitations import accepted, invitation_for
from curriculum.models import User
from elearn.accounts import ResetForm


@sensitive_post_parameters()
@never_cache
def invitation(request: HttpRequest, key: str) -> HttpResponse:
    """Opening the link does nothing, since mail scanners open links; sending the form does.

    404 for a link that is too old, used or not ours, with what to do instead.
    """
    found = invitation_for(key)
    if found is None:
        return render(request, "account/invitation.html", status=404)
    learner = found.enrolment.learner
    form = ResetForm(request.POST or None, user=learner)
    if request.method == "POST" and form.is_valid():
        with transaction.atomic():
            # Of two who press at once, the second finds a password and gets the page that says so.
            learner = User.objects.select_for_update().get(pk=learner.pk)
            if invitation_for(key) is None:
                return redirect(request.path)
            form.user = learner
            form.save()
            _confirm_address(learner)
            accepted(found)
        return perform_login(request, learner, email=learner.email)
    status = 422 if form.is_bound else 200
    context = {"form": form, "cohort": found.enrolment.cohort, "learner": learner}
    return render(request, "account/invitation.html", context, status=status)


def _confirm_address(learner: User) -> None:
    """Whoever has the link reads the mail of this address."""
    address, _ = EmailAddress.objects.get_or_create(user=learner, email=learner.email)
    if not address.verified:
        address.verified = True
        address.save(update_fields=["verified"])
    address.set_as_primary()
