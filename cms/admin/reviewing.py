"""The screens of the reviewers' desk."""

from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.functional import cached_property
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.generic import TemplateView
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.models import Page

from cms.admin.desk import Reading, activities_of, modules_to_read, under_review, waiting_on
from cms.admin.keeping import SIGNED_OUT
from cms.freeze import CannotPublish
from cms.models import ModulePage
from cms.models.base import ActivityPage
from cms.models.reviewing import ask_for_changes, rank_items, remark_on, roles_of, sign_pages
from curriculum.domain.editions import NotSignedOff
from curriculum.domain.errors import Refused
from curriculum.domain.signoffs import withdraw
from curriculum.enums import ReviewRole
from curriculum.models import SignOff
from curriculum.pending import take_back

ON_A_PAGE = 25
REFUSALS = (Refused, NotSignedOff, CannotPublish)


def reviewing_roles(request: HttpRequest) -> list[ReviewRole]:
    """As what this person signs. Raises Http404 for who signs nothing."""
    roles = roles_of(request.user)
    if not roles:
        raise Http404("There is nothing to review for you.")
    return roles


class _DeskView(WagtailAdminTemplateMixin, TemplateView):
    """What all screens of the desk share."""

    header_icon = "check"
    refusal = ""

    @cached_property
    def roles(self) -> list[ReviewRole]:
        return reviewing_roles(self.request)

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        items = super().get_breadcrumbs_items()
        return [
            *items,
            {"url": reverse("review_desk"), "label": "Reviews"},
            {"url": "", "label": self.get_page_title()},
        ]

    def refused(self, error: Exception) -> HttpResponse:
        """The same page again, with the reason and with what was typed."""
        self.refusal = str(error)
        return self.render_to_response(self.get_context_data(**self.kwargs), status=422)

    def last_registration(self) -> dict[str, str]:
        """What this person signed with last, to save typing; what was posted comes first."""
        last = SignOff.objects.filter(signatory=self.request.user.pk).order_by("-signed_at").first()
        return {
            "body": self.request.POST.get("body", last.registration_body if last else ""),
            "number": self.request.POST.get("number", last.registration_number if last else ""),
        }

    def role_posted(self) -> str:
        """The profession that the form was sent for; with one only, it need not say."""
        posted = self.request.POST.get("role", "")
        return posted if posted in self.roles else self.roles[0]


@method_decorator(never_cache, name="dispatch")
class DeskView(_DeskView):
    """What waits for one reviewer, the oldest first, and what they have signed."""

    page_title = "Reviews"
    template_name = "cms/admin/review/desk.html"

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [
            *WagtailAdminTemplateMixin.get_breadcrumbs_items(self),
            {"url": "", "label": "Reviews"},
        ]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not roles_of(request.user) and request.user.is_superuser:
            self.template_name = "cms/admin/review/nobody.html"
            return self.render_to_response(super().get_context_data(**kwargs))
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        every = under_review()
        mine = self.request.user.pk
        rows = [
            row
            for row in every
            if any(role not in row.signed for role in self.roles)
            and mine not in {s.signatory_id for s in row.signed.values()}
        ]
        signed = SignOff.objects.filter(signatory=mine).select_related("activity", "edition")
        signed = signed.defer("source", "edition__source").order_by("-signed_at", "-pk")
        return super().get_context_data(
            rows=rows,
            elsewhere=len(every) - len(rows),
            modules=modules_to_read(self.roles[0]),
            roles=self.roles,
            signed=Paginator(signed, ON_A_PAGE).get_page(self.request.GET.get("p")),
            **kwargs,
        )


def _reading(request: HttpRequest, page: int) -> Reading:
    """The draft of an activity for somebody who reviews. Raises Http404 for everybody else."""
    roles = reviewing_roles(request)
    found = Page.objects.filter(pk=page).specific().first()
    if not isinstance(found, ActivityPage):
        raise Http404("There is no such activity.")
    return Reading(found, request.user, roles)  # type: ignore[arg-type]


