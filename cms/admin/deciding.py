"""What a course lead decides about one learner, each on a form of its own with a reason."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.decorators import method_decorator
from django.utils.functional import cached_property
from django.views.decorators.cache import never_cache
from django.views.generic import FormView, TemplateView
from wagtail.admin import messages

from cms.admin.learner import OneEnrolment
from curriculum.dates import day
from curriculum.domain import adjustments
from curriculum.domain.adjusting_many import credit_all
from curriculum.domain.certificates import issue_again, revoke
from curriculum.domain.errors import Refused, SomeRefused
from curriculum.enums import AdjustmentKind
from curriculum.forms.deciding import (
    AttemptForm,
    CarryOverForm,
    CreditForm,
    MoreTimeForm,
    MoveForm,
    ReasonForm,
)
from curriculum.models import Certificate, Enrolment, ProgrammeCompletion, User


@method_decorator(never_cache, name="dispatch")
class DecideView(OneEnrolment, FormView):
    """One decision: what it does, what is chosen, why; then it is done and told."""

    template_name = "cms/admin/learners/decide.html"
    verb = ""
    explains = ""  # in plain words, with the learner's name as {name}
    is_serious = False

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [*super().get_breadcrumbs_items(), {"url": "", "label": self.page_title}]

    def get_page_subtitle(self) -> str:
        return self.name

    def get_form_kwargs(self) -> dict[str, Any]:
        given = {"enrolment": self.enrolment, "user": self.request.user}
        return {**super().get_form_kwargs(), **given}

    def form_valid(self, form: Any) -> HttpResponse:
        actor: User = self.request.user  # type: ignore[assignment]
        try:
            done = self.decide(form, actor, form.cleaned_data["reason"])
        except SomeRefused as refusal:
            for what, why in refusal.problems:
                form.add_error(None, f"{what}: {why}")
            return self.form_invalid(form)
        except Refused as refusal:
            form.add_error(None, str(refusal))
            return self.form_invalid(form)
        messages.success(self.request, f"{done} {self.name} is told by mail.")
        return redirect(self.address)

    def form_invalid(self, form: Any) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form), status=422)

    def decide(self, form: Any, actor: User, reason: str) -> str:
        """Do it and say what was done. Raises Refused."""
        raise NotImplementedError

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            verb=self.verb,
            explains=self.explains.format(name=self.name, cohort=self.enrolment.cohort),
            is_serious=self.is_serious,
            **kwargs,
        )


class CreditView(DecideView):
    """Activities that count as done."""

    page_title = "Credit or exempt"
    form_class = CreditForm
    verb = "Let them count"
    explains = (
        "The activities that you choose count as done for {name}. They are told apart from what "
        "was earned, here, in reports and for the learner. Where nothing else is missing, this "
        "completes the module or the programme, and the certificate is issued at once; from then "
        "on it cannot be taken back."
    )

    def decide(self, form: Any, actor: User, reason: str) -> str:
        kind, chosen = form.cleaned_data["kind"], form.cleaned_data["activities"]
        credit_all(self.enrolment, chosen, actor=actor, reason=reason, kind=kind)
        many = "1 activity" if len(chosen) == 1 else f"{len(chosen)} activities"
        word = "is" if len(chosen) == 1 else "are"
        how = "credited" if kind == AdjustmentKind.CREDIT else "exempt"
        whole = ProgrammeCompletion.objects.filter(enrolment=self.enrolment).exists()
        return f"{many} {word} {how}.{' The programme is complete with this.' if whole else ''}"


class AttemptView(DecideView):
    """One more go at a quiz."""

    page_title = "Grant a further attempt"
    form_class = AttemptForm
    verb = "Grant it"
    explains = (
        "{name} can take the quiz once more than it allows. Earlier attempts and their results "
        "stay. It can be taken back until it is used."
    )

    def decide(self, form: Any, actor: User, reason: str) -> str:
        quiz = form.cleaned_data["activity"]
        adjustments.grant_attempt(self.enrolment, quiz, actor=actor, reason=reason)
        return f"A further attempt at {quiz} was granted."


class ExtendView(DecideView):
    """A later day."""

    page_title = "Give more time"
    form_class = MoreTimeForm
    verb = "Give more time"
    explains = (
        "The day that you enter takes the place of the cohort’s for {name} alone: the last day of "
        "everything, or the due date of one module. It can be taken back."
    )

    def get_form_kwargs(self) -> dict[str, Any]:
        given = super().get_form_kwargs()
        given.pop("user")
        return {**given, "cohort": self.enrolment.cohort}

    def decide(self, form: Any, actor: User, reason: str) -> str:
        until, module = form.cleaned_data["until"], form.module
        adjustments.extend(self.enrolment, until, actor=actor, reason=reason, module=module)
        return f"There is time for {module or 'everything'} until {day(until)}."


class MoveView(DecideView):
    """Into another cohort."""

    page_title = "Move to another cohort"
    form_class = MoveForm
    verb = "Move the learner"
    explains = (
        "{name} leaves {cohort} and goes on in the cohort that you choose, with everything they "
        "have done. They are in no group there at first, and its dates count for them."
    )

    def decide(self, form: Any, actor: User, reason: str) -> str:
        cohort = form.cleaned_data["cohort"]
        adjustments.move(self.enrolment, cohort, actor=actor, reason=reason)
        return f"Moved to {cohort}."


class CarryOverView(DecideView):
    """From a year before."""

    page_title = "Carry over"
    form_class = CarryOverForm
    verb = "Carry over"
    explains = (
        "What {name} has completed in another cohort counts here too, from now on, as “Carried "
        "over”. There it stays as it is. This cannot be taken back; where it completes the module "
        "or the programme here, the certificate is issued at once."
    )

    def decide(self, form: Any, actor: User, reason: str) -> str:
        other = form.cleaned_data["other"]
        before = self.enrolment.completions.count()
        adjustments.carry_over(self.enrolment, other, actor=actor, reason=reason)
        many = self.enrolment.completions.count() - before
        return f"{'1 activity was' if many == 1 else f'{many} activities were'} carried over."


class JustReason(DecideView):
    """A decision that takes nothing but a reason."""

    form_class = ReasonForm

    def get_form_kwargs(self) -> dict[str, Any]:
        given = super().get_form_kwargs()
        return {name: given[name] for name in given if name not in ("enrolment", "user")}


class WithdrawView(JustReason):
    """The learner has left."""

    page_title = "Withdraw"
    verb = "Withdraw the learner"
    is_serious = True
    explains = (
        "{name} leaves {cohort} and its reports, and nothing more is recorded for them here. What "
        "they did stays on record, their certificates stand, and you can take them back."
    )

    def decide(self, form: Any, actor: User, reason: str) -> str:
        adjustments.end_enrolment(self.enrolment, actor=actor, reason=reason)
        return "Withdrawn from the cohort."


class OneCertificate:
    """A decision about one certificate of the enrolment. Raises Http404 for any other."""

    enrolment: Enrolment
    kwargs: dict[str, Any]

    @cached_property
    def certificate(self) -> Certificate:
        return get_object_or_404(self.enrolment.certificates, uuid=self.kwargs["certificate"])


class WithdrawCertificateView(OneCertificate, JustReason):
    """The award does not stand."""

    page_title = "Withdraw a certificate"
    verb = "Withdraw the certificate"
    is_serious = True
    explains = (
        "Whoever checks the code of this certificate is told that it was withdrawn, and when. What "
        "{name} has completed stays on record. An award that was withdrawn by mistake can be "
        "issued again, with a new code; the old code stays withdrawn for good."
    )

    def decide(self, form: Any, actor: User, reason: str) -> str:
        revoke(self.certificate, reason=reason, actor=actor)
        return f"Certificate {self.certificate.code} is withdrawn."


class IssueAgainView(OneCertificate, OneEnrolment, TemplateView):
    """A new certificate in place of one that was withdrawn by mistake."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return redirect(self.address)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            new = issue_again(self.certificate)
        except Refused as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, f"Issued again, as certificate {new.code}.")
        return redirect(self.address)


class TakeBackView(JustReason):
    """The learner has come back."""

    page_title = "Take back"
    verb = "Take the learner back"
    explains = "{name} goes on in {cohort} where they stopped, and is in its reports again."

    def decide(self, form: Any, actor: User, reason: str) -> str:
        adjustments.take_back(self.enrolment, actor=actor, reason=reason)
        return "Taken back into the cohort."
