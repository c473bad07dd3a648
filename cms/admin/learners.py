"""The learners of one cohort, for its leads: the list, and deciding about several at once."""

import uuid
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.functional import cached_property
from django.views.decorators.cache import never_cache
from django.views.generic import FormView, TemplateView
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from curriculum.domain.adjusting_many import end_all, extend_all
from curriculum.domain.errors import Refused, SomeRefused
from curriculum.enums import EnrolmentState
from curriculum.forms.deciding import MoreTimeForm, ReasonForm
from curriculum.models import Cohort, Enrolment, User
from curriculum.queries import cohort_learners
from curriculum.text import clean_line

PER_PAGE = 50
ALL = "all"
STATES = [*EnrolmentState.choices, (ALL, "All")]


class OneCohort(WagtailAdminTemplateMixin):
    """A screen about one cohort. Raises Http404 for whoever does not lead it."""

    header_icon = "group"
    request: HttpRequest
    kwargs: dict[str, Any]

    @cached_property
    def cohort(self) -> Cohort:
        own = Cohort.objects.led_by(self.request.user).select_related("programme")
        return get_object_or_404(own, pk=self.kwargs["pk"])

    def get_page_subtitle(self) -> str:
        return self.cohort.name

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [
            *super().get_breadcrumbs_items(),
            {"url": reverse("cohorts:index"), "label": "Cohorts"},
            {"url": reverse("cohorts:edit", args=[self.cohort.pk]), "label": self.cohort.name},
        ]


@method_decorator(never_cache, name="dispatch")
class RosterView(OneCohort, TemplateView):
    """Everybody who is or was in the cohort, with what one narrows, seeks and sorts by."""

    page_title = "Learners"
    template_name = "cms/admin/learners/roster.html"

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [*super().get_breadcrumbs_items(), {"url": "", "label": self.page_title}]

    @cached_property
    def wanted(self) -> dict[str, str]:
        """What the address asks for. Raises Http404 for what no page of ours leads to."""
        asked = self.request.GET
        wanted = {
            "state": asked.get("state") or EnrolmentState.ENROLLED.value,
            "group": asked.get("group", ""),
            "sort": asked.get("sort") or "name",
            "q": clean_line(asked.get("q", ""))[:100],
        }
        groups = {"", cohort_learners.NO_GROUP, *(str(pk) for pk, _ in self.groups)}
        if (
            wanted["state"] not in dict(STATES)
            or wanted["group"] not in groups
            or wanted["sort"].removeprefix("-") not in cohort_learners.SORTS
        ):
            raise Http404("There is no such list.")
        return wanted

    @cached_property
    def groups(self) -> list[tuple[int, str]]:
        return list(self.cohort.groups.values_list("pk", "name"))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        wanted = self.wanted
        rows = cohort_learners.in_state(cohort_learners.roster(self.cohort), wanted["state"])
        rows = cohort_learners.matching(
            cohort_learners.in_group(rows, wanted["group"]), wanted["q"]
        )
        page = Paginator(cohort_learners.ordered(rows, wanted["sort"]), PER_PAGE)
        return super().get_context_data(
            cohort=self.cohort,
            page=page.get_page(self.request.GET.get("p")),
            wanted=wanted,
            states=STATES,
            groups=self.groups,
            no_group=cohort_learners.NO_GROUP,
            many=cohort_learners.how_many(self.cohort),
            columns=[
                (name, f"-{name}", label)
                for name, label in (
                    ("name", "Name"),
                    ("email", "E-mail"),
                    ("number", "Student number"),
                    ("profession", "Profession"),
                    ("group", "Group"),
                    ("state", "State"),
                    ("seen", "Last seen"),
                )
            ],
            **kwargs,
        )


@method_decorator(never_cache, name="dispatch")
class ManyView(OneCohort, FormView):
    """One decision about those who were ticked: first what it does, then the reason, then all of
    it or nothing."""

    template_name = "cms/admin/learners/many.html"
    verb = ""
    explains = ""

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        roster_page = {"url": self.back, "label": RosterView.page_title}
        here = {"url": "", "label": self.page_title}
        return [*super().get_breadcrumbs_items(), roster_page, here]

    @property
    def back(self) -> str:
        """The list as it was left."""
        query = QueryDict(self.request.POST.get("back", "")).urlencode()
        address = reverse("cohort_learners", args=[self.cohort.pk])
        return f"{address}?{query}" if query else address

    @cached_property
    def chosen(self) -> list[Enrolment]:
        """Those who were ticked. Raises Http404 where one is not in this cohort."""
        try:
            keys = {uuid.UUID(key) for key in self.request.POST.getlist("learner")}
        except ValueError as error:
            raise Http404("There is no such learner.") from error
        rows = (
            cohort_learners.roster(self.cohort)
            .filter(uuid__in=keys)
            .select_related("cohort__programme")
        )
        found = list(cohort_learners.ordered(rows, "name"))
        if len(found) < len(keys):
            raise Http404("There is no such learner in this cohort.")
        return found

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return redirect("cohort_learners", self.cohort.pk)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not self.chosen:
            messages.error(request, "Nobody was ticked, so nothing was changed.")
            return redirect(self.back)
        return super().post(request, *args, **kwargs)

    def get_form_kwargs(self) -> dict[str, Any]:
        given = super().get_form_kwargs()
        if "decided" not in self.request.POST:  # as it comes from the list
            given["data"] = given["files"] = None
        return given

    def form_valid(self, form: Any) -> HttpResponse:
        actor: User = self.request.user  # type: ignore[assignment]
        try:
            self.decide(form, actor)
        except SomeRefused as refusal:
            context = self.get_context_data(form=form, refused=refusal)
            return self.render_to_response(context, status=422)
        except Refused as refusal:
            form.add_error(None, str(refusal))
            return self.form_invalid(form)
        messages.success(self.request, f"{self.done} {self.how_many}. Each is told by mail.")
        return redirect(self.back)

    def form_invalid(self, form: Any) -> HttpResponse:
        status = 422 if form.is_bound else 200
        return self.render_to_response(self.get_context_data(form=form), status=status)

    done = ""

    def decide(self, form: Any, actor: User) -> None:
        """Do it. Raises Refused."""
        raise NotImplementedError

    @property
    def how_many(self) -> str:
        return "1 learner" if len(self.chosen) == 1 else f"{len(self.chosen)} learners"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            chosen=self.chosen,
            how_many=self.how_many,
            back=self.back,
            query=self.request.POST.get("back", ""),
            verb=self.verb,
            explains=self.explains,
            **kwargs,
        )


class ExtendManyView(ManyView):
    """More time for several."""

    page_title = "Give more time"
    form_class = MoreTimeForm
    verb = "Give more time to"
    done = "More time was given to"
    explains = (
        "Each of them can work until the end of the day that you enter, for one module or for "
        "everything. Whoever has that long already stops the whole, and nobody is changed."
    )

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "cohort": self.cohort}

    def decide(self, form: Any, actor: User) -> None:
        extend_all(
            self.chosen,
            form.cleaned_data["until"],
            actor=actor,
            reason=form.cleaned_data["reason"],
            module=form.module,
        )


class WithdrawManyView(ManyView):
    """Several have left."""

    page_title = "Withdraw"
    form_class = ReasonForm
    verb = "Withdraw"
    done = "Withdrawn:"
    explains = (
        "They leave the cohort and its reports, and nothing more is recorded for them here. What "
        "they did stays on record, their certificates stand, and you can take them back one by one."
    )

    def decide(self, form: Any, actor: User) -> None:
        end_all(self.chosen, actor=actor, reason=form.cleaned_data["reason"])