@method_decorator(never_cache, name="dispatch")
class ReviewPageView(_DeskView):
    """One draft: as learners see it with everything open, what changed, and what to do with it."""

    template_name = "cms/admin/review/page.html"
    comment = ""  # what was typed before the session ended

    @cached_property
    def reading(self) -> Reading:
        return _reading(self.request, self.kwargs["page"])

    def get_page_title(self) -> str:
        return str(self.reading.draft.title)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        kept = take_back(request)
        if kept is not None:
            self.comment, self.refusal = kept.get("comment", ""), SIGNED_OUT
        return super().get(request, *args, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        reading, role = self.reading, self.role_posted() if self.roles else ""
        try:
            done = self._do(request, reading, role)
        except REFUSALS as error:
            del self.reading  # the draft may be another by now
            return self.refused(error)
        messages.success(request, done)
        stays = request.POST.get("do") in {"rank", "remark"}
        return redirect(request.path) if stays else redirect("review_desk")

    def _do(self, request: HttpRequest, reading: Reading, role: str) -> str:
        post, wanted = request.POST, request.POST.get("do")
        if wanted == "sign":
            shown = {reading.page.pk: post.get("digest", "")}
            body, number = post.get("body", "")[:80].strip(), post.get("number", "")[:30].strip()
            sign_pages(reading.reviewer, role, shown, body=body, number=number)
            return f"You have signed off “{reading.page.title}”."
        if wanted == "changes":
            ask_for_changes(reading.page, reading.reviewer, role, post.get("comment", "")[:5000])
            return f"“{reading.page.title}” went back to its author with your comment."
        if wanted == "remark":
            remark_on(reading.page, reading.reviewer, role, post.get("comment", "")[:5000])
            return "Your remark stands with the text. Nothing else has changed."
        if wanted == "rank":
            question = post.get("question", "")
            rank_items(reading.page, reading.reviewer, role, question, _order(post))
            return "Your order is kept. The other profession does not see it before ranking."
        raise Refused("Choose what to do with it.")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        reading = self.reading
        return super().get_context_data(
            reading=reading,
            waiting=reading.waiting,
            roles=self.roles,
            to_rank=list(_to_rank(reading)),
            registration=self.last_registration(),
            comment=self.request.POST.get("comment", self.comment),
            refusal=self.refusal,
            **kwargs,
        )


def _to_rank(reading: Reading) -> Any:
    """The questions that this reviewer still ranks, with the profession for which they do."""
    for question, given in reading.rankings:
        if reading.reviewer.pk in {row.reviewer_id for row in given.values()}:
            continue
        role = next((role for role in reading.roles if role not in given), None)
        if role is not None:
            # By their words, so that the author's order gives nothing away.
            yield (sorted(question.items, key=lambda item: item.text), question), role


def _order(post: Any) -> list[str]:
    """The items as they were ranked. Raises Refused where a place is missing or given twice."""
    places: dict[int, str] = {}
    for name, value in post.items():
        if name.startswith("place-"):
            if (
                not (value.isascii() and value.isdecimal() and len(value) < 3)
                or int(value) in places
            ):
                raise Refused("Give each item one place of its own, from 1 on.")
            places[int(value)] = name.removeprefix("place-")
    return [places[place] for place in sorted(places)]


@never_cache
@xframe_options_sameorigin
def shown(request: HttpRequest, page: int) -> HttpResponse:
    """The draft as learners see it, with keys and views open; exactly the one with the digest in
    the address, or a word that it has changed."""
    reading = _reading(request, page)
    if request.GET.get("digest") != reading.digest:
        text = "This text was changed just now. Load the page anew to read it as it is."
        return HttpResponse(text, status=409, content_type="text/plain; charset=utf-8")
    extra = {"blind": reading.blind}
    return reading.draft.make_preview_request(request, reading.mode, extra)


@method_decorator(never_cache, name="dispatch")
class ReadThroughView(_DeskView):
    """A whole module to read, and to sign in one act: exactly what was shown."""

    template_name = "cms/admin/review/module.html"

    @cached_property
    def module(self) -> Any:
        reviewing_roles(self.request)
        return get_object_or_404(ModulePage, pk=self.kwargs["module"])

    def get_page_title(self) -> str:
        return f"Read through: {self.module.title}"

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        here = {page.pk for page in activities_of(self.module)}
        given = [value.partition(":") for value in request.POST.getlist("shown")]
        pairs = {
            int(pk): digest
            for pk, _, digest in given
            if pk.isascii() and pk.isdecimal() and len(pk) < 10
        }
        try:
            if not pairs or set(pairs) - here:
                raise Refused("Nothing to sign was shown.")
            body, number = (request.POST.get(name, "").strip() for name in ("body", "number"))
            user: Any = request.user
            signed = sign_pages(user, self.role_posted(), pairs, body=body[:80], number=number[:30])
        except REFUSALS as error:
            return self.refused(error)
        many = f"{len(signed)} activities" if len(signed) > 1 else "one activity"
        messages.success(request, f"You have signed off {many} of “{self.module.title}”.")
        return redirect("review_desk")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        role = self.roles[0]
        user: Any = self.request.user
        rows = waiting_on(activities_of(self.module))
        left = [
            row
            for row in rows
            if role not in row.signed
            and user.pk not in {s.signatory_id for s in row.signed.values()}
        ]
        kwargs["module"] = self.module
        return super().get_context_data(
            rows=[(row, Reading(row.page.specific, user, self.roles), row in left) for row in rows],
            left=left,
            roles=self.roles,
            registration=self.last_registration(),
            refusal=self.refusal,
            **kwargs,
        )


@method_decorator(never_cache, name="dispatch")
class WithdrawApprovalView(_DeskView):
    """Taking one's own approval back."""

    page_title = "Withdraw an approval"
    template_name = "cms/admin/review/withdraw.html"

    @cached_property
    def signoff(self) -> SignOff:
        return get_object_or_404(
            SignOff.objects.select_related("activity").defer("source"),
            pk=self.kwargs["pk"],
            signatory=self.request.user.pk,
            withdrawn_at=None,
        )

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        user: Any = request.user
        try:
            withdraw(self.signoff, user, request.POST.get("reason", ""))
        except Refused as error:
            return self.refused(error)
        messages.success(request, "Your approval is withdrawn. The record of it stays.")
        return redirect("review_desk")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            signoff=self.signoff,
            reason=self.request.POST.get("reason", ""),
            refusal=self.refusal,
            **kwargs,
        )
